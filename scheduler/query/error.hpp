#pragma once

#include <cstddef>
#include <string>

namespace drydock::scheduler::query {

/// Why a text is not an expression.
struct Error {
  std::string reason;
  std::size_t position = 0;  // of the character, from 1; 0 when the place says nothing
  /// "<reason> at position <n>.", as AWS's own text is not published.
  [[nodiscard]] std::string text() const {
    return position == 0 ? reason + "." : reason + " at position " + std::to_string(position) + ".";
  }
};

}  // namespace drydock::scheduler::query
