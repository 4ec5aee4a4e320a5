// Application Auto Scaling with metrics that somebody puts.
#include "server/operations/autoscaling/autoscaling.hpp"
#include "server/operations/cloudwatch/cloudwatch.hpp"
#include "server/operations/values.hpp"
#include "tests/simulation/world.hpp"

namespace drydock::simulation {
namespace {

constexpr const char* kDimension = "ecs:service:DesiredCount";

template <class Request>
Request about(const std::string& service) {
  Request request;
  request.ServiceNamespace = "ecs";
  request.ResourceId = "service/" + service;
  request.ScalableDimension = kDimension;
  return request;
}

}  // namespace

void World::scale_by_policy() {
  if (services_.empty()) return;
  const std::string name = pick(services_);
  auto target = about<api::autoscaling::RegisterScalableTargetRequest>(name);
  target.MinCapacity = static_cast<int>(dice_.below(3));
  target.MaxCapacity = *target.MinCapacity + static_cast<int>(dice_.below(4));
  if (!call("register-scalable-target " + name, operations::autoscaling::register_scalable_target, target)) return;
  auto policy = about<api::autoscaling::PutScalingPolicyRequest>(name);
  policy.PolicyName = "cpu";
  policy.PolicyType = "TargetTrackingScaling";
  auto& tracking = policy.TargetTrackingScalingPolicyConfiguration.emplace();
  tracking.TargetValue = 50;
  tracking.ScaleOutCooldown = static_cast<int>(dice_.below(60));
  tracking.ScaleInCooldown = static_cast<int>(dice_.below(60));
  tracking.PredefinedMetricSpecification.emplace().PredefinedMetricType = "ECSServiceAverageCPUUtilization";
  call("put-scaling-policy " + name, operations::autoscaling::put_scaling_policy, policy);
}

void World::put_metric() {
  if (services_.empty()) return;
  const std::string name = pick(services_);
  const double load = static_cast<double>(dice_.below(12)) * 10;
  api::cloudwatch::PutMetricDataRequest request;
  request.Namespace = "AWS/ECS";
  auto& data = request.MetricData.emplace();
  for (int minute = 1; minute <= 16; ++minute) {
    api::cloudwatch::MetricDatum& datum = data.emplace_back();
    datum.MetricName = "CPUUtilization";
    auto& dimensions = datum.Dimensions.emplace();
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"ClusterName", name.substr(0, name.find('/'))},
                                     {"ServiceName", name.substr(name.find('/') + 1)}}) {
      api::cloudwatch::Dimension& dimension = dimensions.emplace_back();
      dimension.Name = key;
      dimension.Value = value;
    }
    const auto at = clock_.now() - std::chrono::minutes(minute);
    datum.Timestamp = operations::timestamp(at);
    datum.Value = load;
  }
  call("put-metric-data " + name, operations::cloudwatch::put_metric_data, request);
}

/// What was asked for stays asked for.
void World::end_scaling() {
  for (const std::string& name : services_) {
    const auto target = about<api::autoscaling::DeregisterScalableTargetRequest>(name);
    call("deregister-scalable-target " + name, operations::autoscaling::deregister_scalable_target, target);
  }
}

}  // namespace drydock::simulation
