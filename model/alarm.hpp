#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::api::cloudwatch {
struct PutMetricAlarmRequest;
}  // namespace drydock::api::cloudwatch

namespace drydock::model {

/// The numbers are stored.
enum class AlarmState : std::uint8_t { kInsufficientData, kOk, kAlarm };

const char* to_text(AlarmState state);

/// A CloudWatch alarm (spec/adjuncts.md section 5).
struct Alarm {
  AlarmId id;
  WorldId world;
  std::string name;
  AlarmState state = AlarmState::kInsufficientData;
  Instant updated_at{};  // when the state was last set
  std::shared_ptr<const api::cloudwatch::PutMetricAlarmRequest> definition;
  std::string metric;      // key of the definition's metric (model/metric_key.hpp)
  ScalingPolicyId policy;  // that made it, for target tracking
  std::string reason;
  Instant configured_at{};
  Instant acted_for{};  // end of the last period for which its actions were carried out
};

}  // namespace drydock::model
