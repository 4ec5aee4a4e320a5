#include "model/former_entity.hpp"

#include "model/entity_type.hpp"

namespace drydock::model {

template <>
std::uint64_t Transaction::create<FormerEntity>(FormerEntity former) {
  const auto put = [&]<class T>() {
    auto& table = std::get<Rows<T>>(state_.tables_);
    const KeyOf<T> id{former.id};
    if (id.value > table.last_id || table.rows.contains(id.value)) State::dangling_reference();
    // One that was removed in this transaction comes back by the step that its removal left.
    if (first_touch(former.kind, id.value)) {
      undo_.steps_.emplace_back([id](State& state) { restore<T>(state, id, nullptr); });
    }
    if (after_edit) after_edit();
    const T& row = table.rows.emplace(id.value, *static_cast<const T*>(former.entity.get())).first->second;
    state_.index(row, true);
    state_.settle_rooms();
    return id.value;
  };
  return with_entity_type(former.kind, put, std::uint64_t{0});
}

}  // namespace drydock::model
