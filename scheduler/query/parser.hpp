#pragma once
// From text to tree (spec/placement.md section 6).

#include <expected>
#include <string_view>

#include "scheduler/query/error.hpp"
#include "scheduler/query/tree.hpp"

namespace drydock::scheduler::query {

inline constexpr std::size_t kLongestExpression = 2000;

/// The tree of an expression; values are checked against what their subject compares (versions, instants, counts,
/// regular expressions). Longer texts than kLongestExpression are refused.
std::expected<Node, Error> parse(std::string_view text);

}  // namespace drydock::scheduler::query
