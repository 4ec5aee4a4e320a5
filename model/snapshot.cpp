#include "model/snapshot.hpp"

#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "model/codec.hpp"
#include "model/entity_type.hpp"
#include "model/fields.hpp"
#include "model/rows.hpp"

namespace drydock::model {
namespace {

// What every snapshot begins with.
constexpr std::string_view kMark = "drydock snapshot 1\n";
constexpr const char* kBroken = "the snapshot cannot be read";

struct StoredRow {
  EntityKind kind{};
  std::uint64_t id = 0;
  std::string body;
};

/// An entity as it once was, of the type that belongs to the kind.
struct FormerEntity {
  EntityKind kind{};
  std::shared_ptr<void> entity;
};

struct Snapshot {
  SnapshotFacts facts;
  std::vector<StoredRow> rows;
};

template <class Visit>
void list_fields(StoredRow& row, Visit&& visit) {
  visit(1, row.kind);
  visit(2, row.id);
  visit(3, row.body);
}

template <class Visit>
void list_fields(SnapshotFacts& facts, Visit&& visit) {
  visit(1, facts.taken_at);
  visit(2, facts.clusters);
  visit(3, facts.instances);
  visit(4, facts.services);
  visit(5, facts.tasks);
  visit(6, facts.task_definitions);
  visit(7, facts.rows);
}

template <class Visit>
void list_fields(Snapshot& snapshot, Visit&& visit) {
  list_fields(snapshot.facts, visit);
  visit(20, snapshot.rows);
}

/// False when it is not all there.
template <class T>
bool read(std::string_view snapshot, T& into) {
  if (!snapshot.starts_with(kMark)) return false;
  codec::Reader reader(snapshot.substr(kMark.size()));
  list_fields(into, reader);
  return !reader.failed();
}

bool is_apart(const State& state, const RowKey& key, WorldId apart) {
  if (key.kind == EntityKind::kWorld) return key.id == apart.value;
  return key.kind == EntityKind::kAccountSetting && state.get(AccountSettingId{key.id}).world == apart;
}

std::vector<RowKey> keys_of(const State& state, WorldId apart) {
  std::vector<RowKey> keys = StateLoader::keys(state);
  std::erase_if(keys, [&](const RowKey& key) { return is_apart(state, key, apart); });
  return keys;
}

std::expected<FormerEntity, std::string> read_entity(const State& state, const StoredRow& row) {
  using Read = std::expected<FormerEntity, std::string>;
  const Read broken = std::unexpected("row " + std::to_string(row.id) + " of kind " +
                                      std::to_string(static_cast<int>(row.kind)) + " of the snapshot cannot be read");
  const auto read = [&]<class T>() -> Read {
    auto entity = std::make_shared<T>();
    codec::Reader reader(row.body);
    list_fields(*entity, reader);
    if (reader.failed() || row.id == 0 || row.id > state.last_id(row.kind)) return broken;
    entity->id = KeyOf<T>{row.id};
    return FormerEntity{row.kind, std::move(entity)};
  };
  return with_entity_type(row.kind, read, broken);
}

void remove_row(Transaction& tx, const RowKey& key) {
  const auto remove = [&]<class T>() {
    tx.remove(KeyOf<T>{key.id});
    return true;
  };
  with_entity_type(key.kind, remove, false);
}

void revive(Transaction& tx, const FormerEntity& former) {
  const auto make = [&]<class T>() {
    tx.revive(std::move(*static_cast<T*>(former.entity.get())));
    return true;
  };
  with_entity_type(former.kind, make, false);
}

}  // namespace

std::string take_snapshot(const State& state, Instant now, WorldId apart) {
  Snapshot snapshot;
  snapshot.facts.taken_at = now;
  for (const RowKey& key : keys_of(state, apart)) {
    switch (key.kind) {
      case EntityKind::kCluster: ++snapshot.facts.clusters; break;
      case EntityKind::kContainerInstance: ++snapshot.facts.instances; break;
      case EntityKind::kService: ++snapshot.facts.services; break;
      case EntityKind::kTask: ++snapshot.facts.tasks; break;
      case EntityKind::kTaskDefinition: ++snapshot.facts.task_definitions; break;
      default: break;
    }
    snapshot.rows.push_back({key.kind, key.id, *row_of(state, key.kind, key.id).body});
  }
  snapshot.facts.rows = snapshot.rows.size();
  std::string encoded(kMark);
  codec::Writer writer(encoded);
  list_fields(snapshot, writer);
  return encoded;
}

std::expected<SnapshotFacts, std::string> snapshot_facts(std::string_view snapshot) {
  SnapshotFacts facts;
  if (!read(snapshot, facts)) return std::unexpected(kBroken);
  return facts;
}

std::expected<void, std::string> restore_snapshot(Transaction& tx, std::string_view encoded, WorldId apart) {
  Snapshot snapshot;
  // A count that is missing is not the count of an empty one.
  snapshot.facts.rows = std::numeric_limits<std::uint64_t>::max();
  if (!read(encoded, snapshot) || snapshot.rows.size() != snapshot.facts.rows) return std::unexpected(kBroken);

  const State& state = tx.state();
  std::map<std::pair<EntityKind, std::uint64_t>, const StoredRow*> missing;
  for (const StoredRow& row : snapshot.rows) missing.emplace(std::pair(row.kind, row.id), &row);
  std::vector<RowKey> unwanted;
  for (const RowKey& key : keys_of(state, apart)) {
    const auto kept = missing.find({key.kind, key.id});
    if (kept != missing.end() && row_of(state, key.kind, key.id).body == kept->second->body) {
      missing.erase(kept);
    } else {
      unwanted.push_back(key);
    }
  }
  std::vector<FormerEntity> former;
  for (const StoredRow& row : snapshot.rows) {
    if (!missing.contains({row.kind, row.id})) continue;
    auto entity = read_entity(state, row);
    if (!entity) return std::unexpected(std::move(entity.error()));
    former.push_back(std::move(*entity));
  }
  // What refers to others goes before them and comes after them, as when State is loaded.
  for (auto key = unwanted.rbegin(); key != unwanted.rend(); ++key) remove_row(tx, *key);
  for (const FormerEntity& entity : former) revive(tx, entity);
  return {};
}

}  // namespace drydock::model
