#include "tests/support/world.hpp"

#include <algorithm>

#include "model/rows.hpp"

namespace drydock::test {

TestWorld::TestWorld() {
  edit([&](model::Transaction& tx) { id = tx.create(model::World{{}, kAccount, kRegion}); });
}

TestWorld::~TestWorld() = default;

RowMap TestWorld::rows() const {
  RowMap all;
  for (const model::EntityKind kind : model::kEntityKinds) {
    for (std::uint64_t row = 1; row <= highest_id + 64; ++row) {
      auto change = model::row_of(state, kind, row);
      if (change.body) all.emplace(std::pair(kind, row), std::move(*change.body));
    }
  }
  return all;
}

std::string TestWorld::arn(const std::string& resource) const {
  return std::string("arn:aws:ecs:") + kRegion + ":" + kAccount + ":" + resource;
}

void TestWorld::keep(model::Transaction& tx) {
  if (before_commit) before_commit(tx);
  for (model::RowChange& row : tx.commit(++sequence).changes.rows) {
    highest_id = std::max(highest_id, row.id);
    if (row.body) {
      stored[{row.kind, row.id}] = std::move(*row.body);
    } else {
      stored.erase({row.kind, row.id});
    }
  }
}

}  // namespace drydock::test
