#pragma once
// The operations of CloudWatch that scaling needs (spec/adjuncts.md section 5).
// Errors of all: InvalidParameterValue, InvalidParameterCombination, MissingParameter; ResourceNotFound (404) for
// alarms that are not there.

#include "api-spec/generated/cloudwatch/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::cloudwatch {

/// Unlike AWS, metrics of the namespaces AWS/... may be put, too: a test plays the load of a service.
Result<api::cloudwatch::PutMetricDataResponse> put_metric_data(const api::cloudwatch::PutMetricDataRequest& request,
                                                               Context& context);
Result<api::cloudwatch::GetMetricStatisticsResponse> get_metric_statistics(
    const api::cloudwatch::GetMetricStatisticsRequest& request, Context& context);
/// Metrics only: expressions are refused.
Result<api::cloudwatch::GetMetricDataResponse> get_metric_data(const api::cloudwatch::GetMetricDataRequest& request,
                                                               Context& context);
Result<api::cloudwatch::ListMetricsResponse> list_metrics(const api::cloudwatch::ListMetricsRequest& request,
                                                          Context& context);

/// An alarm on one metric. Of its actions, scaling policies are carried out.
Result<api::cloudwatch::PutMetricAlarmResponse> put_metric_alarm(const api::cloudwatch::PutMetricAlarmRequest& request,
                                                                 Context& context);
Result<api::cloudwatch::DescribeAlarmsResponse> describe_alarms(const api::cloudwatch::DescribeAlarmsRequest& request,
                                                                Context& context);
/// All or none of the alarms.
Result<api::cloudwatch::DeleteAlarmsResponse> delete_alarms(const api::cloudwatch::DeleteAlarmsRequest& request,
                                                            Context& context);
/// Until the next period is over; ALARM carries out the alarm's actions at once.
Result<api::cloudwatch::SetAlarmStateResponse> set_alarm_state(const api::cloudwatch::SetAlarmStateRequest& request,
                                                               Context& context);
Result<api::cloudwatch::EnableAlarmActionsResponse> enable_alarm_actions(
    const api::cloudwatch::EnableAlarmActionsRequest& request, Context& context);
Result<api::cloudwatch::DisableAlarmActionsResponse> disable_alarm_actions(
    const api::cloudwatch::DisableAlarmActionsRequest& request, Context& context);

}  // namespace drydock::operations::cloudwatch
