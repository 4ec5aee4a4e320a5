// The id of an entity that is gone is never given again, whatever happened in between.
#include "model/rows.hpp"
#include "model/transaction.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"
#include "tests/unit/storage/store_fixture.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

/// One life of a process: State from what is stored, and transactions into it.
class Life {
 public:
  explicit Life(const std::filesystem::path& directory) : store_(open_store(quick_options(directory))) {
    model::StateLoader loader(state);
    const auto last = store_->load([&](model::EntityKind kind, std::uint64_t id, std::string_view body) {
      REQUIRE(loader.add(kind, id, body).has_value());
    });
    REQUIRE(last.has_value());
    sequence_ = *last;
  }
  ~Life() { CHECK(store_->close().has_value()); }

  /// The rows that went to storage.
  template <class Edit>
  std::vector<model::RowChange> edit(Edit&& change) {
    model::Transaction tx(state, model::Instant{}, random_);
    change(tx);
    model::ChangeSet changes = tx.commit(++sequence_).changes;
    auto rows = changes.rows;
    const bool taken = store_->append(storage::kFirstEpoch, std::move(changes));
    CHECK(taken);
    return rows;
  }
  model::TaskId create() {
    model::TaskId id;
    edit([&](model::Transaction& tx) { id = tx.create(model::Task{}); });
    return id;
  }

  model::State state;

 private:
  std::unique_ptr<storage::Store> store_;
  model::Random random_{1};
  std::uint64_t sequence_ = 0;
};

}  // namespace

TEST_CASE("Ids are not given twice, though the newest entities are gone and the program is started again") {
  const TempDirectory directory;
  {
    Life life(directory.path());
    CHECK(life.create().value == 1);
    CHECK(life.create().value == 2);
    CHECK(life.create().value == 3);
    life.edit([](model::Transaction& tx) {
      tx.remove(model::TaskId{3});
      tx.remove(model::TaskId{2});
    });
  }
  {
    Life life(directory.path());
    CHECK(life.create().value == 4);
    life.edit([](model::Transaction& tx) {
      for (const std::uint64_t id : {1U, 4U}) tx.remove(model::TaskId{id});
    });
  }
  Life life(directory.path());
  CHECK(life.state.last_id(model::EntityKind::kTask) == 4);
  CHECK(life.state.last_id(model::EntityKind::kService) == 0);
  CHECK(life.create().value == 5);
}

TEST_CASE("Only a change set that creates carries counters, one for each kind") {
  const TempDirectory directory;
  Life life(directory.path());
  const auto kinds = [](const std::vector<model::RowChange>& rows) {
    std::vector<model::EntityKind> list;
    for (const model::RowChange& row : rows) list.push_back(row.kind);
    return list;
  };
  using enum model::EntityKind;
  CHECK(kinds(life.edit([](model::Transaction& tx) {
          tx.create(model::Task{});
          tx.create(model::Task{});
          tx.create(model::World{});
        })) == std::vector{kTask, kTask, kWorld, kIdCounter, kIdCounter});
  CHECK(kinds(life.edit([](model::Transaction& tx) { tx.update(model::TaskId{1}, [](model::Task&) {}); })) ==
        std::vector{kTask});
  CHECK(kinds(life.edit([](model::Transaction& tx) { tx.remove(model::TaskId{2}); })) == std::vector{kTask});
}

TEST_CASE("A transaction that is taken back gives its ids back") {
  const TempDirectory directory;
  Life life(directory.path());
  CHECK(life.create().value == 1);
  {
    model::Random random(2);
    model::Transaction tx(life.state, model::Instant{}, random);
    tx.create(model::Task{});
    tx.create(model::Task{});
  }
  CHECK(life.create().value == 2);
}
