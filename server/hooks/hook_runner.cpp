#include "server/hooks/hook_runner.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>

#include "scheduler/deployments/hooks.hpp"
#include "server/hooks/hook_call.hpp"
#include "server/hooks/hook_payload.hpp"

namespace drydock::server {
namespace {

const model::HookRun* find_run(const model::ServiceDeployment& record, const std::string& hook) {
  const auto run = std::ranges::find(record.hooks, hook, &model::HookRun::id);
  return run == record.hooks.end() ? nullptr : &*run;
}

scheduler::HookAnswer not_invoked(std::string why) {
  scheduler::HookAnswer answer;
  answer.error = std::move(why);
  return answer;
}

}  // namespace

void HookRunner::call_all() {
  for (const model::ServiceId service : core_.state().services()) {
    for (const model::ServiceDeploymentId id : core_.state().of(service).unfinished) look_at(id);
  }
}

void HookRunner::committed(std::span<const model::Touched> touched) {
  for (const model::Touched& entity : touched) {
    if (entity.kind == model::EntityKind::kServiceDeployment) look_at(model::ServiceDeploymentId{entity.id});
  }
}

void HookRunner::look_at(model::ServiceDeploymentId id) {
  const model::ServiceDeployment* record = core_.state().find(id);
  if (record == nullptr) return;
  for (const model::HookRun& run : record->hooks) {
    if (!run.calling) continue;
    const Call call{id, run.id, run.attempt};
    if (!under_way_.insert(call).second) continue;
    // Nothing is called that a crash could make unasked for.
    core_.when_durable(core_.sequence(), [this, call](const api::ApiError* error) {
      if (error == nullptr) return begin(call);
      under_way_.erase(call);
    });
  }
}

void HookRunner::begin(const Call& call) {
  const auto& [id, hook, attempt] = call;
  const model::ServiceDeployment* record = core_.state().find(id);
  const model::HookRun* run = record == nullptr ? nullptr : find_run(*record, hook);
  if (run == nullptr || !run->calling || run->attempt != attempt) {
    under_way_.erase(call);
    return;
  }
  const std::string arn = scheduler::configured(*record, *run).hookTargetArn.value_or("");
  const HookTarget* target = targets_.find(arn);
  if (target == nullptr) {
    const std::string name = function_name(arn);
    // Later: what led here may be going through the records.
    boost::asio::post(io_, [this, call, name] {
      end(call, not_invoked("no local target being configured for the function " + name +
                            ": start Drydock with --lifecycle-hook " + name + "=http://127.0.0.1:PORT/PATH, or " +
                            name + "=succeed"));
    });
    return;
  }
  spdlog::info("lifecycle hook {} at {}: calling {}", function_name(arn), model::to_text(record->stage), target->text);
  std::string payload = hook_payload(core_.state(), *record, *run, model::to_dashed(random_.uuid()));
  call_hook_target(io_, *target, std::move(payload), [this, call](std::expected<std::string, std::string> result) {
    if (!result) return end(call, not_invoked(std::move(result.error())));
    std::string remembered;
    const model::ServiceDeployment* now = core_.state().find(std::get<0>(call));
    const model::HookRun* asked = now == nullptr ? nullptr : find_run(*now, std::get<1>(call));
    if (asked != nullptr) {
      const auto memory = std::ranges::find(now->hook_memory, asked->hook, &model::HookMemory::hook);
      if (memory != now->hook_memory.end()) remembered = memory->details;
    }
    end(call, read_hook_answer(*result, remembered));
  });
}

void HookRunner::end(const Call& call, const scheduler::HookAnswer& answer) {
  const auto& [id, hook, attempt] = call;
  // While storage cannot write the answer is lost, and the hook is called again afterwards.
  core_.change([&](model::Transaction& tx) { scheduler::answer_hook(tx, id, hook, attempt, answer); });
  under_way_.erase(call);
}

}  // namespace drydock::server
