#pragma once
// The stored form of entities: a compact tagged encoding that tolerates fields a reader does not know and fields a
// writer did not have. Field numbers are forever.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/change_set.hpp"
#include "model/state.hpp"

namespace drydock::model {

/// The row of an entity as it is now in State, or of an id counter; a row without body when there is none.
RowChange row_of(const State& state, EntityKind kind, std::uint64_t id);

struct RowKey {
  EntityKind kind;
  std::uint64_t id;
};

/// Rebuilds State from rows, at start, before anything else reads it. Rows come kind by kind in the order of
/// kEntityKinds.
class StateLoader {
 public:
  explicit StateLoader(State& state) : state_(state) {}
  /// An error names the row that cannot be read.
  std::expected<void, std::string> add(EntityKind kind, std::uint64_t id, std::string_view body);
  /// The rows of all entities, in the order in which they are loaded and by id.
  static std::vector<RowKey> keys(const State& state);

 private:
  template <class T>
  std::expected<void, std::string> add_row(std::uint64_t id, std::string_view body);
  std::expected<void, std::string> add_counter(std::uint64_t kind, std::string_view body);
  State& state_;
};

}  // namespace drydock::model
