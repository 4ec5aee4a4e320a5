#include <algorithm>
#include <array>

#include "scheduler/alarms/put.hpp"
#include "scheduler/alarms/watch.hpp"
#include "scheduler/autoscaling/policies.hpp"
#include "server/operations/alarms/alarms.hpp"
#include "server/operations/cloudwatch/alarm_view.hpp"
#include "server/operations/cloudwatch/cloudwatch.hpp"
#include "server/operations/cloudwatch/errors.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::cloudwatch {
namespace {

constexpr int kDay = 86'400;

Result<void> check(const api::cloudwatch::PutMetricAlarmRequest& request) {
  if (request.Metrics || request.ExtendedStatistic) {
    return std::unexpected(invalid_value("Metric math and percentiles are not supported by Drydock")
                               .explained("Name one metric with MetricName, Namespace and Statistic."));
  }
  if (!request.MetricName || !request.Namespace || !request.Statistic || !request.Period || !request.Threshold) {
    return std::unexpected(
        missing_parameter("An alarm on a metric needs Namespace, MetricName, Statistic, Period and Threshold."));
  }
  if (*request.Period % 60 != 0) {
    return std::unexpected(invalid_value("Period must be a multiple of 60.")
                               .explained("Drydock keeps metrics by the minute: periods below 60 s are not there."));
  }
  const int periods = request.EvaluationPeriods.value_or(1);
  if (static_cast<std::int64_t>(periods) * *request.Period > kDay) {
    return std::unexpected(
        invalid_value("Metrics cannot be checked across more than a day (EvaluationPeriods * Period "
                      "must be <= 86400)."));
  }
  if (request.DatapointsToAlarm.value_or(periods) > periods) {
    return std::unexpected(invalid_value("DatapointsToAlarm must be less than or equal to EvaluationPeriods."));
  }
  // LessThanLowerThreshold and its kind compare with a band, not with a threshold.
  if (request.ComparisonOperator->find("Upper") != std::string::npos ||
      request.ComparisonOperator->find("Lower") != std::string::npos) {
    return std::unexpected(invalid_value("Anomaly detection is not supported by Drydock."));
  }
  constexpr std::array<std::string_view, 4> kMissing = {"breaching", "notBreaching", "ignore", "missing"};
  if (std::ranges::find(kMissing, request.TreatMissingData.value_or("missing")) == kMissing.end()) {
    return std::unexpected(invalid_value("TreatMissingData should be one of [breaching,notBreaching,ignore,missing]."));
  }
  return {};
}

bool has_action_prefix(const model::Alarm& alarm, const std::string& prefix) {
  if (!alarm.definition) return false;
  const auto& definition = *alarm.definition;
  for (const auto* actions : {&definition.AlarmActions, &definition.OKActions, &definition.InsufficientDataActions}) {
    for (const std::string& action : actions->value_or(std::vector<std::string>{})) {
      if (action.starts_with(prefix)) return true;
    }
  }
  return false;
}

bool wanted(const api::cloudwatch::DescribeAlarmsRequest& request, const model::Alarm& alarm) {
  if (request.AlarmNames && !contains(request.AlarmNames, alarm.name)) return false;
  if (request.StateValue && *request.StateValue != model::to_text(alarm.state)) return false;
  if (request.AlarmTypes && !contains(request.AlarmTypes, "MetricAlarm")) return false;
  return !request.ActionPrefix || has_action_prefix(alarm, *request.ActionPrefix);
}

/// Names without an alarm are skipped, as AWS does.
void set_actions_enabled(Context& context, const std::vector<std::string>& names, bool enabled) {
  for (const std::string& name : names) {
    const model::Alarm* alarm = context.state().alarm_named(context.world, name);
    if (alarm == nullptr || !alarm->definition) continue;
    auto definition = std::make_shared<api::cloudwatch::PutMetricAlarmRequest>(*alarm->definition);
    definition->ActionsEnabled = enabled;
    context.tx.update(alarm->id, [&](model::Alarm& entity) { entity.definition = std::move(definition); });
  }
}

}  // namespace

