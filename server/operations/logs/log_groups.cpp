#include <algorithm>
#include <array>

#include "server/operations/logs/errors.hpp"
#include "server/operations/logs/groups.hpp"
#include "server/operations/logs/logs.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/tag_map.hpp"

namespace drydock::operations::logs {
namespace {

constexpr std::size_t kPage = 50;
constexpr std::array kRetentionDays = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                       365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

std::string text_of_days() {
  std::string text;
  for (const int days : kRetentionDays) text += (text.empty() ? "" : ", ") + std::to_string(days);
  return "[" + text + "]";
}

api::logs::LogGroup shown(const Context& context, const model::LogGroup& group) {
  api::logs::LogGroup view;
  view.logGroupName = group.name;
  view.creationTime = group.created_at.time_since_epoch().count();
  if (group.retention_days != 0) view.retentionInDays = group.retention_days;
  view.metricFilterCount = 0;
  const std::string arn = group_arn(context.state(), group);
  view.arn = arn + ":*";
  view.logGroupArn = arn;
  std::int64_t bytes = 0;
  for (const auto& [name, stream] : context.state().of(group.id).streams) {
    bytes += static_cast<std::int64_t>(facts(context, stream).bytes);
  }
  view.storedBytes = bytes;
  if (!group.kms_key.empty()) view.kmsKeyId = group.kms_key;
  view.logGroupClass = group.log_class;
  view.deletionProtectionEnabled = group.deletion_protected;
  return view;
}

Result<void> set_retention(Context& context, const std::string& name, int days) {
  const auto id = group_named(context, name);
  if (!id) return std::unexpected(id.error());
  if (context.state().get(*id).retention_days == days) return {};
  context.tx.update(*id, [&](model::LogGroup& group) { group.retention_days = days; });
  return {};
}

}  // namespace

Result<api::logs::CreateLogGroupResponse> create_log_group(const api::logs::CreateLogGroupRequest& request,
                                                           Context& context) {
  if (auto fine = check_group_name(*request.logGroupName); !fine) return std::unexpected(std::move(fine.error()));
  if (context.state().log_group_named(context.world, *request.logGroupName) != nullptr) {
    return std::unexpected(exists("log group"));
  }
  auto tags = checked_tag_map(request.tags);
  if (!tags) return std::unexpected(std::move(tags.error()));
  model::LogGroup group;
  group.world = context.world;
  group.name = *request.logGroupName;
  group.kms_key = request.kmsKeyId.value_or("");
  group.log_class = request.logGroupClass.value_or("STANDARD");
  group.deletion_protected = request.deletionProtectionEnabled.value_or(false);
  group.tags = std::move(*tags);
  group.created_at = context.tx.now();
  context.tx.create(std::move(group));
  return api::logs::CreateLogGroupResponse{};
}

Result<api::logs::DeleteLogGroupResponse> delete_log_group(const api::logs::DeleteLogGroupRequest& request,
                                                           Context& context) {
  const auto id = group_named(context, *request.logGroupName);
  if (!id) return std::unexpected(id.error());
  if (context.state().get(*id).deletion_protected) {
    return std::unexpected(
        api::ApiError::of("OperationAbortedException", "The specified log group has deletion protection enabled."));
  }
  std::vector<model::LogStreamId> streams;
  for (const auto& [name, stream] : context.state().of(*id).streams) streams.push_back(stream);
  for (const model::LogStreamId stream : streams) context.tx.remove(stream);
  context.tx.remove(*id);
  return api::logs::DeleteLogGroupResponse{};
}

Result<api::logs::DescribeLogGroupsResponse> describe_log_groups(const api::logs::DescribeLogGroupsRequest& request,
                                                                 Context& context) {
  if (request.logGroupNamePrefix && request.logGroupNamePattern) {
    return std::unexpected(api::ApiError::invalid_parameter(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
  }
  std::vector<model::LogGroupId> named;
  if (request.logGroupIdentifiers) {
    for (const std::string& identifier : *request.logGroupIdentifiers) {
      const auto id = group_of(context, std::nullopt, identifier);
      if (id) named.push_back(*id);
    }
  }
  api::logs::DescribeLogGroupsResponse response;
  response.logGroups.emplace();
  const auto keep = [&](const auto& entry) {
    const model::LogGroup& group = context.state().get(entry.second);
    if (request.logGroupNamePattern && group.name.find(*request.logGroupNamePattern) == std::string::npos) return false;
    if (request.logGroupClass && group.log_class != *request.logGroupClass) return false;
    return !request.logGroupIdentifiers || std::ranges::find(named, group.id) != named.end();
  };
  const auto name = [](const auto& entry) { return entry.first; };
  const auto add = [&](const auto& entry) {
    response.logGroups->push_back(shown(context, context.state().get(entry.second)));
  };
  const std::size_t limit = request.limit ? static_cast<std::size_t>(*request.limit) : kPage;
  const auto done = fill_page("LogGroups", context.state().of(context.world).log_groups, request.nextToken, limit,
                              response.nextToken, keep, name, add, request.logGroupNamePrefix.value_or(""));
  if (!done) return std::unexpected(bad_token());
  return response;
}

Result<api::logs::PutRetentionPolicyResponse> put_retention_policy(const api::logs::PutRetentionPolicyRequest& request,
                                                                   Context& context) {
  if (std::ranges::find(kRetentionDays, *request.retentionInDays) == kRetentionDays.end()) {
    return std::unexpected(api::ApiError::invalid_parameter(
        "1 validation error detected: Value '" + std::to_string(*request.retentionInDays) +
        "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: " + text_of_days()));
  }
  if (auto done = set_retention(context, *request.logGroupName, *request.retentionInDays); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return api::logs::PutRetentionPolicyResponse{};
}

Result<api::logs::DeleteRetentionPolicyResponse> delete_retention_policy(
    const api::logs::DeleteRetentionPolicyRequest& request, Context& context) {
  if (auto done = set_retention(context, *request.logGroupName, 0); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return api::logs::DeleteRetentionPolicyResponse{};
}

}  // namespace drydock::operations::logs
