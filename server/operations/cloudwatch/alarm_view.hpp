#pragma once
// Alarms as CloudWatch shows them.

#include <string>

#include "api-spec/generated/cloudwatch/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::cloudwatch {

/// arn:<partition>:cloudwatch:<region>:<account>:alarm:<name>
std::string alarm_arn(const model::State& state, const model::Alarm& alarm);

api::cloudwatch::MetricAlarm show_alarm(const model::State& state, const model::Alarm& alarm);

}  // namespace drydock::operations::cloudwatch
