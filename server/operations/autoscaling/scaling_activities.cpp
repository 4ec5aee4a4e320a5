#include <algorithm>

#include "server/operations/autoscaling/autoscaling.hpp"
#include "server/operations/autoscaling/resource.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::autoscaling {
namespace {

api::autoscaling::ScalingActivity show(const model::ScalingActivity& activity) {
  api::autoscaling::ScalingActivity shown;
  shown.ActivityId = model::to_dashed(activity.uuid);
  shown.ServiceNamespace = kNamespace;
  shown.ResourceId = "service/" + activity.cluster + "/" + activity.service;
  shown.ScalableDimension = kDimension;
  shown.Description = activity.description;
  shown.Cause = activity.cause;
  shown.StartTime = timestamp(activity.started_at);
  shown.EndTime = timestamp(activity.ended_at);
  shown.StatusCode = activity.status;
  shown.StatusMessage = activity.message;
  if (activity.not_scaled.empty()) return shown;
  auto& reason = shown.NotScaledReasons.emplace().emplace_back();
  reason.Code = activity.not_scaled;
  reason.MinCapacity = activity.minimum;
  reason.MaxCapacity = activity.maximum;
  reason.CurrentCapacity = activity.capacity;
  return shown;
}

}  // namespace

Result<api::autoscaling::DescribeScalingActivitiesResponse> describe_scaling_activities(
    const api::autoscaling::DescribeScalingActivitiesRequest& request, Context& context) {
  if (auto fine = check_kind(request.ServiceNamespace, request.ScalableDimension); !fine) {
    return std::unexpected(std::move(fine.error()));
  }
  struct Entry {
    std::string key;
    model::ScalingActivityId id;
  };
  const model::State& state = context.state();
  std::vector<Entry> all;
  for (const auto& [resource, activities] : state.of(context.world).scaling_activities) {
    if (request.ResourceId && *request.ResourceId != resource) continue;
    for (const model::ScalingActivityId id : activities) {
      if (!request.IncludeNotScaledActivities.value_or(false) && !state.get(id).not_scaled.empty()) continue;
      all.push_back({sortable(id.value), id});
    }
  }
  std::ranges::sort(all, std::ranges::greater{}, &Entry::key);
  api::autoscaling::DescribeScalingActivitiesResponse response;
  response.ScalingActivities.emplace();
  const auto add = [&](const Entry& entry) { response.ScalingActivities->push_back(show(state.get(entry.id))); };
  const auto done = page("ScalingActivities", all, true, request.NextToken,
                         static_cast<std::size_t>(request.MaxResults.value_or(50)), response.NextToken, add);
  if (!done) return std::unexpected(done.error());
  return response;
}

}  // namespace drydock::operations::autoscaling
