#include "model/gpus.hpp"

namespace drydock::model {

const std::vector<std::string>& gpu_ids(const ContainerInstance& instance) {
  static const std::vector<std::string> kNone;
  if (!instance.other_resources) return kNone;
  for (const api::Resource& resource : *instance.other_resources) {
    if (resource.name == "GPU" && resource.stringSetValue) return *resource.stringSetValue;
  }
  return kNone;
}

std::vector<std::string> free_gpu_ids(const State& state, const ContainerInstance& instance) {
  const auto& used = state.of(instance.id).gpus;
  std::vector<std::string> free;
  for (const std::string& id : gpu_ids(instance)) {
    if (!used.contains(id)) free.push_back(id);
  }
  return free;
}

}  // namespace drydock::model
