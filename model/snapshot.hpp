#pragma once
// All of State in one text of bytes, and the way back to it. Id counters are no part: an id that was given after the
// snapshot is not given again once the snapshot is restored.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "model/transaction.hpp"

namespace drydock::model {

/// What is told of a snapshot without reading all of it.
struct SnapshotFacts {
  Instant taken_at{};
  std::uint64_t clusters = 0;
  std::uint64_t instances = 0;
  std::uint64_t services = 0;
  std::uint64_t tasks = 0;
  std::uint64_t task_definitions = 0;
  std::uint64_t rows = 0;  // of all entities
};

/// The rows of all entities but the world `apart` and its account settings.
std::string take_snapshot(const State& state, Instant now, WorldId apart);

/// Error: a sentence that says what cannot be read.
std::expected<SnapshotFacts, std::string> snapshot_facts(std::string_view snapshot);

/// Makes everything but `apart` what it was: entities are removed, changed back and made anew. What is the same already
/// is not touched. On an error nothing was.
std::expected<void, std::string> restore_snapshot(Transaction& tx, std::string_view snapshot, WorldId apart);

}  // namespace drydock::model
