#pragma once
// Entities that tests of operations start from.

#include <string>
#include <vector>

#include "api-spec/runtime/decode.hpp"
#include "model/arn.hpp"
#include "model/task_definitions/requirements.hpp"
#include "model/task_transitions.hpp"
#include "scheduler/launch.hpp"
#include "server/operations/clusters/clusters.hpp"
#include "server/operations/container_instances/container_instances.hpp"
#include "tests/support/world.hpp"

namespace drydock::test {

model::ClusterId add_cluster(TestWorld& world, const std::string& name);

api::Resource integer(const std::string& name, int value);

api::Resource string_set(const std::string& name, std::vector<std::string> values);

api::Attribute attribute(const std::string& name, const std::string& value = {});

/// An instance as the real agent registers one.
api::RegisterContainerInstanceRequest registration(const std::string& cluster, int cpu = 2048, int memory = 3767);

model::InstanceId add_instance(TestWorld& world, const std::string& cluster, int cpu = 2048, int memory = 3767);

/// The next revision of `family`, with these container definitions (JSON).
model::TaskDefinitionId add_definition(TestWorld& world, const std::string& family, const std::string& containers);

/// A PENDING task; no instance means Fargate.
model::TaskId add_task(TestWorld& world, model::ClusterId cluster, model::TaskDefinitionId definition,
                       model::InstanceId instance = {});

void report(TestWorld& world, model::TaskId task, model::TaskStatus status);

model::ServiceId add_service(TestWorld& world, model::ClusterId cluster, const std::string& name,
                             model::ServiceStatus status = model::ServiceStatus::kActive,
                             model::LaunchType type = model::LaunchType::kEc2);

api::Tag tag(const std::string& key, const std::string& value);

std::vector<api::Tag> many_tags(int count);

/// "Code: message", the way tests compare errors.
inline std::string text_of(const api::ApiError& error) { return error.code + ": " + error.message; }

}  // namespace drydock::test
