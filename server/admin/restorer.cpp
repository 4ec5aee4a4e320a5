#include "server/admin/restorer.hpp"

#include <spdlog/spdlog.h>

#include "server/core/snapshots.hpp"

namespace drydock::server {

void Restorer::restore(const std::string& name, std::function<void(const std::string& error)> done) {
  const std::string& snapshot = *find_snapshot(core_.state(), name);
  const auto facts = model::snapshot_facts(snapshot);
  if (!facts) return done(facts.error());
  const model::Instant before = core_.now();
  const auto give_up = [this, before](const std::string& why, const auto& tell) {
    jump_to(before);
    agents_.listen();
    tell(why);
  };
  // What instances say from here on would be said of tasks that have become other ones.
  agents_.hold();
  // First, since the time is stored together with the change.
  jump_to(facts->taken_at);
  if (const auto changed = core_.restore(snapshot, snapshot_world(core_.state())); !changed) {
    return give_up(changed.error(), done);
  }
  core_.when_durable(core_.sequence(), [this, name, give_up, done = std::move(done)](const api::ApiError* error) {
    if (error != nullptr) return give_up(error->message, done);
    go_on();
    spdlog::info("snapshot {} is restored", name);
    done({});
  });
}

void Restorer::jump_to(model::Instant when) {
  if (time_ != nullptr) time_->jump_to(when);
}

void Restorer::go_on() {
  if (time_ != nullptr) time_->forget_instances();
  core_.forget_links();
  behaviours_.reload();
  faults_.reload();
  agents_.restored();
  then_();
}

}  // namespace drydock::server
