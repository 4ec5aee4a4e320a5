#include "server/operations/daemons/daemon_task_definitions.hpp"

#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"
#include "model/arn.hpp"
#include "model/task_definitions/normalize.hpp"
#include "model/task_definitions/validate.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::DaemonTaskDefinitionStatus;

/// The members that both shapes have. What daemons have is a part of what tasks have, under the same names, so the
/// wire's form carries it over, members that a newer model adds included.
template <class To, class From>
Result<To> same_members(const From& from) {
  return api::decode<To>(api::encode(from));
}

model::DaemonFamilyId family_of(const std::string& name, Context& context) {
  if (const auto* known = context.state().daemon_family_named(context.world, name)) return known->id;
  model::DaemonFamily family;
  family.world = context.world;
  family.name = name;
  return context.tx.create(std::move(family));
}

ApiError unable_to(const char* verb) {
  return ApiError::client("Unable to " + std::string(verb) + " task definition.");
}

}  // namespace

Result<api::RegisterDaemonTaskDefinitionResponse> register_daemon_task_definition(
    const api::RegisterDaemonTaskDefinitionRequest& request, Context& context) {
  if (auto error = model::check_request_size(context.request_bytes)) return std::unexpected(std::move(*error));
  const auto same = same_members<api::RegisterTaskDefinitionRequest>(request);
  if (!same) return std::unexpected(same.error());
  if (auto error = model::validate_task_definition(*same)) return std::unexpected(std::move(*error));
  auto tags = definition_tags(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));

  model::DaemonTaskDefinition entity;
  entity.family = family_of(*request.family, context);
  context.tx.update(entity.family, [&](model::DaemonFamily& family) { entity.revision = ++family.last_revision; });
  entity.definition = std::make_shared<const api::TaskDefinition>(model::make_task_definition(*same));
  entity.tags = std::move(*tags);
  entity.registered_at = context.tx.now();
  entity.registered_by = model::root_principal(context.state().get(context.world));
  const auto id = context.tx.create(std::move(entity));

  api::RegisterDaemonTaskDefinitionResponse response;
  response.daemonTaskDefinitionArn = model::arn_of(context.state(), context.state().get(id));
  return response;
}

Result<api::DescribeDaemonTaskDefinitionResponse> describe_daemon_task_definition(
    const api::DescribeDaemonTaskDefinitionRequest& request, Context& context) {
  const auto found = find_daemon_task_definition(context, *request.daemonTaskDefinition);
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr) return std::unexpected(unable_to("describe"));
  const model::DaemonTaskDefinition& definition = **found;
  auto shown = same_members<api::DaemonTaskDefinition>(*definition.definition);
  if (!shown) return std::unexpected(shown.error());
  shown->daemonTaskDefinitionArn = model::arn_of(context.state(), definition);
  shown->family = context.state().get(definition.family).name;
  shown->revision = definition.revision;
  shown->status = model::to_text(definition.status);
  shown->registeredAt = timestamp(definition.registered_at);
  shown->registeredBy = definition.registered_by;
  shown->deleteRequestedAt = timestamp(definition.delete_requested_at);
  api::DescribeDaemonTaskDefinitionResponse response;
  response.daemonTaskDefinition = std::move(*shown);
  return response;
}

Result<api::DeleteDaemonTaskDefinitionResponse> delete_daemon_task_definition(
    const api::DeleteDaemonTaskDefinitionRequest& request, Context& context) {
  const auto found = find_daemon_task_definition(context, *request.daemonTaskDefinition);
  if (!found) return std::unexpected(found.error());
  if (*found == nullptr) return std::unexpected(unable_to("delete"));
  if ((*found)->status != DaemonTaskDefinitionStatus::kActive) {
    return std::unexpected(ApiError::client("The specified daemon task definition is not in ACTIVE status."));
  }
  const model::DaemonTaskDefinitionId id = (*found)->id;
  context.tx.update(id, [&](model::DaemonTaskDefinition& entity) {
    entity.status = DaemonTaskDefinitionStatus::kDeleteInProgress;
    entity.delete_requested_at = context.tx.now();
  });
  api::DeleteDaemonTaskDefinitionResponse response;
  response.daemonTaskDefinitionArn = model::arn_of(context.state(), context.state().get(id));
  return response;
}

}  // namespace drydock::operations
