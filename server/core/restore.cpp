// Going back to a snapshot: State first, and what was derived from it anew.
#include "model/snapshot.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

std::expected<void, std::string> Core::restore(std::string_view snapshot, model::WorldId apart) {
  if (storage_error_) return std::unexpected(storage_error_->message);
  model::Transaction tx(state_, clock_.now(), random_);
  if (auto done = model::restore_snapshot(tx, snapshot, apart); !done) return done;
  // Timers and waiting lists of what was: everything is looked at anew, as after a start.
  queue_ = scheduler::WorkQueue();
  state_.explanations = {};
  if (before_commit) before_commit(tx);
  if (!tx.empty()) commit(tx, Telling::kNothing);
  queue_.everything(state_);
  note_work();
  return {};
}

void Core::forget_links() {
  links_.clear();
  fargate_.reset();
  told_.clear();
}

}  // namespace drydock::server
