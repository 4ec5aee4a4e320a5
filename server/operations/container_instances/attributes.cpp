#include "server/operations/container_instances/attributes.hpp"

#include <algorithm>
#include <map>

#include "model/arn.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

constexpr std::size_t kCustomAttributes = 10;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

using Values = std::map<std::string, std::optional<std::string>>;

std::unexpected<ApiError> refuse(std::string message) {
  return std::unexpected(ApiError::invalid_parameter(std::move(message)));
}

bool reserved(std::string_view name) { return name.starts_with("ecs.") || name.starts_with("com.amazonaws.ecs."); }

bool consists_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) { return kLetters.contains(c) || others.contains(c); });
}

Result<void> check_name(const std::string& name) {
  if (name.empty() || !consists_of(name, "-_/\\.")) {
    return refuse("The attribute name '" + name +
                  "' is not valid: it consists of letters, digits and the characters - _ . / \\");
  }
  if (reserved(name)) return refuse("The attribute name '" + name + "' is reserved: ecs. and com.amazonaws.ecs. are.");
  return {};
}

Result<void> check_value(const std::string& value) {
  const bool padded = !value.empty() && (value.front() == ' ' || value.back() == ' ');
  if (!padded && consists_of(value, "-_.@/\\: ")) return {};
  return refuse("The attribute value '" + value +
                "' is not valid: it consists of letters, digits, inner spaces and the characters - _ . @ / \\ :");
}

/// The container instance an attribute is about: a full ARN, or an id together with the type.
Result<model::InstanceId> target_of(const Context& context, model::ClusterId cluster, const api::Attribute& attribute) {
  const std::string target = attribute.targetId.value_or("");
  if (target.empty()) return refuse("The targetId of an attribute can not be blank.");
  if (!model::looks_like_arn(target) && !attribute.targetType) {
    return refuse("The targetType of an attribute can not be blank when its targetId is not a full ARN.");
  }
  const auto instance = find_instance(context, cluster, target);
  if (!instance) return std::unexpected(instance.error());
  if (*instance == nullptr || (*instance)->status == model::InstanceStatus::kInactive) {
    return std::unexpected(
        ApiError::target_not_found("The target " + target + " was not found in the cluster.")
            .explained("aws ecs list-container-instances shows the container instances of a cluster."));
  }
  return (*instance)->id;
}

Values values_of(const model::ContainerInstance& instance) {
  Values values;
  if (!instance.attributes) return values;
  for (const api::Attribute& attribute : *instance.attributes) values[*attribute.name] = attribute.value;
  return values;
}

void store(Context& context, model::InstanceId id, const Values& values) {
  auto attributes = std::make_shared<std::vector<api::Attribute>>();
  for (const auto& [name, value] : values) {
    api::Attribute& attribute = attributes->emplace_back();
    attribute.name = name;
    attribute.value = value;
  }
  context.tx.update(id, [&](model::ContainerInstance& instance) {
    instance.attributes = std::move(attributes);
    ++instance.version;
  });
}

api::Attribute show(const Context& context, model::InstanceId id, const std::string& name,
                    const std::optional<std::string>& value) {
  api::Attribute shown;
  shown.name = name;
  shown.value = value;
  shown.targetId = model::arn_of(context.state(), context.state().get(id));
  return shown;
}

}  // namespace

Result<api::PutAttributesResponse> put_attributes(const api::PutAttributesRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  std::map<model::InstanceId, Values> targets;
  api::PutAttributesResponse response;
  response.attributes.emplace();
  for (const api::Attribute& given : request.attributes.value_or(std::vector<api::Attribute>{})) {
    const std::string name = given.name.value_or("");
    if (auto checked = check_name(name); !checked) return std::unexpected(std::move(checked.error()));
    std::optional<std::string> value = given.value;
    if (value && value->empty()) value.reset();
    if (value) {
      if (auto checked = check_value(*value); !checked) return std::unexpected(std::move(checked.error()));
    }
    const auto id = target_of(context, *cluster, given);
    if (!id) return std::unexpected(id.error());
    const auto target = targets.try_emplace(*id, values_of(context.state().get(*id))).first;
    target->second[name] = value;
    response.attributes->push_back(show(context, *id, name, value));
  }
  for (const auto& [id, values] : targets) {
    const auto custom = std::ranges::count_if(values, [](const auto& entry) { return !reserved(entry.first); });
    if (static_cast<std::size_t>(custom) > kCustomAttributes) {
      return std::unexpected(ApiError::attribute_limit_exceeded("A resource can have at most 10 custom attributes."));
    }
    if (values != values_of(context.state().get(id))) store(context, id, values);
  }
  return response;
}

Result<api::DeleteAttributesResponse> delete_attributes(const api::DeleteAttributesRequest& request, Context& context) {
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  std::map<model::InstanceId, Values> targets;
  api::DeleteAttributesResponse response;
  response.attributes.emplace();
  for (const api::Attribute& given : request.attributes.value_or(std::vector<api::Attribute>{})) {
    const std::string name = given.name.value_or("");
    if (auto checked = check_name(name); !checked) return std::unexpected(std::move(checked.error()));
    const auto id = target_of(context, *cluster, given);
    if (!id) return std::unexpected(id.error());
    Values& values = targets.try_emplace(*id, values_of(context.state().get(*id))).first->second;
    const auto found = values.find(name);
    if (found == values.end()) continue;
    if (given.value && !given.value->empty() && given.value != found->second) continue;
    response.attributes->push_back(show(context, *id, name, found->second));
    values.erase(found);
  }
  for (const auto& [id, values] : targets) {
    if (values != values_of(context.state().get(id))) store(context, id, values);
  }
  return response;
}

Result<api::ListAttributesResponse> list_attributes(const api::ListAttributesRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, 100);
  if (!size) return std::unexpected(size.error());
  const auto cluster = find_active_cluster(context, request.cluster);
  if (!cluster) return std::unexpected(cluster.error());
  const bool named = request.attributeName && !request.attributeName->empty();
  const bool valued = request.attributeValue && !request.attributeValue->empty();
  if (valued && !named) return refuse("attributeValue can be given together with attributeName only.");
  struct Entry {
    model::InstanceId instance;
    const api::Attribute* attribute;
  };
  std::map<std::string, Entry, std::less<>> entries;  // by instance and name
  for (const model::InstanceId id : context.state().of(*cluster).instances) {
    const model::ContainerInstance& instance = context.state().get(id);
    if (instance.status == model::InstanceStatus::kInactive || !instance.attributes) continue;
    for (const api::Attribute& attribute : *instance.attributes) {
      if (named && attribute.name != request.attributeName) continue;
      if (!valued || attribute.value == request.attributeValue)
        entries.emplace(sortable(id.value) + *attribute.name, Entry{id, &attribute});
    }
  }
  api::ListAttributesResponse response;
  response.attributes.emplace();
  const std::string list = "attributes " + std::to_string(cluster->value) + " " + request.attributeName.value_or("") +
                           " " + request.attributeValue.value_or("");
  auto filled = fill_page(
      list, entries, request.nextToken, *size, response.nextToken, [](const auto&) { return true; },
      [](const auto& entry) { return entry.first; },
      [&](const auto& found) {
        const auto& [instance, attribute] = found.second;
        response.attributes->push_back(show(context, instance, *attribute->name, attribute->value));
      });
  if (!filled) return std::unexpected(std::move(filled.error()));
  return response;
}

}  // namespace drydock::operations
