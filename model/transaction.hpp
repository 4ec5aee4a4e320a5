#pragma once
// The one door to State. Everything that changes it runs as a Transaction on the core thread: all of it or nothing.

#include <any>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/clock.hpp"
#include "model/random.hpp"
#include "model/state.hpp"

namespace drydock::model {

struct Touched {
  EntityKind kind;
  std::uint64_t id;
  std::shared_ptr<const void> before{};  // the entity as it was; null when the transaction made it

  /// The same, of the kind that T is.
  template <class T>
  [[nodiscard]] const T* was() const {
    return static_cast<const T*>(before.get());
  }
};

/// Restores what a committed transaction changed: kept until the change is durable, run when it never will be.
class UndoLog {
 public:
  UndoLog() = default;

 private:
  friend class Transaction;
  std::vector<std::function<void(State&)>> steps_;  // run from last to first
};

/// What a commit leaves behind: rows for storage, touched entities for the reconciler, and the way back.
struct Commit {
  ChangeSet changes;
  std::vector<Touched> touched;
  UndoLog undo;
};

/// Changes are made in State at once, so reads through state() and its indexes see them; unless commit() is called,
/// the destructor takes every one back. References into State must not be kept across a change of the same entity's
/// table by create().
class Transaction {
 public:
  Transaction(State& state, Instant now, Random& random) : state_(state), now_(now), random_(random) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  [[nodiscard]] const State& state() const { return state_; }
  /// The only source of time.
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Random& random() { return random_; }

  /// Adds an entity; its id is given here, and to no other entity of the kind unless this one is taken back.
  template <class T>
  KeyOf<T> create(T entity) {
    auto& table = std::get<Rows<T>>(state_.tables_);
    entity.id = KeyOf<T>{++table.last_id};
    const auto id = entity.id;
    created_ |= std::uint64_t{1} << static_cast<unsigned>(EntityTraits<T>::kKind);
    touch<T>(id, nullptr);
    insert(std::move(entity));
    return id;
  }

  /// Makes an entity anew under the id that it once had and no other has had since; the kind's counter stays as it is.
  template <class T>
  void revive(T entity) {
    const auto& table = std::get<Rows<T>>(state_.tables_);
    const auto id = entity.id;
    if (id.value > table.last_id || table.rows.contains(id.value)) State::dangling_reference();
    // One that was removed in this transaction comes back by the step that its removal left.
    if (first_touch(EntityTraits<T>::kKind, id.value)) {
      undo_.steps_.emplace_back([id](State& state) { restore<T>(state, id, nullptr); });
    }
    if (after_edit) after_edit();
    insert(std::move(entity));
  }

  /// Changes an entity that exists, by a function that gets a reference to it.
  template <class IdType, class Change>
  void update(IdType id, Change&& change) {
    using T = std::remove_cvref_t<decltype(*state_.find(id))>;
    auto& rows = std::get<Rows<T>>(state_.tables_).rows;
    const auto it = rows.find(id.value);
    if (it == rows.end()) State::dangling_reference();
    T& row = it->second;
    const std::shared_ptr<const T> was = touch<T>(id, &row);
    try {
      change(row);
    } catch (...) {
      row = *was;
      throw;
    }
    state_.reindex(*was, row);
    state_.settle_rooms();
  }

  template <class IdType>
  void remove(IdType id) {
    using T = std::remove_cvref_t<decltype(*state_.find(id))>;
    auto& rows = std::get<Rows<T>>(state_.tables_).rows;
    const auto it = rows.find(id.value);
    if (it == rows.end()) State::dangling_reference();
    state_.index(it->second, false);
    state_.settle_rooms();
    if (first_touch(EntityTraits<T>::kKind, id.value)) {
      remember<T>(id, std::make_shared<const T>(std::move(it->second)));
    }
    rows.erase(it);
    if (after_edit) after_edit();
  }

  /// Explanations are not part of the stored state and are not undone.
  Explanations& explanations() { return state_.explanations; }

  [[nodiscard]] bool empty() const { return touched_.empty(); }
  /// What was changed so far, in the order of the first touch.
  [[nodiscard]] std::span<const Touched> touched() const { return touched_; }
  /// Makes the changes stay. `sequence` numbers the change set. Call once, last.
  Commit commit(std::uint64_t sequence);
  /// Takes back a committed transaction; later ones must have been taken back before.
  static void undo(State& state, UndoLog& log);

  /// Testing hook: called after each edit; may throw to cut the transaction off at that point.
  std::function<void()> after_edit;

 private:
  template <class T>
  void insert(T entity) {
    const auto id = entity.id;
    const T& row = std::get<Rows<T>>(state_.tables_).rows.emplace(id.value, std::move(entity)).first->second;
    state_.index(row, true);
    state_.settle_rooms();
  }
  /// A copy of what it is before this edit; null for one that is being made.
  template <class T>
  std::shared_ptr<const T> touch(KeyOf<T> id, const T* before) {
    const auto was = before == nullptr ? nullptr : std::make_shared<const T>(*before);
    if (first_touch(EntityTraits<T>::kKind, id.value)) remember<T>(id, was);
    if (after_edit) after_edit();
    return was;
  }
  /// How what was touched last gets back to what it was; null when the transaction made it.
  template <class T>
  void remember(KeyOf<T> id, std::shared_ptr<const T> old) {
    if (old == nullptr) {
      undo_.steps_.emplace_back([id](State& state) {
        restore<T>(state, id, nullptr);
        std::get<Rows<T>>(state.tables_).last_id = id.value - 1;
      });
      return;
    }
    touched_.back().before = old;
    undo_.steps_.emplace_back([id, old = std::move(old)](State& state) { restore<T>(state, id, old.get()); });
  }
  bool first_touch(EntityKind kind, std::uint64_t id);

  template <class T>
  static void restore(State& state, KeyOf<T> id, const T* old) {
    auto& rows = std::get<Rows<T>>(state.tables_).rows;
    if (const auto it = rows.find(id.value); it != rows.end()) {
      state.index(it->second, false);
      rows.erase(it);
    }
    if (old != nullptr) {
      const T& row = rows.emplace(id.value, *old).first->second;
      state.index(row, true);
    }
    state.settle_rooms();
  }

  struct PairHash {
    std::size_t operator()(const std::pair<EntityKind, std::uint64_t>& key) const noexcept {
      return key.second * 31U + static_cast<std::size_t>(key.first);
    }
  };

  State& state_;
  Instant now_;
  Random& random_;
  std::vector<Touched> touched_;
  std::unordered_map<std::pair<EntityKind, std::uint64_t>, bool, PairHash> seen_;
  UndoLog undo_;
  std::uint64_t created_ = 0;  // bit n: an entity of kind n
  bool committed_ = false;
};

}  // namespace drydock::model
