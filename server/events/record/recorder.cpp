#include "server/events/record/recorder.hpp"

#include <nlohmann/json.hpp>

#include "scheduler/events/deliveries.hpp"
#include "scheduler/events/envelope.hpp"
#include "scheduler/events/pattern.hpp"
#include "server/events/record/daemon_events.hpp"
#include "server/events/record/deployment_events.hpp"
#include "server/events/record/instance_events.hpp"
#include "server/events/record/service_events.hpp"
#include "server/events/record/task_events.hpp"
#include "server/events/record/task_service_events.hpp"

namespace drydock::events {
namespace {

using model::EntityKind;

template <class More>
void append(Drafts& drafts, More more) {
  for (auto& draft : more) drafts.push_back(std::move(draft));
}

void append(Drafts& drafts, std::optional<Draft> draft) {
  if (draft) drafts.push_back(std::move(*draft));
}

/// Collects what a transaction's changes are events of, in their order.
class Collector {
 public:
  explicit Collector(model::Transaction& tx) : tx_(tx), state_(tx.state()) {}

  Drafts collect() {
    // Versions are counted up on the way, which touches more.
    const std::vector<model::Touched> touched(tx_.touched().begin(), tx_.touched().end());
    for (const model::Touched& entity : touched) {
      if (entity.kind != EntityKind::kTask) continue;
      const model::Task* task = state_.find(model::TaskId{entity.id});
      add_affected(entity.was<model::Task>(), task, affected_);
    }
    for (const model::Touched& entity : touched) look_at(entity);
    // Instances that nothing happened to but that tasks came or went.
    for (const model::InstanceId id : affected_) {
      const model::ContainerInstance* instance = state_.find(id);
      if (instance != nullptr) instance_changed(instance->version, *instance);
    }
    return std::move(drafts_);
  }

 private:
  void look_at(const model::Touched& entity) {
    switch (entity.kind) {
      case EntityKind::kTask: task(entity); return;
      case EntityKind::kContainerInstance: instance(entity); return;
      case EntityKind::kService: service(entity); return;
      case EntityKind::kServiceEvent: {
        const auto* said = state_.find(model::ServiceEventId{entity.id});
        if (said != nullptr && entity.before == nullptr) append(drafts_, service_actions(state_, *said));
        return;
      }
      case EntityKind::kServiceDeployment: {
        const auto* record = state_.find(model::ServiceDeploymentId{entity.id});
        if (record == nullptr) return;
        append(drafts_, hook_events(state_, entity.was<model::ServiceDeployment>(), *record, tx_.now()));
        return;
      }
      case EntityKind::kDaemonDeployment: {
        const auto* deployment = state_.find(model::DaemonDeploymentId{entity.id});
        if (deployment == nullptr) return;
        const auto* before = entity.was<model::DaemonDeployment>();
        append(drafts_, daemon_deployment_event(state_, before, *deployment, tx_.now()));
        append(drafts_, daemon_placement_events(state_, before, *deployment, tx_.now()));
        return;
      }
      default: return;
    }
  }

  void task(const model::Touched& entity) {
    const model::TaskId id{entity.id};
    const model::Task* before = entity.was<model::Task>();
    const model::Task* after = state_.find(id);
    if (after == nullptr) return;
    append(drafts_, task_service_events(state_, before, *after, tx_.now()));
    if (!is_task_change(before, *after)) return;
    if (before != nullptr && before->version == after->version) {
      tx_.update(id, [](model::Task& task) { ++task.version; });
      after = state_.find(id);
    }
    drafts_.push_back(task_event(state_, *after, tx_.now()));
    append(drafts_, daemon_task_event(state_, before, *after, tx_.now()));
  }

  void instance(const model::Touched& entity) {
    const model::InstanceId id{entity.id};
    const auto* before = entity.was<model::ContainerInstance>();
    const model::ContainerInstance* after = state_.find(id);
    if (after == nullptr) return;
    if (is_health_change(before, *after)) drafts_.push_back(health_event(state_, *after, tx_.now()));
    if (!is_instance_change(before, *after) && !affected_.contains(id)) return;
    affected_.erase(id);
    instance_changed(before == nullptr ? 0 : before->version, *after);
  }

