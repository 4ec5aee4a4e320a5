#include "server/hooks/hook_payload.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "model/arn.hpp"
#include "scheduler/deployments/traffic.hpp"

namespace drydock::server {
namespace {

using model::LifecycleStage;
using Json = nlohmann::ordered_json;

constexpr double kMaxDelaySeconds = 24 * 60 * 60;

Json weights(const model::State& state, const model::ServiceDeployment& record, int green, int blue) {
  Json map = Json::object();
  const auto add = [&](model::ServiceRevisionId id, int share) {
    if (const model::ServiceRevision* revision = state.find(id)) map[model::arn_of(state, *revision)] = share / 10.0;
  };
  add(record.target.revision, green);
  add(record.blue, blue);
  return map;
}

Json object_or_empty(std::string_view text) {
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : Json::object();
}

}  // namespace

std::string hook_payload(const model::State& state, const model::ServiceDeployment& record, const model::HookRun& run,
                         const std::string& execution_id) {
  const model::Service& service = state.get(record.service);
  const model::TrafficShare green = scheduler::share_of(service, record.target.revision);
  const model::TrafficShare blue = scheduler::share_of(service, record.blue);
  Json test = Json::object();
  Json production = Json::object();
  switch (record.stage) {
    case LifecycleStage::kReconcileService:
      test = weights(state, record, model::kAllTraffic, 0);
      production = test;
      break;
    case LifecycleStage::kTestTrafficShift: test = weights(state, record, green.test, blue.test); break;
    case LifecycleStage::kPreProductionTrafficShift:
    case LifecycleStage::kProductionTrafficShift:
      production = weights(state, record, green.production, blue.production);
      break;
    default: break;
  }
  Json details;
  details["serviceArn"] = model::arn_of(state, service);
  if (const auto* target = state.find(record.target.revision)) {
    details["targetServiceRevisionArn"] = model::arn_of(state, *target);
  }
  details["testTrafficWeights"] = std::move(test);
  details["productionTrafficWeights"] = std::move(production);
  Json payload;
  payload["executionId"] = execution_id;
  payload["lifecycleStage"] = model::to_text(record.stage);
  payload["resourceArn"] = model::arn_of(state, record);
  payload["executionDetails"] = std::move(details);
  const auto& hook = scheduler::configured(record, run);
  Json own = hook.hookDetails ? Json::parse(hook.hookDetails->text, nullptr, false) : Json();
  const auto memory = std::ranges::find(record.hook_memory, run.hook, &model::HookMemory::hook);
  if (memory != record.hook_memory.end()) {
    if (!own.is_object()) own = Json::object();
    own.update(object_or_empty(memory->details));
  }
  if (!own.is_null() && !own.is_discarded()) payload["hookDetails"] = std::move(own);
  return payload.dump(-1, ' ', false, Json::error_handler_t::replace);
}

scheduler::HookAnswer read_hook_answer(std::string_view body, std::string_view remembered) {
  using Kind = scheduler::HookAnswer::Kind;
  scheduler::HookAnswer answer;
  answer.kind = Kind::kUnreadable;
  const Json parsed = Json::parse(body, nullptr, false);
  if (!parsed.is_object()) {
    answer.error = "the response is not a JSON object";
    return answer;
  }
  const auto status = parsed.find("hookStatus");
  if (status == parsed.end() || !status->is_string()) {
    answer.error = "HookStatus must not be null";
    return answer;
  }
  if (*status == "SUCCEEDED") {
    answer.kind = Kind::kSucceeded;
  } else if (*status == "FAILED") {
    answer.kind = Kind::kFailed;
  } else if (*status == "IN_PROGRESS") {
    answer.kind = Kind::kInProgress;
  } else {
    answer.error = "HookStatus must be one of SUCCEEDED, FAILED and IN_PROGRESS";
    return answer;
  }
  const auto delay = parsed.find("callBackDelay");
  if (delay != parsed.end() && delay->is_number()) {
    const double seconds = std::clamp(delay->get<double>(), 0.0, kMaxDelaySeconds);
    answer.call_again_after = model::Duration(static_cast<std::int64_t>(seconds * 1000));
  }
  const auto details = parsed.find("hookDetails");
  if (details != parsed.end() && details->is_object()) {
    Json merged = object_or_empty(remembered);
    merged.update(*details);
    answer.details = merged.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return answer;
}

}  // namespace drydock::server
