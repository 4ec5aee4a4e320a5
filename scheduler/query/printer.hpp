#pragma once

#include <string>

#include "scheduler/query/tree.hpp"

namespace drydock::scheduler::query {

/// The tree as an expression that parses back to it: symbolic comparisons, `and`, `or`, `not`, and no more parentheses
/// and quotes than needed.
std::string print(const Node& node);

}  // namespace drydock::scheduler::query
