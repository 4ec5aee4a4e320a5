#include "instances/simulated/behaviour.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace drydock::instances::simulated {
namespace {

constexpr std::size_t kMostLines = 1000;
constexpr std::size_t kMostOfALine = 4096;

std::optional<model::Duration> seconds(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || !(value >= 0) || value > 1e9) {
    return std::nullopt;
  }
  return model::Duration{static_cast<std::int64_t>(value * 1000)};
}

std::optional<double> amount(const std::string& text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
  return number && value >= 0 && value <= 1e9 ? std::optional(value) : std::nullopt;
}

/// "2.5:text" or "text"; what is before a colon and no number belongs to the text.
TimedText timed(std::string_view entry) {
  const std::size_t colon = entry.find(':');
  if (colon != std::string_view::npos && colon != 0) {
    if (const auto after = seconds(entry.substr(0, colon))) return {*after, std::string(entry.substr(colon + 1))};
  }
  return {model::Duration{0}, std::string(entry)};
}

std::vector<TimedText> split(std::string_view text, char separator) {
  std::vector<TimedText> entries;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    entries.push_back(timed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::ranges::stable_sort(entries, {}, &TimedText::after);
  return entries;
}

using Setter = bool (*)(Behaviour&, const std::string&);

template <model::Duration Behaviour::* kMember>
bool set_duration(Behaviour& behaviour, const std::string& value) {
  const auto duration = seconds(value);
  if (duration) behaviour.*kMember = *duration;
  return duration.has_value();
}

template <std::optional<double> Behaviour::* kMember>
bool set_amount(Behaviour& behaviour, const std::string& value) {
  const auto number = amount(value);
  if (number) behaviour.*kMember = number;
  return number.has_value();
}

bool set_run_for(Behaviour& behaviour, const std::string& value) {
  const auto duration = seconds(value);
  if (duration) behaviour.run_for = duration;
  return duration.has_value();
}

template <std::string Behaviour::* kMember>
bool set_text(Behaviour& behaviour, const std::string& value) {
  behaviour.*kMember = value;
  return true;
}

bool set_exit_code(Behaviour& behaviour, const std::string& value) {
  int code = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), code);
  if (parsed.ec != std::errc{} || parsed.ptr != value.data() + value.size() || code < 0 || code > 255) return false;
  behaviour.exit_code = code;
  return true;
}

bool set_digest(Behaviour& behaviour, const std::string& value) {
  constexpr std::string_view kAlgorithm = "sha256:";
  constexpr std::size_t kDigits = 64;
  if (!value.starts_with(kAlgorithm) || value.size() != kAlgorithm.size() + kDigits) return false;
  if (value.find_first_not_of("0123456789abcdef", kAlgorithm.size()) != std::string::npos) return false;
  behaviour.digest = value;
  return true;
}

bool set_ignore_stop(Behaviour& behaviour, const std::string& value) {
  if (value != "true" && value != "false") return false;
  behaviour.ignore_stop = value == "true";
  return true;
}

bool set_health(Behaviour& behaviour, const std::string& value) {
  auto changes = split(value, ',');
  const auto known = [](const TimedText& change) {
    return change.text == "HEALTHY" || change.text == "UNHEALTHY" || change.text == "UNKNOWN";
  };
  if (changes.empty() || !std::ranges::all_of(changes, known)) return false;
  if (changes.front().after.count() != 0) changes.insert(changes.begin(), {model::Duration{0}, "UNKNOWN"});
  behaviour.health = std::move(changes);
  return true;
}

bool set_logs(Behaviour& behaviour, const std::string& value) {
  auto lines = split(value, '\n');
  if (lines.size() > kMostLines) return false;
  for (TimedText& line : lines) line.text.resize(std::min(line.text.size(), kMostOfALine));
  behaviour.logs = std::move(lines);
  return true;
}

struct Setting {
  std::string_view name;
  Setter set;
  std::string_view takes;
};
constexpr std::string_view kSeconds = "seconds";
constexpr std::array<Setting, 13> kSettings{{
    {"pull-for", set_duration<&Behaviour::pull_for>, kSeconds},
    {"digest", set_digest, "sha256: and 64 hexadecimal digits"},
    {"pull-error", set_text<&Behaviour::pull_error>, "a text"},
    {"start-for", set_duration<&Behaviour::start_for>, kSeconds},
    {"start-error", set_text<&Behaviour::start_error>, "a text"},
    {"run-for", set_run_for, kSeconds},
    {"exit-code", set_exit_code, "a number from 0 to 255"},
    {"stop-for", set_duration<&Behaviour::stop_for>, kSeconds},
    {"ignore-stop", set_ignore_stop, "true or false"},
    {"health", set_health, "HEALTHY, UNHEALTHY, UNKNOWN, or a list such as UNKNOWN,10:HEALTHY"},
    {"logs", set_logs, "at most 1000 lines"},
    {"cpu", set_amount<&Behaviour::cpu_units>, "CPU units"},
    {"memory", set_amount<&Behaviour::memory_mib>, "MiB"},
}};

}  // namespace

std::vector<std::string_view> behaviour_settings() {
  std::vector<std::string_view> names;
  for (const Setting& setting : kSettings) names.push_back(setting.name);
  return names;
}

std::expected<void, std::string> set(Behaviour& behaviour, std::string_view name, const std::string& value) {
  const auto setting = std::ranges::find(kSettings, name, &Setting::name);
  if (setting == kSettings.end()) return std::unexpected("no behaviour is called " + std::string(name));
  if (setting->set(behaviour, value)) return {};
  return std::unexpected(std::string(name) + " takes " + std::string(setting->takes) + ", not \"" + value + "\"");
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  // Where to go on when what follows the last * does not fit.
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Behaviour behaviour_of(const api::ContainerDefinition& container, const BehaviourRules& rules,
                       std::string_view tagged_image) {
  Behaviour behaviour;
  constexpr std::string_view kPrefix = "drydock.simulated.";
  if (container.dockerLabels) {
    for (const auto& [label, value] : *container.dockerLabels) {
      if (label.starts_with(kPrefix))
        std::ignore = set(behaviour, std::string_view(label).substr(kPrefix.size()), value);
    }
  }
  const std::string own_image = container.image.value_or("");
  const std::string_view image = tagged_image.empty() ? own_image : tagged_image;
  for (const auto& [name, rule] : rules) {
    if (!rule.container.empty() && rule.container != container.name.value_or("")) continue;
    if (!matches_pattern(rule.image, image)) continue;
    for (const auto& [setting, value] : rule.settings) std::ignore = set(behaviour, setting, value);
  }
  return behaviour;
}

}  // namespace drydock::instances::simulated
