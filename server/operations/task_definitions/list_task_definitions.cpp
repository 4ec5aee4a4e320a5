#include <algorithm>

#include "model/arn.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/task_definitions/task_definitions.hpp"

namespace drydock::operations {
namespace {

constexpr std::size_t kPage = 100;

struct Position {
  std::string family;
  int revision = 0;
};

/// A token's key holds both parts; no family's name has this character.
constexpr char kBetween = '\0';

std::string key_of(const Position& position) { return position.family + kBetween + std::to_string(position.revision); }

Result<std::optional<Position>> read_position(std::string_view list, const std::optional<std::string>& token) {
  if (!token || token->empty()) return std::nullopt;
  const auto key = read_token(list, *token);
  if (!key) return std::unexpected(key.error());
  const std::size_t end = key->find(kBetween);
  return Position{key->substr(0, end), std::stoi(key->substr(end + 1))};
}

const std::set<int>& revisions_of(const model::FamilyIndex& family, const std::string& status) {
  if (status == "INACTIVE") return family.inactive;
  return status == "DELETE_IN_PROGRESS" ? family.deleting : family.active;
}

/// The first `limit` revisions after `after` in the order of the list, found by the indexes: what comes before and what
/// has another status costs nothing.
class Walk {
 public:
  Walk(const Context& context, std::string status, std::optional<Position> after, std::size_t limit)
      : state_(context.state()),
        families_(context.state().of(context.world).families),
        status_(std::move(status)),
        after_(std::move(after)),
        limit_(limit) {}

  std::vector<Position> ascending() {
    const auto first = after_ ? families_.lower_bound(after_->family) : families_.begin();
    for (auto family = first; family != families_.end() && found_.size() < limit_; ++family) {
      const auto& revisions = revisions_of(state_.of(family->second), status_);
      const bool within = after_ && family->first == after_->family;
      take(family->first, within ? revisions.upper_bound(after_->revision) : revisions.begin(), revisions.end());
    }
    return std::move(found_);
  }

  std::vector<Position> descending() {
    auto family = std::make_reverse_iterator(after_ ? families_.upper_bound(after_->family) : families_.end());
    for (; family != families_.rend() && found_.size() < limit_; ++family) {
      const auto& revisions = revisions_of(state_.of(family->second), status_);
      const bool within = after_ && family->first == after_->family;
      const auto end = within ? revisions.lower_bound(after_->revision) : revisions.end();
      take(family->first, std::make_reverse_iterator(end), revisions.rend());
    }
    return std::move(found_);
  }

  std::vector<Position> only(const std::string& name, bool descending_order) {
    const auto family = families_.find(name);
    if (family == families_.end()) return {};
    const auto& revisions = revisions_of(state_.of(family->second), status_);
    if (descending_order) {
      const auto end = after_ ? revisions.lower_bound(after_->revision) : revisions.end();
      take(name, std::make_reverse_iterator(end), revisions.rend());
    } else {
      take(name, after_ ? revisions.upper_bound(after_->revision) : revisions.begin(), revisions.end());
    }
    return std::move(found_);
  }

 private:
  template <class Iterator>
  void take(const std::string& family, Iterator from, const Iterator& to) {
    for (; from != to && found_.size() < limit_; ++from) found_.push_back({family, *from});
  }

  const model::State& state_;
  const std::map<std::string, model::FamilyId, std::less<>>& families_;
  std::string status_;
  std::optional<Position> after_;
  std::size_t limit_;
  std::vector<Position> found_;
};

}  // namespace

Result<api::ListTaskDefinitionsResponse> list_task_definitions(const api::ListTaskDefinitionsRequest& request,
                                                               Context& context) {
  const auto size = page_size(request.maxResults, kPage);
  if (!size) return std::unexpected(size.error());
  const bool descending = request.sort == "DESC";
  const std::string list = descending ? "ListTaskDefinitions/DESC" : "ListTaskDefinitions";
  auto after = read_position(list, request.nextToken);
  if (!after) return std::unexpected(std::move(after.error()));
  // One more than the page tells whether there is another.
  Walk walk(context, request.status.value_or("ACTIVE"), std::move(*after), *size + 1);
  const bool one_family = request.familyPrefix && !request.familyPrefix->empty();
  std::vector<Position> found = one_family   ? walk.only(*request.familyPrefix, descending)
                                : descending ? walk.descending()
                                             : walk.ascending();
  api::ListTaskDefinitionsResponse response;
  if (found.size() > *size) {
    found.pop_back();
    response.nextToken = make_token(list, key_of(found.back()));
  }
  auto& arns = response.taskDefinitionArns.emplace();
  const std::string prefix = model::ecs_arn(context.state().get(context.world), "task-definition/");
  for (const Position& one : found) arns.push_back(prefix + one.family + ":" + std::to_string(one.revision));
  return response;
}

Result<api::ListTaskDefinitionFamiliesResponse> list_task_definition_families(
    const api::ListTaskDefinitionFamiliesRequest& request, Context& context) {
  const auto size = page_size(request.maxResults, kPage);
  if (!size) return std::unexpected(size.error());
  const std::string status = request.status.value_or("ALL");
  api::ListTaskDefinitionFamiliesResponse response;
  auto& names = response.families.emplace();
  const auto keep = [&](const auto& family) {
    const model::FamilyIndex& index = context.state().of(family.second);
    if (status == "ACTIVE") return !index.active.empty();
    if (status == "INACTIVE") return index.active.empty() && !index.revisions.empty();
    return !index.revisions.empty();
  };
  const auto name_of = [](const auto& family) { return family.first; };
  const auto add = [&](const auto& family) { names.push_back(family.first); };
  auto done = fill_page("ListTaskDefinitionFamilies", context.state().of(context.world).families, request.nextToken,
                        *size, response.nextToken, keep, name_of, add, request.familyPrefix.value_or(""));
  if (!done) return std::unexpected(std::move(done.error()));
  return response;
}

}  // namespace drydock::operations
