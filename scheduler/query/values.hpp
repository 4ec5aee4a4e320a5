#pragma once
// What the values of an expression mean.

#include <optional>
#include <string_view>
#include <vector>

#include "scheduler/query/error.hpp"
#include "scheduler/query/tree.hpp"

namespace drydock::scheduler::query {

/// Fills in `numbers` or `pattern` from the last value, as the predicate's subject and operator want it; an error when
/// the value is nothing of the kind.
std::optional<Error> understand_value(Predicate& predicate);

/// The parts of "1.14.5". Nothing when it is no version.
std::optional<std::vector<std::int64_t>> read_version(std::string_view text);

/// A decimal number, as attributes that hold one are compared. Nothing for other text.
std::optional<double> read_number(std::string_view text);

}  // namespace drydock::scheduler::query
