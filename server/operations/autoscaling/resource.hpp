#pragma once
// What every request names: service namespace, resource id and scalable dimension; and the errors about them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/operations/context.hpp"
#include "server/operations/paging.hpp"

namespace drydock::operations::autoscaling {

inline constexpr const char* kNamespace = "ecs";
inline constexpr const char* kDimension = "ecs:service:DesiredCount";

inline api::ApiError validation(std::string message) {
  return api::ApiError::of("ValidationException", std::move(message));
}
inline api::ApiError object_not_found(std::string message) {
  return api::ApiError::of("ObjectNotFoundException", std::move(message));
}
inline api::ApiError limit_exceeded(std::string message) {
  return api::ApiError::of("LimitExceededException", std::move(message));
}

struct Resource {
  std::string id;  // service/<cluster>/<service>
  std::string cluster;
  std::string service;
};

/// Error: ValidationException for anything but a service's desired count. An absent dimension passes: Describe calls
/// may leave it out.
Result<void> check_kind(const std::optional<std::string>& name_space, const std::optional<std::string>& dimension);

template <class Request>
Result<Resource> resource_of(const Request& request);
Result<Resource> parse_resource(const std::string& id);

/// ": service namespace: ecs, resource ID: ..., scalable dimension: ..." as AWS's messages end.
std::string in_words(const std::string& resource_id);

/// The target that the request names. Errors: ValidationException, ObjectNotFoundException.
Result<const model::ScalableTarget*> find_target(const Context& context, const std::string& resource_id);

template <class Request>
Result<Resource> resource_of(const Request& request) {
  if (auto fine = check_kind(request.ServiceNamespace, request.ScalableDimension); !fine) {
    return std::unexpected(std::move(fine.error()));
  }
  return parse_resource(request.ResourceId.value_or(""));
}

template <class Request>
Result<const model::ScalableTarget*> target_of(const Context& context, const Request& request) {
  const auto resource = resource_of(request);
  if (!resource) return std::unexpected(resource.error());
  return find_target(context, resource->id);
}

/// The targets a Describe call is about: of one resource, or all, in the order of their resource ids.
std::vector<model::ScalableTargetId> targets_of(const Context& context, const std::optional<std::string>& resource_id);

/// A page of entries in ascending or descending order of their member `key`.
template <class Entry, class Add>
Result<void> page(std::string_view list, const std::vector<Entry>& all, bool descending,
                  const std::optional<std::string>& token, std::size_t size, std::optional<std::string>& next_token,
                  Add add) {
  if (fill_sorted_page(list, all, descending, token, size, next_token, add)) return {};
  return std::unexpected(api::ApiError::of("InvalidNextTokenException", "The next token supplied was invalid."));
}

}  // namespace drydock::operations::autoscaling
