#include "server/operations/daemons/daemons.hpp"

#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/capacity_providers/capacity_strategy.hpp"
#include "server/operations/daemons/daemon_deployment.hpp"
#include "server/operations/daemons/daemon_view.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;
using model::DaemonStatus;

/// The snapshot that CreateDaemon and UpdateDaemon make of their arguments.
template <class Request>
model::DaemonRevisionId make_revision(Context& context, model::DaemonId daemon,
                                      model::DaemonTaskDefinitionId definition, const Request& request) {
  model::DaemonRevision revision;
  revision.daemon = daemon;
  revision.digits = context.tx.random().deployment_digits();
  revision.definition = definition;
  revision.propagate_tags = request.propagateTags == "DAEMON";
  revision.managed_tags = request.enableECSManagedTags.value_or(false);
  revision.execute_command = request.enableExecuteCommand.value_or(false);
  revision.created_at = context.tx.now();
  return context.tx.create(revision);
}

/// The answer of the calls that start a deployment.
template <class Response>
Response started(const Context& context, model::DaemonId id) {
  const model::State& state = context.state();
  const model::Daemon& daemon = state.get(id);
  Response response;
  response.daemonArn = model::arn_of(state, daemon);
  response.status = model::to_text(daemon.status);
  response.createdAt = timestamp(daemon.created_at);
  response.deploymentArn = model::arn_of(state, state.get(daemon.deployment));
  return response;
}

template <class Response>
Response restarted(const Context& context, model::DaemonId id) {
  auto response = started<Response>(context, id);
  response.updatedAt = timestamp(context.state().get(id).updated_at);
  return response;
}

/// Deleted and drained a while ago.
bool is_gone(const Context& context, const std::string& arn) {
  const model::State& state = context.state();
  return std::ranges::any_of(state.gone_daemons(),
                             [&](const auto& gone) { return model::arn_of(state, state.get(gone.second)) == arn; });
}

/// Daemons that are deleted refuse changes by name for a while, also those that had nothing to drain.
Result<const model::Daemon*> active_daemon(const Context& context, const std::string& arn) {
  auto daemon = find_daemon(context, arn);
  if (daemon ? (*daemon)->status != DaemonStatus::kActive : is_gone(context, arn)) {
    return std::unexpected(ApiError::daemon_not_active("The specified daemon is not in ACTIVE status."));
  }
  return daemon;
}

/// The daemon that has the name and was made by this very request, an error when another one has it, else nothing.
Result<const model::Daemon*> namesake(const api::CreateDaemonRequest& request, const Context& context,
                                      model::ClusterId cluster) {
  const model::Daemon* daemon = context.state().daemon_named(cluster, *request.daemonName);
  if (daemon == nullptr) return nullptr;
  const bool token = request.clientToken && !request.clientToken->empty();
  if (token && daemon->status == DaemonStatus::kActive && *daemon->created_with == request) return daemon;
  return std::unexpected(
      ApiError::invalid_parameter("A daemon with the name " + daemon->name + " already exists in the cluster."));
}

}  // namespace

