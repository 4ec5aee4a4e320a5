#pragma once
// The indexes of State in words, to compare two States.

#include <map>
#include <string>
#include <utility>

#include "model/state.hpp"

namespace drydock::test {

std::string indexes_of(const model::State& state);

/// Rows by kind and id: what a database would hold.
using RowMap = std::map<std::pair<model::EntityKind, std::uint64_t>, std::string>;

/// The same for a State rebuilt from rows as a restart does it.
std::string indexes_after_restart(const RowMap& rows);

}  // namespace drydock::test
