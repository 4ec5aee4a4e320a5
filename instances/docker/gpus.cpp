#include "instances/docker/gpus.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <nlohmann/json.hpp>

#include "instances/json_members.hpp"

namespace drydock::instances::docker {
namespace {

using Json = nlohmann::json;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> texts_in(const Json& list) {
  std::vector<std::string> out;
  if (!list.is_array()) return out;
  for (const Json& one : list) {
    if (one.is_string()) out.push_back(one.get<std::string>());
  }
  return out;
}

/// The line "GPU UUID:   GPU-..." of what the driver tells of one of its devices.
std::string uuid_in(const std::string& information) {
  constexpr std::string_view kLabel = "GPU UUID:";
  const std::size_t label = information.find(kLabel);
  if (label == std::string::npos) return {};
  const std::size_t begin = information.find_first_not_of(" \t", label + kLabel.size());
  if (begin == std::string::npos) return {};
  return information.substr(begin, information.find_first_of(" \t\r\n", begin) - begin);
}

}  // namespace

std::vector<std::string> gpus_of_resources(const Json& resources) {
  std::vector<std::string> ids;
  if (!resources.is_array()) return ids;
  for (const Json& resource : resources) {
    const Json& named = member(resource, "NamedResourceSpec");
    const std::string kind = text_of(named, "Kind");
    if (kind == "NVIDIA-GPU" || kind == "gpu") ids.push_back(text_of(named, "Value"));
  }
  return ids;
}

std::vector<std::string> gpus_of_machine(const std::string& root) {
  const Json file = Json::parse(contents(root + "/var/lib/ecs/gpu/nvidia-gpu-info.json"), nullptr, false);
  std::vector<std::string> ids = texts_in(member(file, "GPUIDs"));
  if (!ids.empty()) return ids;
  std::error_code none;
  for (const auto& device : std::filesystem::directory_iterator(root + "/proc/driver/nvidia/gpus", none)) {
    if (std::string id = uuid_in(contents(device.path() / "information")); !id.empty()) ids.push_back(std::move(id));
  }
  std::ranges::sort(ids);
  return ids;
}

std::string visible_devices(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : ",") + id;
  return text;
}

}  // namespace drydock::instances::docker