Result<api::CreateDaemonResponse> create_daemon(const api::CreateDaemonRequest& request, Context& context) {
  const std::string name = request.daemonName.value_or("");
  if (!is_name(name)) {
    return std::unexpected(ApiError::invalid_parameter(
        "The daemon name must consist of 1 to 255 letters, numbers, hyphens and underscores."));
  }
  auto tags = checked_tags(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  const auto cluster = find_active_cluster(context, request.clusterArn);
  if (!cluster) return std::unexpected(cluster.error());
  const auto same = namesake(request, context, *cluster);
  if (!same) return std::unexpected(same.error());
  if (*same != nullptr) return started<api::CreateDaemonResponse>(context, (*same)->id);
  auto providers = checked_daemon_providers(context, *cluster, *request.capacityProviderArns);
  if (!providers) return std::unexpected(std::move(providers.error()));
  const auto definition = runnable_daemon_definition(context, *request.daemonTaskDefinitionArn);
  if (!definition) return std::unexpected(definition.error());
  auto configuration = checked_configuration(request.deploymentConfiguration);
  if (!configuration) return std::unexpected(std::move(configuration.error()));

  model::Daemon daemon;
  daemon.cluster = *cluster;
  daemon.name = name;
  daemon.capacity_providers = std::move(*providers);
  daemon.created_with = std::make_shared<const api::CreateDaemonRequest>(request);
  daemon.tags = std::move(*tags);
  daemon.created_at = context.tx.now();
  daemon.updated_at = context.tx.now();
  const model::DaemonId id = context.tx.create(std::move(daemon));
  start_deployment(context, id, make_revision(context, id, *definition, request), std::move(*configuration));
  return started<api::CreateDaemonResponse>(context, id);
}

Result<api::UpdateDaemonResponse> update_daemon(const api::UpdateDaemonRequest& request, Context& context) {
  const auto daemon = active_daemon(context, *request.daemonArn);
  if (!daemon) return std::unexpected(daemon.error());
  auto providers = checked_daemon_providers(context, (*daemon)->cluster, *request.capacityProviderArns);
  if (!providers) return std::unexpected(std::move(providers.error()));
  const auto definition = runnable_daemon_definition(context, *request.daemonTaskDefinitionArn);
  if (!definition) return std::unexpected(definition.error());
  auto configuration = checked_configuration(request.deploymentConfiguration);
  if (!configuration) return std::unexpected(std::move(configuration.error()));

  const model::DaemonId id = (*daemon)->id;
  const model::DaemonRevisionId revision = make_revision(context, id, *definition, request);
  start_deployment(context, id, revision, std::move(*configuration));
  context.tx.update(id, [&](model::Daemon& entity) {
    entity.capacity_providers = std::move(*providers);
    entity.updated_at = context.tx.now();
  });
  return restarted<api::UpdateDaemonResponse>(context, id);
}

Result<api::DeleteDaemonResponse> delete_daemon(const api::DeleteDaemonRequest& request, Context& context) {
  const auto daemon = active_daemon(context, *request.daemonArn);
  if (!daemon) return std::unexpected(daemon.error());
  const model::DaemonId id = (*daemon)->id;
  // The tasks go in the steps in which the last deployment brought them.
  start_deployment(context, id, {}, context.state().get((*daemon)->deployment).configuration);
  context.tx.update(id, [&](model::Daemon& entity) {
    entity.status = DaemonStatus::kDeleteInProgress;
    entity.updated_at = context.tx.now();
  });
  return restarted<api::DeleteDaemonResponse>(context, id);
}

Result<api::DescribeDaemonResponse> describe_daemon(const api::DescribeDaemonRequest& request, Context& context) {
  const auto daemon = find_daemon(context, *request.daemonArn);
  if (!daemon) return std::unexpected(daemon.error());
  api::DescribeDaemonResponse response;
  response.daemon = show_daemon(context.state(), **daemon);
  return response;
}

Result<api::ListDaemonsResponse> list_daemons(const api::ListDaemonsRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, 100);
  if (!size) return std::unexpected(size.error());
  model::ClusterId only;
  if (request.clusterArn && !request.clusterArn->empty()) {
    const auto cluster = find_cluster(context, request.clusterArn);
    if (!cluster) return std::unexpected(cluster.error());
    only = *cluster;
  }
  std::vector<std::string> providers;
  for (const std::string& text : request.capacityProviderArns.value_or(std::vector<std::string>{})) {
    providers.push_back(provider_name_here(context, text));
  }
  const auto associated = [&](const model::Daemon& daemon) {
    return providers.empty() || std::ranges::find_first_of(providers, daemon.capacity_providers) != providers.end();
  };
  struct Entry {
    std::string key;
    model::DaemonId id;
  };
  std::vector<Entry> entries;
  for (const auto& [cluster_name, cluster] : context.state().of(context.world).clusters) {
    if (only && cluster != only) continue;
    for (const auto& [name, id] : context.state().of(cluster).managed_daemons) {
      if (!associated(context.state().get(id))) continue;
      std::string key = cluster_name;
      key.append(1, '\0').append(name);
      entries.push_back({std::move(key), id});
    }
  }
  api::ListDaemonsResponse response;
  response.daemonSummariesList.emplace();
  const auto add = [&](const Entry& entry) {
    const model::Daemon& daemon = context.state().get(entry.id);
    api::DaemonSummary& summary = response.daemonSummariesList->emplace_back();
    summary.daemonArn = model::arn_of(context.state(), daemon);
    summary.status = model::to_text(daemon.status);
    summary.createdAt = timestamp(daemon.created_at);
    summary.updatedAt = timestamp(daemon.updated_at);
  };
  auto done = fill_sorted_page("ListDaemons", entries, false, request.nextToken, *size, response.nextToken, add);
  if (!done) return std::unexpected(std::move(done.error()));
  return response;
}

}  // namespace drydock::operations
