#pragma once
// An alarm comes into being, or changes.

#include <memory>

#include "api-spec/generated/cloudwatch/types.hpp"
#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Makes the alarm that the definition names, or gives the one of that name the definition. A new alarm has
/// INSUFFICIENT_DATA; one that is there keeps its state until it is evaluated. `policy`: the scaling policy it belongs
/// to, none for a user's own.
model::AlarmId put_alarm(model::Transaction& tx, model::WorldId world,
                         std::shared_ptr<const api::cloudwatch::PutMetricAlarmRequest> definition,
                         model::ScalingPolicyId policy = {});

/// Key of the metric that a definition is about.
std::string metric_of(const api::cloudwatch::PutMetricAlarmRequest& definition);
std::string metric_of(const std::string& name_space, const std::string& name,
                      const std::optional<std::vector<api::cloudwatch::Dimension>>& dimensions);

}  // namespace drydock::scheduler
