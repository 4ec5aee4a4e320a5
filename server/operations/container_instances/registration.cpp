#include "server/operations/container_instances/registration.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

namespace drydock::operations {
namespace {

using api::ApiError;
using model::HostPort;

constexpr std::size_t kLongestDocument = 64 * 1024;
constexpr std::size_t kLongestAttribute = 128;

std::unexpected<ApiError> refuse(std::string message) {
  return std::unexpected(ApiError::invalid_parameter(std::move(message)));
}

/// Callers write the number into whichever member their type suggests.
Result<int> amount(const api::Resource& resource) {
  double value = 0;
  if (resource.integerValue.value_or(0) != 0) {
    value = *resource.integerValue;
  } else if (resource.longValue.value_or(0) != 0) {
    value = static_cast<double>(*resource.longValue);
  } else {
    value = resource.doubleValue.value_or(0);
  }
  // Written so that NaN is refused too.
  if (!(value >= 0 && value <= std::numeric_limits<int>::max())) {
    return refuse("Invalid value for resource " + resource.name.value_or("") + ".");
  }
  return static_cast<int>(value);
}

Result<void> take_ports(std::vector<HostPort>& ports, const api::Resource& resource, bool udp) {
  std::erase_if(ports, [&](const HostPort& port) { return port.udp == udp; });
  for (const std::string& text : resource.stringSetValue.value_or(std::vector<std::string>{})) {
    int number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end || number < 1 || number > 65535) {
      return refuse("Invalid port '" + text + "' in resource " + resource.name.value_or("") + ".");
    }
    const HostPort port{number, udp};
    if (std::ranges::find(ports, port) == ports.end()) ports.push_back(port);
  }
  return {};
}

api::Resource complete(api::Resource resource) {
  if (!resource.type) resource.type = resource.stringSetValue ? "STRINGSET" : "INTEGER";
  resource.doubleValue = resource.doubleValue.value_or(0.0);
  resource.longValue = resource.longValue.value_or(0);
  resource.integerValue = resource.integerValue.value_or(0);
  return resource;
}

/// GPUs come as devices, not as a resource; placement and users look for the resource.
std::optional<api::Resource> gpus(const std::optional<std::vector<api::PlatformDevice>>& devices) {
  api::Resource resource;
  resource.name = "GPU";
  resource.type = "STRINGSET";
  resource.stringSetValue.emplace();
  for (const api::PlatformDevice& device : devices.value_or(std::vector<api::PlatformDevice>{})) {
    if (device.type == "GPU" && device.id) resource.stringSetValue->push_back(*device.id);
  }
  if (resource.stringSetValue->empty()) return std::nullopt;
  return complete(std::move(resource));
}

bool of_the_agent(std::string_view name) { return name.starts_with("ecs.") || name.starts_with("com.amazonaws.ecs."); }

/// What the control plane knows and an agent need not repeat.
bool of_the_plane(std::string_view name) {
  return name == "ecs.availability-zone" || name == "ecs.instance-type" || name == "ecs.ami-id" ||
         name == "ecs.vpc-id" || name == "ecs.subnet-id";
}

}  // namespace

Result<IdentityDocument> read_identity(const std::optional<std::string>& text) {
  IdentityDocument identity;
  if (!text || text->empty()) return identity;
  if (text->size() > kLongestDocument) return refuse("Invalid instance identity document.");
  const nlohmann::json document = nlohmann::json::parse(*text, nullptr, false);
  if (!document.is_object()) return refuse("Invalid instance identity document.");
  const auto read = [&](const char* member) -> std::string {
    const auto it = document.find(member);
    return it != document.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  identity.instance_id = read("instanceId");
  identity.instance_type = read("instanceType");
  identity.availability_zone = read("availabilityZone");
  identity.image_id = read("imageId");
  return identity;
}

Result<void> take_resources(model::ContainerInstance& instance, const api::RegisterContainerInstanceRequest& request) {
  std::vector<api::Resource> others;
  bool has_gpus = false;
  for (const api::Resource& resource : request.totalResources.value_or(std::vector<api::Resource>{})) {
    const std::string name = resource.name.value_or("");
    if (name.empty()) return refuse("Resource name can not be blank.");
    if (name == "CPU" || name == "MEMORY") {
      const auto value = amount(resource);
      if (!value) return std::unexpected(value.error());
      (name == "CPU" ? instance.cpu_units : instance.memory_mib) = *value;
    } else if (name == "PORTS" || name == "PORTS_UDP") {
      if (auto taken = take_ports(instance.reserved_ports, resource, name == "PORTS_UDP"); !taken) return taken;
    } else {
      has_gpus = has_gpus || name == "GPU";
      others.push_back(complete(resource));
    }
  }
  if (auto resource = gpus(request.platformDevices); resource && !has_gpus) others.push_back(std::move(*resource));
  if (request.totalResources || !others.empty()) {
    instance.other_resources =
        others.empty() ? nullptr : std::make_shared<const std::vector<api::Resource>>(std::move(others));
  }
  return {};
}

void set_default_resources(model::ContainerInstance& instance) {
  instance.cpu_units = 4096;
  instance.memory_mib = 7680;
  instance.reserved_ports = {{22, false}, {2375, false}, {2376, false}, {51678, false}, {51679, false}};
}

Result<std::vector<api::Attribute>> attributes_after(const model::ContainerInstance& before,
                                                     const api::RegisterContainerInstanceRequest& request,
                                                     const IdentityDocument& identity) {
  std::map<std::string, std::string> values;
  if (before.attributes) {
    for (const api::Attribute& attribute : *before.attributes) {
      const std::string& name = *attribute.name;
      if (!of_the_agent(name) || of_the_plane(name)) values[name] = attribute.value.value_or("");
    }
  }
  const auto known = [&](const char* name, const std::string& value) {
    if (!value.empty()) values[name] = value;
  };
  known("ecs.availability-zone", identity.availability_zone);
  known("ecs.instance-type", identity.instance_type);
  known("ecs.ami-id", identity.image_id);
  for (const api::Attribute& attribute : request.attributes.value_or(std::vector<api::Attribute>{})) {
    const std::string name = attribute.name.value_or("");
    if (name.empty()) return refuse("Attribute name can not be blank.");
    const std::string value = attribute.value.value_or("");
    if (name.size() > kLongestAttribute || value.size() > kLongestAttribute) {
      return refuse("Attribute names and values can have at most 128 characters.");
    }
    values[name] = value;
  }
  const std::string type_before = attribute_value(before, "ecs.instance-type");
  if (!type_before.empty() && values.at("ecs.instance-type") != type_before) {
    return std::unexpected(ApiError::client("Container instance type changes are not supported."));
  }
  std::vector<api::Attribute> attributes;
  for (auto& [name, value] : values) {
    api::Attribute& attribute = attributes.emplace_back();
    attribute.name = name;
    if (!value.empty()) attribute.value = std::move(value);
  }
  return attributes;
}

std::string attribute_value(const model::ContainerInstance& instance, std::string_view name) {
  if (!instance.attributes) return {};
  for (const api::Attribute& attribute : *instance.attributes) {
    if (attribute.name == name) return attribute.value.value_or("");
  }
  return {};
}

}  // namespace drydock::operations
