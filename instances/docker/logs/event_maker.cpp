#include "instances/docker/logs/event_maker.hpp"

#include <algorithm>

namespace drydock::instances::docker {
namespace {

// CloudWatch Logs takes 262,144 bytes an event, of which it counts 26 for itself.
constexpr std::size_t kLongestEvent = 262'118;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Bytes of the character that begins here; 0 for none.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xC2 && first < 0xE0   ? 2
                           : first >= 0xE0 && first < 0xF0 ? 3
                           : first >= 0xF0 && first < 0xF5 ? 4
                                                           : 0;
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  // Too long forms, surrogates, and what is beyond U+10FFFF.
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) >= 0xA0) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) >= 0x90) return 0;
  return size;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character(text);
    if (size == 0) {
      out += kReplacement;
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::expected<EventMaker, std::string> EventMaker::make(const std::string& event_start) {
  EventMaker maker;
  if (event_start.empty()) return maker;
  try {
    maker.start_.emplace(event_start, boost::regex::perl);
  } catch (const boost::regex_error& error) {
    return std::unexpected("awslogs could not parse multiline pattern key \"awslogs-multiline-pattern\": " +
                           std::string(error.what()));
  }
  return maker;
}

void EventMaker::emit(std::string_view text, std::int64_t nanoseconds) {
  const model::Instant at{std::chrono::duration_cast<model::Duration>(std::chrono::nanoseconds(nanoseconds))};
  while (text.size() > kLongestEvent) {
    std::size_t cut = kLongestEvent;
    while (cut > kLongestEvent - 4 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80) --cut;
    events_.push_back({at, valid_utf8(text.substr(0, cut))});
    text.remove_prefix(cut);
  }
  if (!text.empty()) events_.push_back({at, valid_utf8(text)});
}

void EventMaker::line(std::string_view text, std::int64_t nanoseconds, const LogMark& before) {
  if (!start_) return emit(text, nanoseconds);
  bool starts = false;
  try {
    starts = boost::regex_search(text.begin(), text.end(), *start_);
  } catch (const std::runtime_error&) {
    starts = false;  // the expression takes too many steps on this line: it goes with the one before
  }
  if (starts || waiting_.size() + text.size() + 1 > kLongestEvent) flush();
  if (!waits_since_) {
    waits_since_ = before;
    waiting_at_ = nanoseconds;
  }
  waiting_ += text;
  waiting_ += '\n';
}

void EventMaker::flush(std::int64_t begun_before_nanoseconds) {
  if (!waits_since_ || waiting_at_ >= begun_before_nanoseconds) return;
  emit(waiting_, waiting_at_);
  waiting_.clear();
  waits_since_.reset();
}

}  // namespace drydock::instances::docker
