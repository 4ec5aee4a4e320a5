#include "server/operations/task_definitions/task_definitions.hpp"

#include "model/arn.hpp"
#include "model/task_definitions/normalize.hpp"
#include "model/task_definitions/validate.hpp"
#include "scheduler/query/parser.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::TaskDefinitionStatus;

const char* status_text(TaskDefinitionStatus status) {
  switch (status) {
    case TaskDefinitionStatus::kActive: return "ACTIVE";
    case TaskDefinitionStatus::kInactive: return "INACTIVE";
    case TaskDefinitionStatus::kDeleteInProgress: return "DELETE_IN_PROGRESS";
  }
  return "";
}

model::FamilyId family_of(const std::string& name, Context& context) {
  if (const model::Family* known = context.state().family_named(context.world, name)) return known->id;
  model::Family family;
  family.world = context.world;
  family.name = name;
  return context.tx.create(std::move(family));
}

ApiError cannot_describe() { return ApiError::client("Unable to describe task definition."); }

std::optional<std::string> deletion_refusal(const Result<const model::TaskDefinition*>& found, std::string_view text) {
  const std::string_view name = text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1);
  if (!found || name.find(':') == std::string_view::npos) {
    return "The specified task definition identifier is invalid. Specify a valid name or ARN and try again.";
  }
  if (*found == nullptr) {
    return "The specified task definition does not exist. Specify a valid account, family, revision and try again.";
  }
  if ((*found)->status == TaskDefinitionStatus::kActive) {
    return "The specified task definition is still in ACTIVE status. Please deregister the target and try again.";
  }
  return std::nullopt;
}

/// The constraints' expressions, once they are there and short enough.
std::optional<ApiError> check_expressions(const api::RegisterTaskDefinitionRequest& request) {
  if (!request.placementConstraints) return std::nullopt;
  for (const auto& constraint : *request.placementConstraints) {
    const std::string expression = constraint.expression.value_or("");
    const auto tree = scheduler::query::parse(expression);
    if (!tree) {
      return ApiError::client("constraint.expression '" + expression + "' is invalid: " + tree.error().text());
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<api::Tag>> definition_tags(const std::optional<std::vector<api::Tag>>& given) {
  if (given && given->empty()) return std::unexpected(ApiError::client("Tags can not be empty."));
  auto tags = checked_tags(given);
  if (!tags) tags.error().code = "ClientException";
  return tags;
}

api::TaskDefinition show_task_definition(const model::State& state, const model::TaskDefinition& definition) {
  api::TaskDefinition shown = *definition.definition;
  shown.taskDefinitionArn = model::arn_of(state, definition);
  shown.family = state.get(definition.family).name;
  shown.revision = definition.revision;
  shown.status = status_text(definition.status);
  shown.registeredAt = timestamp(definition.registered_at);
  shown.registeredBy = definition.registered_by;
  shown.deregisteredAt = timestamp(definition.deregistered_at);
  shown.deleteRequestedAt = timestamp(definition.delete_requested_at);
  return shown;
}

Result<api::RegisterTaskDefinitionResponse> register_task_definition(const api::RegisterTaskDefinitionRequest& request,
                                                                     Context& context) {
  if (auto error = model::check_request_size(context.request_bytes)) return std::unexpected(std::move(*error));
  if (auto error = model::validate_task_definition(request)) return std::unexpected(std::move(*error));
  if (auto error = check_expressions(request)) return std::unexpected(std::move(*error));
  auto tags = definition_tags(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));

  model::TaskDefinition entity;
  entity.family = family_of(*request.family, context);
  if (context.state().get(entity.family).last_revision >= context.settings.quotas[model::Quota::kRevisionsPerFamily]) {
    return std::unexpected(
        ApiError::limit_exceeded("The family " + *request.family + " has reached the limit of revisions.")
            .explained("Deregistered and deleted revisions count, too: register under another family."));
  }
  context.tx.update(entity.family, [&](model::Family& family) { entity.revision = ++family.last_revision; });
  entity.definition = std::make_shared<const api::TaskDefinition>(model::make_task_definition(request));
  entity.tags = std::move(*tags);
  entity.registered_at = context.tx.now();
  entity.registered_by = model::root_principal(context.state().get(context.world));
  const model::TaskDefinitionId id = context.tx.create(std::move(entity));

  const model::TaskDefinition& stored = context.state().get(id);
  api::RegisterTaskDefinitionResponse response;
  response.taskDefinition = show_task_definition(context.state(), stored);
  if (!stored.tags.empty()) response.tags = stored.tags;
  return response;
}

Result<api::DescribeTaskDefinitionResponse> describe_task_definition(const api::DescribeTaskDefinitionRequest& request,
                                                                     Context& context) {
  const auto found = find_task_definition(context, *request.taskDefinition);
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr) return std::unexpected(cannot_describe());
  api::DescribeTaskDefinitionResponse response;
  response.taskDefinition = show_task_definition(context.state(), **found);
  response.tags.emplace();
  if (contains(request.include, "TAGS")) response.tags = (*found)->tags;
  return response;
}

Result<api::DeregisterTaskDefinitionResponse> deregister_task_definition(
    const api::DeregisterTaskDefinitionRequest& request, Context& context) {
  const std::string& text = *request.taskDefinition;
  const std::size_t slash = text.rfind('/');
  if (text.find(':', slash == std::string::npos ? 0 : slash) == std::string::npos) {
    return std::unexpected(ApiError::client("Revision is missing."));
  }
  const auto found = find_task_definition(context, text);
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr) return std::unexpected(cannot_describe());
  const model::TaskDefinitionId id = (*found)->id;
  if ((*found)->status == TaskDefinitionStatus::kDeleteInProgress) {
    return std::unexpected(ApiError::client(
        "The task definition could not be deregistered because it is in the process of being deleted."));
  }
  if ((*found)->status == TaskDefinitionStatus::kActive) {
    context.tx.update(id, [&](model::TaskDefinition& entity) {
      entity.status = TaskDefinitionStatus::kInactive;
      entity.deregistered_at = context.tx.now();
    });
  }
  api::DeregisterTaskDefinitionResponse response;
  response.taskDefinition = show_task_definition(context.state(), context.state().get(id));
  return response;
}

Result<api::DeleteTaskDefinitionsResponse> delete_task_definitions(const api::DeleteTaskDefinitionsRequest& request,
                                                                   Context& context) {
  api::DeleteTaskDefinitionsResponse response;
  auto& deleted = response.taskDefinitions.emplace();
  auto& failures = response.failures.emplace();
  for (const std::string& text : *request.taskDefinitions) {
    const auto found = find_task_definition(context, text);
    if (auto reason = deletion_refusal(found, text)) {
      failures.push_back(failure(text, std::move(*reason)));
      continue;
    }
    const model::TaskDefinitionId id = (*found)->id;
    if ((*found)->status == TaskDefinitionStatus::kInactive) {
      context.tx.update(id, [&](model::TaskDefinition& entity) {
        entity.status = TaskDefinitionStatus::kDeleteInProgress;
        entity.delete_requested_at = context.tx.now();
      });
    }
    deleted.push_back(show_task_definition(context.state(), context.state().get(id)));
  }
  return response;
}

}  // namespace drydock::operations
