#include "server/core/core.hpp"

#include <algorithm>

#include "instances/payload.hpp"
#include "model/arn.hpp"
#include "scheduler/reconciler/reconcile.hpp"

namespace drydock::server {

Core::Core(CoreOptions options, const model::Clock& clock, std::uint64_t seed, Append append)
    : options_(std::move(options)),
      clock_(clock),
      random_(seed),
      append_(std::move(append)),
      recorder_(options_.kept_events) {}

void Core::start(std::uint64_t last_sequence) {
  sequence_ = last_sequence;
  durable_ = last_sequence;
  queue_.everything(state_);
  note_work();
}

model::WorldId Core::world(std::string_view account, std::string_view region) {
  if (const model::World* known = state_.world_named(account, region)) return known->id;
  model::WorldId id;
  const bool made = change(
      [&](model::Transaction& tx) { id = tx.create(model::World{{}, std::string(account), std::string(region)}); });
  return made ? id : model::WorldId{};
}

bool Core::change(const std::function<void(model::Transaction&)>& step) {
  if (storage_error_) return false;
  model::Transaction tx(state_, clock_.now(), random_);
  step(tx);
  if (!tx.empty()) commit(tx);
  return true;
}

void Core::commit(model::Transaction& tx, Telling telling) {
  if (before_commit) before_commit(tx);
  // Events only tell of changes: they are no reason to look at anything again.
  const std::size_t changes = tx.touched().size();
  if (telling == Telling::kEvents) recorder_.record(tx);
  model::Commit done = tx.commit(++sequence_);
  const std::span<const model::Touched> changed(done.touched.data(), changes);
  queue_.touched(state_, changed);
  queue_deliveries(changed);
  undoable_.push_back({sequence_, std::move(done.undo)});
  append_(epoch_, std::move(done.changes));
  if (on_commit) on_commit(done.touched);
  note_work();
}

void Core::note_work() {
  if (on_work && has_work()) on_work();
}

void Core::when_durable(std::uint64_t sequence, Released then) {
  if (sequence <= durable_) {
    then(nullptr);
    return;
  }
  if (storage_error_) {
    then(&*storage_error_);
    return;
  }
  // Sequences are handed out in order, and so are the answers.
  waiting_.push_back({sequence, std::move(then)});
}

void Core::durable(std::uint64_t sequence) {
  durable_ = std::max(durable_, sequence);
  while (!undoable_.empty() && undoable_.front().sequence <= durable_) undoable_.pop_front();
  release(durable_);
  while (!deliveries_.empty() && deliveries_.front().sequence <= durable_) {
    const model::TaskId task = deliveries_.front().task;
    deliveries_.pop_front();
    deliver(task);
  }
}

void Core::release(std::uint64_t upto) {
  while (!waiting_.empty() && waiting_.front().sequence <= upto) {
    Released then = std::move(waiting_.front().then);
    waiting_.pop_front();
    then(nullptr);
  }
}

void Core::storage_failed(const std::string& message, std::uint64_t last_durable) {
  durable(last_durable);
  storage_error_ = api::ApiError::server("Drydock cannot write its database: " + message)
                       .explained(
                           "Nothing acknowledged is lost and reads go on. Writes are accepted again by "
                           "themselves once the data directory can be written.");
  while (!undoable_.empty()) {
    model::Transaction::undo(state_, undoable_.back().undo);
    undoable_.pop_back();
  }
  sequence_ = durable_;
  deliveries_.clear();
  std::deque<Waiting> refused = std::move(waiting_);
  waiting_.clear();
  for (Waiting& one : refused) one.then(&*storage_error_);
}

void Core::storage_recovered(std::uint64_t epoch, std::uint64_t last_durable) {
  epoch_ = epoch;
  sequence_ = last_durable;
  durable_ = last_durable;
  storage_error_.reset();
  queue_.everything(state_);
  note_work();
}

void Core::settle() {
  queue_.wake(clock_.now());
  while (has_work()) {
    const auto key = queue_.pop();
    model::Transaction tx(state_, clock_.now(), random_);
    scheduler::reconcile(tx, *key, options_.pace, queue_);
    if (!tx.empty()) commit(tx);
  }
}

void Core::queue_deliveries(std::span<const model::Touched> touched) {
  for (const model::Touched& entity : touched) {
    if (entity.kind != model::EntityKind::kTask) continue;
    const model::TaskId id{entity.id};
    const model::Task* task = state_.find(id);
    if (task == nullptr || task->last_status == model::TaskStatus::kStopped) {
      told_.erase(id);
      continue;
    }
    const Told& told = told_[id];
    const bool start = !told.start && !task->stop_wanted && task->last_status != model::TaskStatus::kProvisioning;
    const bool stop = !told.stop && task->stop_wanted;
    if (start || stop) deliveries_.push_back({sequence_, id});
  }
}

std::shared_ptr<instances::InstanceLink> Core::link_of(const model::Task& task) const {
  if (task.launch_type == model::LaunchType::kFargate) return fargate_;
  const auto it = links_.find(task.instance);
  return it == links_.end() ? nullptr : it->second;
}

void Core::deliver(model::TaskId id) {
  const model::Task* task = state_.find(id);
  if (task == nullptr || task->last_status == model::TaskStatus::kStopped) return;
  const std::shared_ptr<instances::InstanceLink> link = link_of(*task);
  if (link == nullptr) return;
  Told& told = told_[id];
  bool& done = task->stop_wanted ? told.stop : told.start;
  if (done) return;
  done = true;
  auto payload = instances::payload_of(state_, *task, sequence_);
  const auto files = task->stop_wanted ? std::set<std::string>{} : instances::environment_files_of(payload);
  if (files.empty()) return send(*task, *link, std::move(payload), {});
  told.reading = ++readings_;
  instances::read_objects(
      options_.read_object, files,
      [this, id, reading = readings_](const instances::Objects& objects) { files_read(id, reading, objects); });
}

/// Meanwhile the task may have ended, been told to stop, or been sent anew.
void Core::files_read(model::TaskId id, std::uint64_t reading, const instances::Objects& files) {
  const auto told = told_.find(id);
  if (told == told_.end() || told->second.reading != reading) return;
  const model::Task* task = state_.find(id);
  if (task == nullptr || task->stop_wanted || task->last_status == model::TaskStatus::kStopped) return;
  const std::shared_ptr<instances::InstanceLink> link = link_of(*task);
  if (link) send(*task, *link, instances::payload_of(state_, *task, sequence_), files);
}

void Core::send(const model::Task& task, instances::InstanceLink& link, instances::TaskPayload payload,
                const instances::Objects& files) {
  instances::add_launch_resources(state_, task, clock_.now(), files, payload);
  instances::map_images(options_.images, payload);
  link.send(payload);
}

std::vector<std::string> Core::send_all(const std::set<model::TaskId>& tasks) {
  std::vector<std::string> arns;
  const std::vector<model::TaskId> ids(tasks.begin(), tasks.end());
  // What is not durable yet must not be acted on; its own delivery follows when it is.
  std::set<model::TaskId> not_durable;
  for (const Delivery& delivery : deliveries_) not_durable.insert(delivery.task);
  for (const model::TaskId id : ids) {
    const model::Task& task = state_.get(id);
    arns.push_back(model::arn_of(state_, task));
    told_.erase(id);
    if (not_durable.contains(id)) continue;
    if (task.last_status != model::TaskStatus::kProvisioning || task.stop_wanted) deliver(id);
  }
  return arns;
}

std::vector<std::string> Core::attach(model::InstanceId instance, std::shared_ptr<instances::InstanceLink> link) {
  links_[instance] = std::move(link);
  return send_all(state_.of(instance).tasks);
}

void Core::detach(model::InstanceId instance) { links_.erase(instance); }

std::vector<std::string> Core::attach_fargate(std::shared_ptr<instances::InstanceLink> link) {
  fargate_ = std::move(link);
  return send_all(state_.fargate_tasks());
}

}  // namespace drydock::server
