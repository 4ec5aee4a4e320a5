#include "server/operations/cloudwatch/alarm_view.hpp"

#include "model/arn.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::cloudwatch {

std::string alarm_arn(const model::State& state, const model::Alarm& alarm) {
  const model::World& world = state.get(alarm.world);
  return "arn:" + std::string(model::partition_of(world.region)) + ":cloudwatch:" + world.region + ":" + world.account +
         ":alarm:" + alarm.name;
}

api::cloudwatch::MetricAlarm show_alarm(const model::State& state, const model::Alarm& alarm) {
  api::cloudwatch::MetricAlarm shown;
  shown.AlarmName = alarm.name;
  shown.AlarmArn = alarm_arn(state, alarm);
  shown.StateValue = model::to_text(alarm.state);
  shown.StateReason = alarm.reason;
  shown.StateUpdatedTimestamp = timestamp(alarm.updated_at);
  shown.StateTransitionedTimestamp = timestamp(alarm.updated_at);
  shown.AlarmConfigurationUpdatedTimestamp = timestamp(alarm.configured_at);
  if (!alarm.definition) return shown;
  const auto& definition = *alarm.definition;
  using Actions = std::vector<std::string>;
  shown.AlarmDescription = definition.AlarmDescription;
  shown.ActionsEnabled = definition.ActionsEnabled.value_or(true);
  shown.OKActions = definition.OKActions.value_or(Actions{});
  shown.AlarmActions = definition.AlarmActions.value_or(Actions{});
  shown.InsufficientDataActions = definition.InsufficientDataActions.value_or(Actions{});
  shown.MetricName = definition.MetricName;
  shown.Namespace = definition.Namespace;
  shown.Statistic = definition.Statistic;
  shown.Dimensions = definition.Dimensions.value_or(std::vector<api::cloudwatch::Dimension>{});
  shown.Period = definition.Period;
  shown.Unit = definition.Unit;
  shown.EvaluationPeriods = definition.EvaluationPeriods;
  shown.DatapointsToAlarm = definition.DatapointsToAlarm;
  shown.Threshold = definition.Threshold;
  shown.ComparisonOperator = definition.ComparisonOperator;
  shown.TreatMissingData = definition.TreatMissingData;
  return shown;
}

}  // namespace drydock::operations::cloudwatch
