#include "model/transaction.hpp"

#include <algorithm>

#include "model/rows.hpp"

namespace drydock::model {
namespace {

// Up to this many entities a scan of the list is cheaper than a hash table; most transactions touch one or two.
constexpr std::size_t kScanLimit = 16;

}  // namespace

Transaction::~Transaction() {
  if (!committed_) undo(state_, undo_);
}

bool Transaction::first_touch(EntityKind kind, std::uint64_t id) {
  if (touched_.size() < kScanLimit) {
    const auto same = [&](const Touched& touched) { return touched.kind == kind && touched.id == id; };
    if (std::ranges::any_of(touched_, same)) return false;
  } else {
    if (seen_.empty()) {
      for (const Touched& touched : touched_) seen_.emplace(std::pair(touched.kind, touched.id), true);
    }
    if (!seen_.emplace(std::pair(kind, id), true).second) return false;
  }
  touched_.push_back({kind, id});
  return true;
}

Commit Transaction::commit(std::uint64_t sequence) {
  committed_ = true;
  Commit result;
  result.changes.sequence = sequence;
  result.changes.rows.reserve(touched_.size());
  for (const Touched& touched : touched_) result.changes.rows.push_back(row_of(state_, touched.kind, touched.id));
  for (const EntityKind kind : kEntityKinds) {
    const auto number = static_cast<unsigned>(kind);
    if ((created_ >> number & 1U) != 0) result.changes.rows.push_back(row_of(state_, EntityKind::kIdCounter, number));
  }
  result.touched = std::move(touched_);
  result.undo = std::move(undo_);
  return result;
}

void Transaction::undo(State& state, UndoLog& log) {
  for (auto step = log.steps_.rbegin(); step != log.steps_.rend(); ++step) (*step)(state);
  log.steps_.clear();
}

}  // namespace drydock::model
