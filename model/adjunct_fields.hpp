#pragma once
// The stored fields of what other services than ECS keep here: scaling, metrics, logs, parameters, secrets, events. The
// same rules as in fields.hpp, which includes this.

#include "api-spec/generated/autoscaling/types.hpp"
#include "api-spec/generated/cloudwatch/types.hpp"
#include "api-spec/generated/servicediscovery/types.hpp"
#include "model/alarm.hpp"
#include "model/autoscaling.hpp"
#include "model/discovery.hpp"
#include "model/event.hpp"
#include "model/log_group.hpp"
#include "model/metric.hpp"
#include "model/parameter.hpp"
#include "model/secret.hpp"

namespace drydock::model {

template <class Visit>
void list_fields(ScalableTarget& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.uuid);
  visit(3, e.cluster);
  visit(4, e.service);
  visit(5, e.minimum);
  visit(6, e.maximum);
  visit(7, e.scale_in_suspended);
  visit(8, e.scale_out_suspended);
  visit(9, e.schedule_suspended);
  visit(10, e.role_arn);
  visit(11, e.tags);
  visit(12, e.created_at);
}

template <class Visit>
void list_fields(ScalingPolicy& e, Visit&& visit) {
  visit(1, e.target);
  visit(2, e.uuid);
  visit(3, e.name);
  visit(4, e.tracking);
  visit(5, e.steps);
  visit(6, e.high);
  visit(7, e.low);
  visit(8, e.scaled_out_at);
  visit(9, e.scaled_in_at);
  visit(10, e.scaled_by);
  visit(11, e.created_at);
}

template <class Visit>
void list_fields(ScheduledAction& e, Visit&& visit) {
  visit(1, e.target);
  visit(2, e.uuid);
  visit(3, e.name);
  visit(4, e.schedule);
  visit(5, e.timezone);
  visit(6, e.start_at);
  visit(7, e.end_at);
  visit(8, e.minimum);
  visit(9, e.maximum);
  visit(10, e.next_at);
  visit(11, e.created_at);
}

template <class Visit>
void list_fields(ScalingActivity& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.uuid);
  visit(3, e.cluster);
  visit(4, e.service);
  visit(5, e.description);
  visit(6, e.cause);
  visit(7, e.status);
  visit(8, e.message);
  visit(9, e.not_scaled);
  visit(10, e.minimum);
  visit(11, e.maximum);
  visit(12, e.capacity);
  visit(13, e.started_at);
  visit(14, e.ended_at);
}

template <class Visit>
void list_fields(MetricPoint& e, Visit&& visit) {
  visit(1, e.minute);
  visit(2, e.count);
  visit(3, e.sum);
  visit(4, e.minimum);
  visit(5, e.maximum);
}

template <class Visit>
void list_fields(MetricHour& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.metric);
  visit(3, e.unit);
  visit(4, e.hour);
  visit(5, e.points);
}

template <class Visit>
void list_fields(LogGroup& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.retention_days);
  visit(4, e.kms_key);
  visit(5, e.log_class);
  visit(6, e.deletion_protected);
  visit(7, e.tags);
  visit(8, e.created_at);
}

template <class Visit>
void list_fields(LogStream& e, Visit&& visit) {
  visit(1, e.group);
  visit(2, e.name);
  visit(3, e.created_at);
}

template <class Visit>
void list_fields(Alarm& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.state);
  visit(4, e.updated_at);
  visit(5, e.definition);
  visit(6, e.metric);
  visit(7, e.policy);
  visit(8, e.reason);
  visit(9, e.configured_at);
  visit(10, e.acted_for);
}

template <class Visit>
void list_fields(ParameterVersion& e, Visit&& visit) {
  visit(1, e.number);
  visit(2, e.type);
  visit(3, e.value);
  visit(4, e.description);
  visit(5, e.allowed_pattern);
  visit(6, e.data_type);
  visit(7, e.tier);
  visit(8, e.key_id);
  visit(9, e.labels);
  visit(10, e.modified_at);
}

template <class Visit>
void list_fields(Parameter& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.versions);
  visit(4, e.tags);
}

template <class Visit>
void list_fields(SecretVersion& e, Visit&& visit) {
  visit(1, e.id);
  visit(2, e.text);
  visit(3, e.binary);
  visit(4, e.stages);
  visit(5, e.created_at);
}

template <class Visit>
void list_fields(Secret& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.suffix);
  visit(4, e.description);
  visit(5, e.key_id);
  visit(6, e.versions);
  visit(7, e.tags);
  visit(8, e.created_at);
  visit(9, e.changed_at);
  visit(10, e.deleted_at);
  visit(11, e.gone_at);
}

template <class Visit>
void list_fields(Event& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.detail_type);
  visit(3, e.cluster);
  visit(4, e.service);
  visit(5, e.json);
}

template <class Visit>
void list_fields(EventTarget& e, Visit&& visit) {
  visit(1, e.id);
  visit(2, e.definition);
}

template <class Visit>
void list_fields(EventFailure& e, Visit&& visit) {
  visit(1, e.target);
  visit(2, e.event);
  visit(3, e.reason);
  visit(4, e.at);
}

template <class Visit>
void list_fields(EventRule& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.name);
  visit(3, e.description);
  visit(4, e.pattern);
  visit(5, e.schedule);
  visit(6, e.role_arn);
  visit(7, e.enabled);
  visit(8, e.targets);
  visit(9, e.failures);
  visit(10, e.failed);
  visit(11, e.delivered);
  visit(12, e.tags);
  visit(13, e.created_at);
  visit(14, e.next_at);
}

template <class Visit>
void list_fields(EventDelivery& e, Visit&& visit) {
  visit(1, e.rule);
  visit(2, e.target);
  visit(3, e.event);
  visit(4, e.sequence);
  visit(5, e.attempts);
  visit(6, e.due);
  visit(7, e.last_failure);
}

template <class Visit>
void list_fields(Namespace& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.key);
  visit(3, e.name);
  visit(4, e.type);
  visit(5, e.description);
  visit(6, e.ttl);
  visit(7, e.creator_request);
  visit(8, e.tags);
  visit(9, e.created_at);
}

template <class Visit>
void list_fields(DiscoveryService& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.room);
  visit(3, e.key);
  visit(4, e.name);
  visit(5, e.definition);
  visit(6, e.dns);
  visit(7, e.revision);
  visit(8, e.of_connect);
  visit(9, e.tags);
  visit(10, e.created_at);
}

template <class Visit>
void list_fields(DiscoveryAttribute& e, Visit&& visit) {
  visit(1, e.key);
  visit(2, e.value);
}

template <class Visit>
void list_fields(DiscoveryInstance& e, Visit&& visit) {
  visit(1, e.service);
  visit(2, e.name);
  visit(3, e.creator_request);
  visit(4, e.attributes);
  visit(5, e.healthy);
  visit(6, e.task);
}

template <class Visit>
void list_fields(DiscoveryOperation& e, Visit&& visit) {
  visit(1, e.world);
  visit(2, e.key);
  visit(3, e.type);
  visit(4, e.target_kind);
  visit(5, e.target);
  visit(6, e.room);
  visit(7, e.service);
  visit(8, e.created_at);
}

}  // namespace drydock::model
