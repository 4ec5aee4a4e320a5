#pragma once
// The state of a CloudWatch alarm from its datapoints (CloudWatch user guide, "Configuring how alarms treat missing
// data"). Pure.

#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/cloudwatch/types.hpp"
#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Beyond the evaluation periods so many older ones are looked at, for datapoints that came late.
inline constexpr int kPeriodsBeyond = 2;

/// How an alarm reads its datapoints.
struct AlarmRule {
  int periods = 1;         // N: periods that are evaluated
  int to_alarm = 1;        // M: so many of them breaching mean ALARM
  std::string comparison;  // GreaterThanThreshold, ...
  double threshold = 0;
  std::string missing_data;  // missing, notBreaching, breaching, ignore
};

AlarmRule rule_of(const api::cloudwatch::PutMetricAlarmRequest& definition);

bool breaches(const AlarmRule& rule, double value);
/// Whether the alarm watches for values above its threshold.
bool watches_above(const AlarmRule& rule);

/// The state that `values`, newest first and absent where nothing was measured, ask for: nullopt to stay.
std::optional<model::AlarmState> alarm_state(const AlarmRule& rule, const std::vector<std::optional<double>>& values);

/// "Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (75.0)."
std::string state_reason(const AlarmRule& rule, const std::vector<std::optional<double>>& values,
                         model::AlarmState state);

/// The alarm's datapoints of `count` complete periods before `now`, newest first.
std::vector<std::optional<double>> datapoints(const model::State& state, const model::Alarm& alarm, model::Instant now,
                                              int count);

}  // namespace drydock::scheduler
