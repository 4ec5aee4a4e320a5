// What a task definition asks for in vain.
#include <string_view>

#include "server/explain/kinds.hpp"
#include "server/explain/without_effect.hpp"

namespace drydock::server {
namespace {

#if defined(__aarch64__)
constexpr std::string_view kThisProcessor = "ARM64";
#else
constexpr std::string_view kThisProcessor = "X86_64";
#endif

class Said {
 public:
  explicit Said(model::Instant now) : now_(now) {}
  void say(const char* code, std::string message, std::string next_step = "") {
    reasons_.push_back({now_, code, std::move(message), std::move(next_step), {}});
  }
  Reasons take() { return std::move(reasons_); }

 private:
  model::Instant now_;
  Reasons reasons_;
};

void say_platform(Said& said, const api::TaskDefinition& definition) {
  if (!definition.runtimePlatform) return;
  const std::string family = definition.runtimePlatform->operatingSystemFamily.value_or("LINUX");
  if (family.starts_with("WINDOWS")) {
    said.say("OPERATING_SYSTEM",
             "operatingSystemFamily is " + family + ", and the engine runs Linux containers: its images cannot run.",
             "--image-map names Linux images to run in their place.");
  }
  const std::string processor = definition.runtimePlatform->cpuArchitecture.value_or(std::string(kThisProcessor));
  if (processor != kThisProcessor) {
    said.say("CPU_ARCHITECTURE",
             "cpuArchitecture is " + processor + ", and this machine is " + std::string(kThisProcessor) +
                 ": its images run only if they are built for both, or the machine emulates it.",
             "Build the images for several platforms, or name others with --image-map.");
  }
}

/// "EFS file system fs-1" where the volume is one of AWS's; empty otherwise.
std::string service_of(const api::Volume& volume) {
  if (volume.efsVolumeConfiguration) {
    return "EFS file system " + volume.efsVolumeConfiguration->fileSystemId.value_or("");
  }
  if (volume.fsxWindowsFileServerVolumeConfiguration) {
    return "FSx file system " + volume.fsxWindowsFileServerVolumeConfiguration->fileSystemId.value_or("");
  }
  if (volume.s3filesVolumeConfiguration) return "S3 Files file system";
  return volume.configuredAtLaunch.value_or(false) ? "EBS volume" : "";
}

void say_volumes(Said& said, const api::TaskDefinition& definition) {
  if (!definition.volumes) return;
  for (const api::Volume& volume : *definition.volumes) {
    const std::string service = service_of(volume);
    if (service.empty()) continue;
    const bool disk = volume.configuredAtLaunch.value_or(false);
    said.say("LOCAL_VOLUME",
             "Volume " + volume.name.value_or("") + " is one of the engine's in place of the " + service + ": " +
                 (disk ? "size, snapshot, encryption and file system type" : "encryption and authorization") +
                 " have no effect.",
             disk ? "It is empty at first and goes with the task." : "What is written there is kept by its id.");
  }
}

void say_containers(Said& said, const api::TaskDefinition& definition) {
  if (!definition.containerDefinitions) return;
  for (const api::ContainerDefinition& container : *definition.containerDefinitions) {
    const std::string name = container.name.value_or("");
    if (container.credentialSpecs && !container.credentialSpecs->empty()) {
      said.say("CREDENTIAL_SPECS", "The credential specs (gMSA) of container " + name + " have no effect.");
    }
    if (container.logConfiguration && container.logConfiguration->logDriver == "splunk") {
      said.say("LOG_DRIVER", "Nothing of container " + name + " is sent to Splunk.", "docker logs shows its lines.");
    }
  }
  if (definition.containerDefinitions->size() > 1 && (definition.cpu || definition.memory)) {
    said.say("TASK_LIMITS", "cpu and memory of the task bound each of its containers, not all of them together.",
             "Containers with memory of their own are bound by that.");
  }
}

}  // namespace

Reasons without_effect(const api::TaskDefinition& definition, model::Instant now) {
  Said said(now);
  if (definition.proxyConfiguration) {
    said.say("PROXY_CONFIGURATION",
             "The proxy configuration (App Mesh) has no effect: traffic does not go through container " +
                 definition.proxyConfiguration->containerName.value_or("") + " by itself.",
             "Service Connect's names and proxies are there without a proxy container.");
  }
  if (definition.inferenceAccelerators && !definition.inferenceAccelerators->empty()) {
    said.say("INFERENCE_ACCELERATORS", "There are no inference accelerators: containers run without them.");
  }
  if (definition.ephemeralStorage) {
    said.say("EPHEMERAL_STORAGE", "The size of the ephemeral storage, " +
                                      std::to_string(definition.ephemeralStorage->sizeInGiB.value_or(0)) +
                                      " GiB, has no effect: containers share the engine's disk.");
  }
  if (definition.enableFaultInjection.value_or(false)) {
    said.say("FAULT_INJECTION", "Containers find no fault injection endpoints.",
             "drydock faults makes instances, images and the API fail.");
  }
  say_platform(said, definition);
  say_volumes(said, definition);
  say_containers(said, definition);
  return said.take();
}

Reasons reasons_of(const model::State& /*state*/, const model::TaskDefinition& definition, model::Instant now) {
  return without_effect(*definition.definition, now);
}

}  // namespace drydock::server
