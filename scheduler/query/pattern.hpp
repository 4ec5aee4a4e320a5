#pragma once
// The regular expressions of =~ and !~: what Java has and a program without backtracking can answer, so that no pattern
// makes the control plane wait. Lookaround, back references, possessive quantifiers and \p{...} are refused.

#include <bitset>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "scheduler/query/error.hpp"

namespace drydock::scheduler::query {

class Pattern {
 public:
  /// Positions in the error count from the beginning of the pattern.
  static std::expected<Pattern, Error> compile(std::string_view text);

  /// Whether the whole text matches, as String.matches does. Characters are bytes. Time: text times pattern.
  [[nodiscard]] bool matches(std::string_view text) const;

  using Bytes = std::bitset<256>;
  /// One step of the program; jumps are relative to the step itself.
  struct Step {
    enum class Kind : std::uint8_t { kByte, kJump, kSplit, kStart, kEnd, kBoundary, kNoBoundary };
    Kind kind = Kind::kByte;
    int to = 0;             // kJump, kSplit: there (a split also goes on with the next step)
    std::uint32_t set = 0;  // kByte: one of these
  };

 private:
  std::vector<Step> program_;
  std::vector<Bytes> sets_;
};

}  // namespace drydock::scheduler::query
