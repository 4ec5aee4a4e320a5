#include "model/rows.hpp"

#include <algorithm>

#include "model/codec.hpp"
#include "model/entity_type.hpp"
#include "model/fields.hpp"

namespace drydock::model {
namespace {

template <class T>
RowChange encode_row(const T* entity, std::uint64_t id) {
  RowChange row{EntityTraits<T>::kKind, id, std::nullopt};
  if (entity == nullptr) return row;
  row.body.emplace();
  codec::Writer writer(*row.body);
  // The field lists are shared by reading and writing; Writer only looks.
  list_fields(const_cast<T&>(*entity), writer);
  return row;
}

/// The body of a counter's row.
struct IdCounter {
  std::uint64_t last_id = 0;
};

template <class Codec>
void list_fields(IdCounter& counter, Codec&& codec) {
  codec(1, counter.last_id);
}

RowChange encode_counter(const State& state, std::uint64_t kind) {
  RowChange row{EntityKind::kIdCounter, kind, std::nullopt};
  IdCounter counter{state.last_id(static_cast<EntityKind>(kind))};
  if (counter.last_id == 0) return row;
  row.body.emplace();
  codec::Writer writer(*row.body);
  list_fields(counter, writer);
  return row;
}

}  // namespace

RowChange row_of(const State& state, EntityKind kind, std::uint64_t id) {
  if (kind == EntityKind::kIdCounter) return encode_counter(state, id);
  const auto encode = [&]<class T>() { return encode_row(state.find(KeyOf<T>{id}), id); };
  return with_entity_type(kind, encode, RowChange{kind, id, std::nullopt});
}

template <class T>
std::expected<void, std::string> StateLoader::add_row(std::uint64_t id, std::string_view body) {
  T entity;
  codec::Reader reader(body);
  list_fields(entity, reader);
  if (reader.failed()) {
    return std::unexpected("row " + std::to_string(id) + " of table " + table_name(EntityTraits<T>::kKind) +
                           " cannot be read");
  }
  entity.id = KeyOf<T>{id};
  auto& table = std::get<Rows<T>>(state_.tables_);
  table.last_id = std::max(table.last_id, id);
  const T& row = table.rows.emplace(id, std::move(entity)).first->second;
  state_.index(row, true);
  state_.settle_rooms();
  return {};
}

std::expected<void, std::string> StateLoader::add_counter(std::uint64_t kind, std::string_view body) {
  IdCounter counter;
  codec::Reader reader(body);
  list_fields(counter, reader);
  if (reader.failed()) return std::unexpected("row " + std::to_string(kind) + " of table id_counters cannot be read");
  const auto raise = [&](auto& table) {
    if (static_cast<std::uint64_t>(table.kKind) == kind) table.last_id = std::max(table.last_id, counter.last_id);
  };
  std::apply([&](auto&... tables) { (raise(tables), ...); }, state_.tables_);
  return {};
}

std::expected<void, std::string> StateLoader::add(EntityKind kind, std::uint64_t id, std::string_view body) {
  if (kind == EntityKind::kIdCounter) return add_counter(id, body);
  const auto add = [&]<class T>() { return add_row<T>(id, body); };
  return with_entity_type(kind, add, std::expected<void, std::string>(std::unexpected("unknown kind of row")));
}

std::vector<RowKey> StateLoader::keys(const State& state) {
  std::vector<RowKey> keys;
  for (const EntityKind kind : kEntityKinds) {
    const std::size_t first = keys.size();
    const auto collect = [&](const auto& table) {
      if (table.kKind != kind) return;
      for (const auto& [id, entity] : table.rows) keys.push_back({kind, id});
    };
    std::apply([&](const auto&... tables) { (collect(tables), ...); }, state.tables_);
    std::sort(keys.begin() + static_cast<std::ptrdiff_t>(first), keys.end(),
              [](const RowKey& one, const RowKey& other) { return one.id < other.id; });
  }
  return keys;
}

}  // namespace drydock::model
