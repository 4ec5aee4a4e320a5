#include "server/operations/daemons/daemon_history.hpp"

#include <algorithm>
#include <charconv>

#include "model/arn.hpp"
#include "server/operations/daemons/daemon_view.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/resolve.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

using api::ApiError;

/// The last part of an ARN of the type. Error: InvalidParameterException for anything else.
Result<std::string> last_part(const std::string& text, std::string_view type) {
  const auto arn = model::parse_arn(text);
  if (!arn || arn->type != type || arn->path.size() != 3) {
    return std::unexpected(ApiError::invalid_parameter("Invalid identifier: Unexpected number of separators"));
  }
  return std::string(arn->path[2]);
}

/// Only an ARN that names the entity in all its parts finds it.
template <class Entity>
const Entity* if_exact(const Context& context, const Entity* entity, const std::string& arn) {
  return entity != nullptr && model::arn_of(context.state(), *entity) == arn ? entity : nullptr;
}

const model::DaemonRevision* revision_with(const Context& context, const std::string& digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return context.state().daemon_revision_with(number);
}

bool listed(const api::ListDaemonDeploymentsRequest& request, const model::DaemonDeployment& deployment) {
  if (request.status && !request.status->empty() && !contains(request.status, model::to_text(deployment.status))) {
    return false;
  }
  if (!request.createdAt) return true;
  const auto created = timestamp(deployment.created_at);
  if (request.createdAt->after && *created < *request.createdAt->after) return false;
  return !request.createdAt->before || !(*request.createdAt->before < *created);
}

}  // namespace

Result<api::DescribeDaemonDeploymentsResponse> describe_daemon_deployments(
    const api::DescribeDaemonDeploymentsRequest& request, Context& context) {
  api::DescribeDaemonDeploymentsResponse response;
  response.daemonDeployments.emplace();
  response.failures.emplace();
  for (const std::string& arn : *request.daemonDeploymentArns) {
    const auto name = last_part(arn, "daemon-deployment");
    if (!name) return std::unexpected(name.error());
    const auto* found = if_exact(context, context.state().daemon_deployment_named(*name), arn);
    if (found == nullptr) {
      response.failures->push_back(failure(arn, "MISSING"));
    } else {
      response.daemonDeployments->push_back(show_daemon_deployment(context.state(), *found));
    }
  }
  return response;
}

Result<api::DescribeDaemonRevisionsResponse> describe_daemon_revisions(
    const api::DescribeDaemonRevisionsRequest& request, Context& context) {
  api::DescribeDaemonRevisionsResponse response;
  response.daemonRevisions.emplace();
  response.failures.emplace();
  for (const std::string& arn : *request.daemonRevisionArns) {
    const auto digits = last_part(arn, "daemon-revision");
    if (!digits) return std::unexpected(digits.error());
    const auto* found = if_exact(context, revision_with(context, *digits), arn);
    if (found == nullptr) {
      response.failures->push_back(failure(arn, "MISSING"));
    } else {
      response.daemonRevisions->push_back(show_daemon_revision(context.state(), *found));
    }
  }
  return response;
}

Result<api::ListDaemonDeploymentsResponse> list_daemon_deployments(const api::ListDaemonDeploymentsRequest& request,
                                                                   Context& context) {
  const auto size = page_size(request.maxResults, 20);
  if (!size) return std::unexpected(size.error());
  const auto daemon = find_daemon(context, *request.daemonArn);
  if (!daemon) {
    // The model has no DaemonNotFoundException for this call.
    return std::unexpected(ApiError::invalid_parameter(daemon.error().message));
  }
  struct Entry {
    std::string key;
    model::DaemonDeploymentId id;
  };
  std::vector<Entry> entries;
  for (const model::DaemonDeploymentId id : context.state().of((*daemon)->id).deployments) {
    if (listed(request, context.state().get(id))) entries.push_back({sortable(id.value), id});
  }
  std::ranges::reverse(entries);
  api::ListDaemonDeploymentsResponse response;
  response.daemonDeployments.emplace();
  const auto add = [&](const Entry& entry) {
    response.daemonDeployments->push_back(summarize(context.state(), context.state().get(entry.id)));
  };
  auto done = fill_sorted_page("ListDaemonDeployments " + *request.daemonArn, entries, true, request.nextToken, *size,
                               response.nextToken, add);
  if (!done) return std::unexpected(std::move(done.error()));
  return response;
}

}  // namespace drydock::operations
