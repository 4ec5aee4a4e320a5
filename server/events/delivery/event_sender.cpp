#include "server/events/delivery/event_sender.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "api-spec/generated/events/tables.hpp"
#include "api-spec/runtime/decode.hpp"
#include "model/arn.hpp"
#include "scheduler/events/deliveries.hpp"
#include "scheduler/events/envelope.hpp"
#include "server/events/targets/input.hpp"
#include "server/events/targets/run_task_target.hpp"
#include "server/hooks/hook_call.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/tasks/tasks.hpp"

namespace drydock::server {
namespace {

/// A target that is not there any more, or of which nothing can be read, has an empty ARN.
api::events::Target target_of(const model::EventRule& rule, const std::string& id) {
  const auto target = std::ranges::find(rule.targets, id, &model::EventTarget::id);
  if (target == rule.targets.end()) return {};
  auto decoded = api::decode<api::events::Target>(target->definition);
  return decoded ? std::move(*decoded) : api::events::Target{};
}

InputSurroundings surroundings_of(const model::State& state, const model::EventRule& rule, model::Instant now) {
  InputSurroundings around;
  if (const model::World* world = state.find(rule.world)) around.rule_arn = scheduler::rule_arn(*world, rule.name);
  around.rule_name = rule.name;
  around.time = scheduler::detail_time(now);
  return around;
}

/// As long as EventBridge gives an API destination, and some more.
constexpr auto kAnswerWithin = std::chrono::seconds(10);

bool is_url(const std::string& arn) { return arn.starts_with("http://"); }

}  // namespace

void EventSender::send_all() {
  std::vector<Way> ways;
  for (const auto& [way, waiting] : core_.state().event_deliveries()) ways.push_back(way);
  for (const Way& way : ways) look_at(way);
}

void EventSender::committed(std::span<const model::Touched> touched) {
  std::set<Way> ways;
  for (const model::Touched& entity : touched) {
    if (entity.kind != model::EntityKind::kEventDelivery) continue;
    const auto* delivery = core_.state().find(model::EventDeliveryId{entity.id});
    if (delivery != nullptr) ways.insert({delivery->rule, delivery->target});
  }
  for (const Way& way : ways) look_at(way);
}

void EventSender::look_at(const Way& way) {
  if (!under_way_.insert(way).second) return;
  // Nobody is told of what a crash could take back.
  core_.when_durable(core_.sequence(), [this, way](const api::ApiError* error) {
    under_way_.erase(way);
    if (error == nullptr) begin(way);
  });
}

model::EventDeliveryId EventSender::choose(const model::EventRule& rule,
                                           const std::set<model::EventDeliveryId>& waiting) {
  const bool shuffled = options_.shuffle && !rule.world && waiting.size() > 1 && random_.below(4) == 0;
  return shuffled ? *std::next(waiting.begin()) : *waiting.begin();
}

void EventSender::begin(const Way& way) {
  const auto& ways = core_.state().event_deliveries();
  const auto waiting = ways.find(way);
  if (waiting == ways.end() || under_way_.contains(way)) return;
  const model::EventRule* rule = core_.state().find(way.first);
  if (rule == nullptr) return;
  const model::Instant due = core_.state().get(*waiting->second.begin()).due;
  if (due > core_.now()) {
    model::Instant& until = resting_[way];
    if (until == due) return;
    until = due;
    after_(due - core_.now(), [this, way] {
      resting_.erase(way);
      look_at(way);
    });
    return;
  }
  const model::EventDelivery delivery = core_.state().get(choose(*rule, waiting->second));
  under_way_.insert(way);
  hand_over(way, delivery);
}

void EventSender::hand_over(const Way& way, const model::EventDelivery& delivery) {
  const model::EventRule& rule = core_.state().get(way.first);
  const api::events::Target target = target_of(rule, way.second);
  const std::string arn = target.Arn.value_or("");
  const std::string input = target_input(target, delivery.event, surroundings_of(core_.state(), rule, core_.now()));
  if (is_url(arn)) return post(way, delivery, arn, input);
  if (target.EcsParameters) return run_task(way, delivery, input);
  if (arn.find(":logs:") != std::string::npos) return write_log(way, delivery, arn, input);
  end(way, [id = delivery.id, arn](model::Transaction& tx) {
    scheduler::give_up(tx, id,
                       "Drydock cannot deliver to " + (arn.empty() ? "this target" : arn) +
                           ": a cluster, a log group or a URL can be a target");
  });
}

void EventSender::run_task(const Way& way, const model::EventDelivery& delivery, const std::string& input) {
  const model::EventRule& rule = core_.state().get(way.first);
  const auto request = run_task_request(target_of(rule, way.second), rule.name, input);
  const model::EventDeliveryId id = delivery.id;
  if (!request) {
    return end(way, [&](model::Transaction& tx) { scheduler::give_up(tx, id, request.error()); });
  }
  // The tasks, and that the event has been delivered: both or neither.
  const auto run = [&](operations::Context& context) {
    auto response = operations::run_task(*request, context);
    if (response && response->tasks && !response->tasks->empty()) scheduler::delivered(context.tx, id);
    return response;
  };
  const auto response = core_.run(rule.world, run);
  if (!response) {
    const api::ApiError& error = response.error();
    spdlog::warn("event rule {}: RunTask: {}", core_.state().get(way.first).name, error.message);
    return end(way, [&](model::Transaction& tx) {
      const std::string reason = error.code + ": " + error.message;
      if (error.http_status >= 500) return scheduler::try_again_later(tx, id, reason);
      scheduler::give_up(tx, id, reason);
    });
  }
  if (response->tasks && !response->tasks->empty()) return end(way, [](model::Transaction&) {});
  std::string reason = "no task could be started";
  if (response->failures && !response->failures->empty()) {
    reason += ": " + response->failures->front().reason.value_or("");
  }
  end(way, [&](model::Transaction& tx) { scheduler::try_again_later(tx, id, reason); });
}

void EventSender::write_log(const Way& way, const model::EventDelivery& delivery, const std::string& arn,
                            const std::string& input) {
  constexpr std::string_view kMark = ":log-group:";
  const model::EventDeliveryId id = delivery.id;
  const model::EventRule& rule = core_.state().get(way.first);
  const std::size_t at = arn.find(kMark);
  std::string group = at == std::string::npos ? arn : arn.substr(at + kMark.size());
  if (group.ends_with(":*")) group.resize(group.size() - 2);
  const std::string stream = "events-" + rule.name;
  const auto write = [&](operations::Context& context) -> operations::Result<model::LogStreamId> {
    auto opened = operations::logs::open_stream(context, group, stream, false);
    if (opened) scheduler::delivered(context.tx, id);
    return opened;
  };
  const auto opened = core_.run(rule.world, write);
  if (!opened) {
    const std::string reason = opened.error().code + ": " + opened.error().message;
    return end(way, [&](model::Transaction& tx) { scheduler::give_up(tx, id, reason); });
  }
  if (const model::LogLines* lines = core_.settings().logs; lines != nullptr && lines->append) {
    lines->append(*opened, {{core_.now(), input}}, core_.now());
  }
  end(way, [](model::Transaction&) {});
}

void EventSender::post(const Way& way, const model::EventDelivery& delivery, const std::string& url,
                       const std::string& input) {
  const auto target = parse_hook_target(url, false);
  const model::EventDeliveryId id = delivery.id;
  if (!target || target->kind != HookTarget::Kind::kUrl) {
    const std::string reason = target ? "not a URL" : target.error();
    return end(way, [&](model::Transaction& tx) { scheduler::give_up(tx, id, reason); });
  }
  const model::EventRule* rule = core_.state().find(way.first);
  const bool twice = options_.shuffle && rule != nullptr && !rule->world && random_.below(4) == 0;
  const auto answered = [this, way, id, twice](std::expected<std::string, std::string> result) {
    end(way, [&](model::Transaction& tx) {
      if (!result) return scheduler::try_again_later(tx, id, result.error());
      if (!twice) return scheduler::delivered(tx, id);
      // Once more, as EventBridge may do it.
      if (tx.state().find(id) != nullptr) tx.update(id, [](model::EventDelivery& again) { ++again.attempts; });
    });
  };
  call_hook_target(io_, *target, input, answered, kAnswerWithin);
}

void EventSender::end(const Way& way, const std::function<void(model::Transaction&)>& outcome) {
  // While storage cannot write the outcome is lost, and the event is delivered again afterwards.
  const bool noted = core_.change(outcome);
  under_way_.erase(way);
  if (noted) look_at(way);
}

}  // namespace drydock::server