  void instance_changed(std::int64_t version_before, const model::ContainerInstance& instance) {
    const model::InstanceId id = instance.id;
    if (instance.version == version_before) {
      tx_.update(id, [](model::ContainerInstance& entity) { ++entity.version; });
    }
    drafts_.push_back(instance_event(state_, state_.get(id), tx_.now()));
  }

  void service(const model::Touched& entity) {
    const auto* before = entity.was<model::Service>();
    const model::Service* after = state_.find(model::ServiceId{entity.id});
    if (after == nullptr) return;
    append(drafts_, deployment_events(state_, before, *after, lines_of(after->id), tx_.now()));
    if (before != nullptr) append(drafts_, desired_count_event(state_, *before, *after, tx_.now()));
  }

  /// What the transaction says of the service.
  std::vector<std::string_view> lines_of(model::ServiceId service) const {
    std::vector<std::string_view> lines;
    for (const model::Touched& entity : tx_.touched()) {
      if (entity.kind != EntityKind::kServiceEvent || entity.before != nullptr) continue;
      const auto* said = state_.find(model::ServiceEventId{entity.id});
      if (said != nullptr && said->service == service) lines.push_back(said->message);
    }
    return lines;
  }

  model::Transaction& tx_;
  const model::State& state_;
  std::set<model::InstanceId> affected_;
  Drafts drafts_;
};

}  // namespace

void Recorder::record(model::Transaction& tx) {
  if (kept_ > 0) add_events(tx);
  std::vector<model::EventId> fresh;
  for (const model::Touched& entity : tx.touched()) {
    if (entity.kind == EntityKind::kEvent && entity.before == nullptr) fresh.push_back(model::EventId{entity.id});
  }
  for (const model::EventId id : fresh) hand_to_rules(tx, id);
  if (fresh.empty()) return;
  while (tx.state().events().size() > kept_) tx.remove(*tx.state().events().begin());
}

void Recorder::add_events(model::Transaction& tx) {
  for (Draft& draft : Collector(tx).collect()) {
    scheduler::Envelope envelope;
    envelope.id = tx.random().uuid();
    envelope.detail_type = draft.detail_type;
    envelope.time = tx.now();
    envelope.resources = std::move(draft.resources);
    model::Event event;
    event.world = draft.world;
    event.detail_type = draft.detail_type;
    event.cluster = std::move(draft.cluster);
    event.service = std::move(draft.service);
    event.json = scheduler::event_text(tx.state().get(draft.world), envelope, draft.detail);
    tx.create(std::move(event));
  }
}

void Recorder::hand_to_rules(model::Transaction& tx, model::EventId id) {
  const model::State& state = tx.state();
  const model::Event* event = state.find(id);
  if (event == nullptr) return;
  const auto& rules = state.of(event->world).event_rules;
  if (rules.empty() && state.webhooks().empty()) return;
  const std::string json = event->json;
  nlohmann::json document;  // read when the first pattern asks for it
  std::vector<model::EventRuleId> wanting;
  for (const auto* group : {&rules, &state.webhooks()}) {
    for (const auto& [name, rule_id] : *group) {
      const model::EventRule& rule = state.get(rule_id);
      if (!rule.enabled || rule.targets.empty()) continue;
      if (rule.pattern.empty()) {
        if (!rule.world) wanting.push_back(rule_id);
        continue;
      }
      const scheduler::EventPattern* pattern = pattern_of(rule);
      if (document.is_null()) document = nlohmann::json::parse(json, nullptr, false);
      if (pattern != nullptr && pattern->matches(document)) wanting.push_back(rule_id);
    }
  }
  for (const model::EventRuleId rule : wanting) scheduler::send_to_targets(tx, rule, json, id.value);
}

const scheduler::EventPattern* Recorder::pattern_of(const model::EventRule& rule) {
  Compiled& compiled = patterns_[rule.id];
  if (compiled.text != rule.pattern) {
    compiled.text = rule.pattern;
    auto parsed = scheduler::EventPattern::parse(rule.pattern);
    compiled.pattern = parsed ? std::make_shared<const scheduler::EventPattern>(std::move(*parsed)) : nullptr;
  }
  return compiled.pattern.get();
}

}  // namespace drydock::events
