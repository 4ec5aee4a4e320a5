#include "model/task_definitions/sizes.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "model/task_definitions/members.hpp"

namespace drydock::model {
namespace {

constexpr int kMinEphemeralGib = 21;
constexpr int kMaxEphemeralGib = 200;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number before a unit of 1024 ("0.25" vCPU, "2" GB), in whole units.
std::optional<int> parse_scaled(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
  if (!plain || text.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const double units = std::round(value * 1024);
  if (units > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(units);
}

/// `unit` in lower case.
std::optional<int> parse_amount(std::string_view text, std::string_view unit) {
  text = trimmed(text);
  if (text.size() > unit.size()) {
    const std::string_view tail = text.substr(text.size() - unit.size());
    const bool has_unit = std::equal(tail.begin(), tail.end(), unit.begin(), [](char given, char wanted) {
      return std::tolower(static_cast<unsigned char>(given)) == wanted;
    });
    if (has_unit) return parse_scaled(trimmed(text.substr(0, text.size() - unit.size())));
  }
  return task_definitions::whole_number(text);
}

struct FargateRow {
  int cpu_units;
  int memory_from;
  int memory_to;
  int step;
  bool windows;
};

// 256 units skip from 1024 to 2048 in one step of 1024 after the odd 512; that row is checked by hand.
constexpr std::array kFargateRows = {
    FargateRow{512, 1024, 4096, 1024, false},    FargateRow{1024, 2048, 8192, 1024, true},
    FargateRow{2048, 4096, 16384, 1024, true},   FargateRow{4096, 8192, 30720, 1024, true},
    FargateRow{8192, 16384, 61440, 4096, false}, FargateRow{16384, 32768, 122880, 8192, false},
};

bool is_fargate_size(int cpu_units, int memory_mib, bool windows) {
  if (cpu_units == 256) return !windows && (memory_mib == 512 || memory_mib == 1024 || memory_mib == 2048);
  return std::any_of(kFargateRows.begin(), kFargateRows.end(), [&](const FargateRow& row) {
    return row.cpu_units == cpu_units && (row.windows || !windows) && memory_mib >= row.memory_from &&
           memory_mib <= row.memory_to && (memory_mib - row.memory_from) % row.step == 0;
  });
}

}  // namespace

std::optional<int> parse_cpu_units(std::string_view text) { return parse_amount(text, "vcpu"); }

std::optional<int> parse_memory_mib(std::string_view text) { return parse_amount(text, "gb"); }

std::optional<api::ApiError> check_fargate_size(int cpu_units, int memory_mib, bool windows) {
  if (is_fargate_size(cpu_units, memory_mib, windows)) return std::nullopt;
  return api::ApiError::client("No Fargate configuration exists for given values.");
}

std::optional<std::string> check_ephemeral_storage(int gib) {
  if (gib < kMinEphemeralGib) return "EphemeralStorage size should be at least 21";
  if (gib > kMaxEphemeralGib) return "EphemeralStorage size should be at most 200";
  return std::nullopt;
}

}  // namespace drydock::model
