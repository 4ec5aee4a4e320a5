#pragma once
// What a machine says about itself when it registers (spec/agent-protocol.md section 2.1).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/container_instance.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Of an EC2 instance identity document; empty texts where it is silent.
struct IdentityDocument {
  std::string instance_id;
  std::string instance_type;
  std::string availability_zone;
  std::string image_id;
};

/// Absent or empty text gives an empty document. Error: InvalidParameterException for anything but a JSON object.
Result<IdentityDocument> read_identity(const std::optional<std::string>& text);

/// Takes over totalResources and platformDevices; what the request does not name stays as it is.
/// Error: InvalidParameterException.
Result<void> take_resources(model::ContainerInstance& instance, const api::RegisterContainerInstanceRequest& request);

/// The resources of an instance that names none: those of a machine with 4 vCPU.
void set_default_resources(model::ContainerInstance& instance);

/// The instance's attributes after the registration, sorted by name. Attributes of the agent that it does not repeat
/// are gone; custom ones stay, for agents send those only once.
/// Errors: InvalidParameterException; ClientException when the instance type differs.
Result<std::vector<api::Attribute>> attributes_after(const model::ContainerInstance& before,
                                                     const api::RegisterContainerInstanceRequest& request,
                                                     const IdentityDocument& identity);

/// The value of an attribute; empty when the instance does not have it.
std::string attribute_value(const model::ContainerInstance& instance, std::string_view name);

}  // namespace drydock::operations
