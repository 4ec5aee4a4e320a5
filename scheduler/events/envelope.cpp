#include "scheduler/events/envelope.hpp"

#include <chrono>

#include "api-spec/runtime/encode.hpp"
#include "model/arn.hpp"

namespace drydock::scheduler {
namespace {

void append_digits(std::string& out, unsigned number, int digits) {
  std::string text = std::to_string(number);
  if (text.size() < static_cast<std::size_t>(digits))
    text.insert(0, static_cast<std::size_t>(digits) - text.size(), '0');
  out += text;
}

std::string to_the_second(model::Instant time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string text;
  append_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  text += '-';
  append_digits(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append_digits(text, static_cast<unsigned>(clock.hours().count()), 2);
  text += ':';
  append_digits(text, static_cast<unsigned>(clock.minutes().count()), 2);
  text += ':';
  append_digits(text, static_cast<unsigned>(clock.seconds().count()), 2);
  return text;
}

}  // namespace

std::string event_time(model::Instant time) { return to_the_second(time) + "Z"; }

std::string detail_time(model::Instant time) {
  std::string text = to_the_second(time);
  const auto millis = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
  if (millis != 0) {
    text += '.';
    append_digits(text, static_cast<unsigned>(millis), 3);
    while (text.back() == '0') text.pop_back();
  }
  return text + "Z";
}

std::string event_text(const model::World& world, const Envelope& envelope, std::string_view detail) {
  std::string text;
  text.reserve(detail.size() + 512);
  const auto member = [&text](std::string_view before, std::string_view value) {
    text += before;
    api::append_json_string(value, text);
  };
  text += R"({"version":"0")";
  member(R"(,"id":)", model::to_dashed(envelope.id));
  member(R"(,"detail-type":)", envelope.detail_type);
  member(R"(,"source":)", envelope.source);
  member(R"(,"account":)", world.account);
  member(R"(,"time":)", event_time(envelope.time));
  member(R"(,"region":)", world.region);
  text += R"(,"resources":[)";
  for (const std::string& resource : envelope.resources) {
    if (text.back() != '[') text += ',';
    api::append_json_string(resource, text);
  }
  text += R"(],"detail":)";
  text += detail;
  text += '}';
  return text;
}

std::string rule_arn(const model::World& world, std::string_view name) {
  std::string arn = "arn:";
  arn += model::partition_of(world.region);
  arn += ":events:" + world.region + ":" + world.account + ":rule/";
  arn += name;
  return arn;
}

}  // namespace drydock::scheduler
