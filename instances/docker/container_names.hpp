#pragma once
// How Drydock names and labels its containers, and finds them again.

#include <map>
#include <string>
#include <string_view>

#include "instances/instance_link.hpp"

namespace drydock::instances::docker {

inline constexpr const char* kLabelDrydock = "io.drydock.id";         // which Drydock a container belongs to
inline constexpr const char* kLabelInstance = "io.drydock.instance";  // which of its container instances
inline constexpr const char* kLabelGroup = "io.drydock.group";        // of machines that come and go: their group
inline constexpr const char* kLabelTaskArn = "com.amazonaws.ecs.task-arn";
inline constexpr const char* kLabelContainer = "com.amazonaws.ecs.container-name";
inline constexpr const char* kLabelCluster = "com.amazonaws.ecs.cluster";
inline constexpr const char* kLabelFamily = "com.amazonaws.ecs.task-definition-family";
inline constexpr const char* kLabelVersion = "com.amazonaws.ecs.task-definition-version";

/// Whose containers these are: one Drydock (a data directory), one of its instances.
struct Owner {
  std::string drydock_id;
  std::string instance_id;
  std::string group = {};  // the instance group that the instance is a machine of; empty: none
};

/// The last part of an ARN: the task's id, the cluster's name.
std::string_view last_segment(std::string_view arn);

/// "ecs-<family>-<version>-<container>-<20 hex of the task's id>". The same for the same container of the same task,
/// so that the engine itself refuses to create it twice.
std::string docker_name(const TaskPayload& task, std::string_view container);

/// The labels that say whose something on the engine is.
std::map<std::string, std::string> owner_labels(const Owner& owner);

/// The labels of AWS's agent and those of the owner.
std::map<std::string, std::string> container_labels(const Owner& owner, const TaskPayload& task,
                                                    const std::string& container);

/// Whether a container found on the engine is this one of ours.
bool is_ours(const Owner& owner, const std::map<std::string, std::string>& labels);

}  // namespace drydock::instances::docker
