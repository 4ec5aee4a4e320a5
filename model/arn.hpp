#pragma once
// ARNs: what ECS calls things (spec/resources.md section 1). Only long forms are issued; short ones are understood.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/state.hpp"

namespace drydock::model {

/// aws, aws-cn or aws-us-gov.
std::string_view partition_of(std::string_view region);

/// arn:<partition>:ecs:<region>:<account>:<resource>
std::string ecs_arn(const World& world, std::string_view resource);

std::string arn_of(const State& state, const Cluster& cluster);
std::string arn_of(const State& state, const Service& service);
std::string arn_of(const State& state, const Task& task);
/// What the ARNs of all tasks of a cluster begin with; to_hex of the task's uuid follows. For long lists.
std::string task_arn_prefix(const State& state, const Cluster& cluster);
std::string arn_of(const State& state, const Task& task, const TaskContainer& container);
std::string arn_of(const State& state, const ContainerInstance& instance);
std::string arn_of(const State& state, const TaskDefinition& definition);
std::string arn_of(const State& state, const CapacityProvider& provider);
std::string arn_of(const State& state, const ServiceRevision& revision);
std::string arn_of(const State& state, const ServiceDeployment& deployment);
std::string arn_of(const State& state, const TaskSet& set);
std::string arn_of(const State& state, const DaemonTaskDefinition& definition);
std::string arn_of(const State& state, const Daemon& daemon);
std::string arn_of(const State& state, const DaemonRevision& revision);
std::string arn_of(const State& state, const DaemonDeployment& deployment);

/// family:revision
std::string name_of(const State& state, const TaskDefinition& definition);
/// ecs-svc/<19 digits>
std::string deployment_id(std::uint64_t digits);
/// arn:<partition>:iam::<account>:root, the principal that Drydock shows where AWS shows a caller.
std::string root_principal(const World& world);

struct Arn {
  std::string_view partition, service, region, account;
  std::string_view type;               // first part of the resource: cluster, service, task, ...
  std::vector<std::string_view> path;  // the parts after it
};

/// Nullopt when the text is not of the form arn:p:s:r:a:type/part[/part...]. The result points into the text.
std::optional<Arn> parse_arn(std::string_view text);
inline bool looks_like_arn(std::string_view text) { return text.starts_with("arn:"); }

}  // namespace drydock::model
