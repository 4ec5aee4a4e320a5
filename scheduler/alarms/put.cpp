#include "scheduler/alarms/put.hpp"

#include "model/metric_key.hpp"

namespace drydock::scheduler {

std::string metric_of(const std::string& name_space, const std::string& name,
                      const std::optional<std::vector<api::cloudwatch::Dimension>>& dimensions) {
  model::MetricName metric{name_space, name, {}};
  if (dimensions) {
    for (const auto& one : *dimensions) metric.dimensions.emplace_back(one.Name.value_or(""), one.Value.value_or(""));
  }
  return model::metric_key(std::move(metric));
}

std::string metric_of(const api::cloudwatch::PutMetricAlarmRequest& definition) {
  return metric_of(definition.Namespace.value_or(""), definition.MetricName.value_or(""), definition.Dimensions);
}

model::AlarmId put_alarm(model::Transaction& tx, model::WorldId world,
                         std::shared_ptr<const api::cloudwatch::PutMetricAlarmRequest> definition,
                         model::ScalingPolicyId policy) {
  const std::string name = definition->AlarmName.value_or("");
  const auto fill = [&](model::Alarm& alarm) {
    alarm.metric = metric_of(*definition);
    alarm.policy = policy;
    alarm.configured_at = tx.now();
    alarm.acted_for = {};
    alarm.definition = std::move(definition);
  };
  if (const model::Alarm* known = tx.state().alarm_named(world, name)) {
    const model::AlarmId id = known->id;
    tx.update(id, fill);
    return id;
  }
  model::Alarm alarm;
  alarm.world = world;
  alarm.name = name;
  alarm.reason = "Unchecked: Initial alarm creation";
  alarm.updated_at = tx.now();
  fill(alarm);
  return tx.create(std::move(alarm));
}

}  // namespace drydock::scheduler
