#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/task_definitions.hpp"

namespace drydock::operations {
namespace {

constexpr std::size_t kPage = 100;

struct Entry {
  std::string key;  // orders by family, then by revision as a number
  model::TaskDefinitionId id;
};

bool has_status(const model::TaskDefinition& definition, const std::string& status) {
  switch (definition.status) {
    case model::TaskDefinitionStatus::kActive: return status == "ACTIVE";
    case model::TaskDefinitionStatus::kInactive: return status == "INACTIVE";
    case model::TaskDefinitionStatus::kDeleteInProgress: return status == "DELETE_IN_PROGRESS";
  }
  return false;
}

void add_family(const model::State& state, model::FamilyId family, const std::string& status, std::vector<Entry>& out) {
  const std::string& name = state.get(family).name;
  for (const auto& [revision, id] : state.of(family).revisions) {
    if (has_status(state.get(id), status)) out.push_back({name + '\0' + sortable(static_cast<unsigned>(revision)), id});
  }
}

}  // namespace

Result<api::ListTaskDefinitionsResponse> list_task_definitions(const api::ListTaskDefinitionsRequest& request,
                                                               Context& context) {
  const auto size = page_size(request.maxResults, kPage);
  if (!size) return std::unexpected(size.error());
  const std::string status = request.status.value_or("ACTIVE");
  const auto& families = context.state().of(context.world).families;
  std::vector<Entry> entries;
  if (request.familyPrefix && !request.familyPrefix->empty()) {
    const auto family = families.find(*request.familyPrefix);
    if (family != families.end()) add_family(context.state(), family->second, status, entries);
  } else {
    for (const auto& [name, family] : families) add_family(context.state(), family, status, entries);
  }
  const bool descending = request.sort == "DESC";
  const std::string list = descending ? "ListTaskDefinitions/DESC" : "ListTaskDefinitions";
  if (descending) std::ranges::reverse(entries);
  std::string after;
  if (request.nextToken && !request.nextToken->empty()) {
    auto key = read_token(list, *request.nextToken);
    if (!key) return std::unexpected(std::move(key.error()));
    after = std::move(*key);
  }
  api::ListTaskDefinitionsResponse response;
  auto& arns = response.taskDefinitionArns.emplace();
  const Entry* last = nullptr;
  for (const Entry& entry : entries) {
    if (!after.empty() && (descending ? entry.key >= after : entry.key <= after)) continue;
    if (arns.size() == *size) {
      response.nextToken = make_token(list, last->key);
      break;
    }
    arns.push_back(model::arn_of(context.state(), context.state().get(entry.id)));
    last = &entry;
  }
  return response;
}

Result<api::ListTaskDefinitionFamiliesResponse> list_task_definition_families(
    const api::ListTaskDefinitionFamiliesRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, kPage);
  if (!size) return std::unexpected(size.error());
  const std::string prefix = request.familyPrefix.value_or("");
  const std::string status = request.status.value_or("ALL");
  api::ListTaskDefinitionFamiliesResponse response;
  auto& names = response.families.emplace();
  const auto keep = [&](const auto& family) {
    if (!family.first.starts_with(prefix)) return false;
    const model::FamilyIndex& index = context.state().of(family.second);
    if (status == "ACTIVE") return !index.active.empty();
    if (status == "INACTIVE") return index.active.empty() && !index.revisions.empty();
    return !index.revisions.empty();
  };
  const auto name_of = [](const auto& family) { return family.first; };
  const auto add = [&](const auto& family) { names.push_back(family.first); };
  auto done = fill_page("ListTaskDefinitionFamilies", context.state().of(context.world).families, request.nextToken,
                        *size, response.nextToken, keep, name_of, add);
  if (!done) return std::unexpected(std::move(done.error()));
  return response;
}

}  // namespace drydock::operations
