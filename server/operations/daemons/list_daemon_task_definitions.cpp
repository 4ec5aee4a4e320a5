#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/daemons/daemon_task_definitions.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations {
namespace {

struct Entry {
  std::string key;  // orders by family, then by revision as a number
  model::DaemonTaskDefinitionId id;
};

bool named(const api::ListDaemonTaskDefinitionsRequest& request, const std::string& family) {
  if (request.family && !request.family->empty() && family != *request.family) return false;
  return family.starts_with(request.familyPrefix.value_or(""));
}

std::vector<Entry> matching(const api::ListDaemonTaskDefinitionsRequest& request, const Context& context) {
  const model::State& state = context.state();
  const std::string status = request.status.value_or("ACTIVE");
  std::vector<Entry> entries;
  for (const auto& [name, family] : state.of(context.world).daemon_families) {
    if (!named(request, name)) continue;
    const std::size_t before = entries.size();
    for (const auto& [revision, id] : state.of(family).revisions) {
      if (status != "ALL" && status != model::to_text(state.get(id).status)) continue;
      if (request.revision == "LAST_REGISTERED") entries.resize(before);
      entries.push_back({name + '\0' + sortable(static_cast<unsigned>(revision)), id});
    }
  }
  return entries;
}

api::DaemonTaskDefinitionSummary summary(const model::State& state, const model::DaemonTaskDefinition& definition) {
  api::DaemonTaskDefinitionSummary shown;
  shown.arn = model::arn_of(state, definition);
  shown.registeredAt = timestamp(definition.registered_at);
  shown.registeredBy = definition.registered_by;
  shown.deleteRequestedAt = timestamp(definition.delete_requested_at);
  shown.status = model::to_text(definition.status);
  return shown;
}

}  // namespace

Result<api::ListDaemonTaskDefinitionsResponse> list_daemon_task_definitions(
    const api::ListDaemonTaskDefinitionsRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, 100);
  if (!size) return std::unexpected(size.error());
  std::vector<Entry> entries = matching(request, context);
  const bool descending = request.sort == "DESC";
  if (descending) std::ranges::reverse(entries);
  api::ListDaemonTaskDefinitionsResponse response;
  auto& summaries = response.daemonTaskDefinitions.emplace();
  const auto add = [&](const Entry& entry) {
    summaries.push_back(summary(context.state(), context.state().get(entry.id)));
  };
  const std::string list = descending ? "ListDaemonTaskDefinitions/DESC" : "ListDaemonTaskDefinitions";
  auto done = fill_sorted_page(list, entries, descending, request.nextToken, *size, response.nextToken, add);
  if (!done) return std::unexpected(std::move(done.error()));
  return response;
}

}  // namespace drydock::operations
