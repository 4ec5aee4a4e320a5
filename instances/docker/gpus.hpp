#pragma once
// The NVIDIA GPUs that containers may be given. As with AWS's agent, a container gets those that the control plane
// names for it from the engine's runtime of NVIDIA's, by a variable.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace drydock::instances::docker {

/// UUIDs in an engine's GenericResources (dockerd --node-generic-resource NVIDIA-GPU=GPU-...).
std::vector<std::string> gpus_of_resources(const nlohmann::json& resources);

/// UUIDs of this machine's: of the file that AWS's GPU images write, else what the driver says. `root` is the file
/// system's; empty: none are there.
std::vector<std::string> gpus_of_machine(const std::string& root);

/// NVIDIA_VISIBLE_DEVICES of a container.
std::string visible_devices(const std::vector<std::string>& ids);

}  // namespace drydock::instances::docker