Result<api::cloudwatch::PutMetricAlarmResponse> put_metric_alarm(const api::cloudwatch::PutMetricAlarmRequest& request,
                                                                 Context& context) {
  if (auto fine = check(request); !fine) return std::unexpected(std::move(fine.error()));
  const model::Alarm* known = context.state().alarm_named(context.world, *request.AlarmName);
  scheduler::put_alarm(context.tx, context.world,
                       std::make_shared<const api::cloudwatch::PutMetricAlarmRequest>(request),
                       known == nullptr ? model::ScalingPolicyId{} : known->policy);
  return api::cloudwatch::PutMetricAlarmResponse{};
}

Result<api::cloudwatch::DescribeAlarmsResponse> describe_alarms(const api::cloudwatch::DescribeAlarmsRequest& request,
                                                                Context& context) {
  constexpr std::int32_t kPage = 50;
  const model::State& state = context.state();
  api::cloudwatch::DescribeAlarmsResponse response;
  response.MetricAlarms.emplace();
  const auto keep = [&](const auto& entry) { return wanted(request, state.get(entry.second)); };
  const auto name = [](const auto& entry) { return entry.first; };
  const auto add = [&](const auto& entry) {
    response.MetricAlarms->push_back(show_alarm(state, state.get(entry.second)));
  };
  const auto done = fill_page("Alarms", state.of(context.world).alarms, request.NextToken,
                              static_cast<std::size_t>(request.MaxRecords.value_or(kPage)), response.NextToken, keep,
                              name, add, request.AlarmNamePrefix.value_or(""));
  if (!done) return std::unexpected(api::ApiError::of("InvalidNextToken", "The next token is invalid."));
  return response;
}

Result<api::cloudwatch::DeleteAlarmsResponse> delete_alarms(const api::cloudwatch::DeleteAlarmsRequest& request,
                                                            Context& context) {
  for (const std::string& name : *request.AlarmNames) {
    if (context.state().alarm_named(context.world, name) == nullptr) return std::unexpected(no_alarm(name));
  }
  for (const std::string& name : *request.AlarmNames) {
    const model::Alarm* alarm = context.state().alarm_named(context.world, name);
    if (alarm == nullptr) continue;  // named twice
    const model::AlarmId id = alarm->id;
    scheduler::forget_alarm(context.tx, id);
    context.tx.remove(id);
  }
  return api::cloudwatch::DeleteAlarmsResponse{};
}

Result<api::cloudwatch::SetAlarmStateResponse> set_alarm_state(const api::cloudwatch::SetAlarmStateRequest& request,
                                                               Context& context) {
  const model::Alarm* alarm = context.state().alarm_named(context.world, *request.AlarmName);
  if (alarm == nullptr) return std::unexpected(no_alarm(*request.AlarmName));
  if (const auto state = parse_alarm_state(*request.StateValue)) {
    scheduler::force_alarm(context.tx, alarm->id, *state, *request.StateReason);
  }
  return api::cloudwatch::SetAlarmStateResponse{};
}

Result<api::cloudwatch::EnableAlarmActionsResponse> enable_alarm_actions(
    const api::cloudwatch::EnableAlarmActionsRequest& request, Context& context) {
  set_actions_enabled(context, *request.AlarmNames, true);
  return api::cloudwatch::EnableAlarmActionsResponse{};
}

Result<api::cloudwatch::DisableAlarmActionsResponse> disable_alarm_actions(
    const api::cloudwatch::DisableAlarmActionsRequest& request, Context& context) {
  set_actions_enabled(context, *request.AlarmNames, false);
  return api::cloudwatch::DisableAlarmActionsResponse{};
}

}  // namespace drydock::operations::cloudwatch
