#pragma once
// The error of a request, as a value, and how it goes over the wire.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::api {

/// What a refused request answers. Codes and HTTP statuses follow the service model (400 for the caller's mistakes,
/// 500 for ours); the protocol's own errors, which no model lists, are the last group of factories.
struct ApiError {
  std::string code;  ///< bare `__type`, e.g. "ClusterNotFoundException"
  int http_status = 400;
  std::string message;
  std::vector<std::string> resource_ids{};  ///< ConflictException only
  std::string explanation{};                ///< Drydock's own next step for a person; not part of ECS

  friend bool operator==(const ApiError&, const ApiError&) = default;

  /// Any code, with the HTTP status the model gives it (400 when the model does not know it).
  static ApiError of(std::string_view code, std::string message);

  static ApiError client(std::string message) { return make("ClientException", std::move(message)); }
  static ApiError invalid_parameter(std::string message) {
    return make("InvalidParameterException", std::move(message));
  }
  static ApiError server(std::string message = "Service Unavailable. Please try again later.") {
    return make("ServerException", std::move(message), 500);
  }
  static ApiError access_denied(std::string message) { return make("AccessDeniedException", std::move(message)); }
  static ApiError attribute_limit_exceeded(std::string message) {
    return make("AttributeLimitExceededException", std::move(message));
  }
  static ApiError blocked(std::string message) { return make("BlockedException", std::move(message)); }
  static ApiError cluster_contains_capacity_provider(std::string message) {
    return make("ClusterContainsCapacityProviderException", std::move(message));
  }
  static ApiError cluster_contains_container_instances(
      std::string message = "The Cluster cannot be deleted while Container Instances are active or draining.") {
    return make("ClusterContainsContainerInstancesException", std::move(message));
  }
  static ApiError cluster_contains_services(
      std::string message = "The Cluster cannot be deleted while Services are active.") {
    return make("ClusterContainsServicesException", std::move(message));
  }
  static ApiError cluster_contains_tasks(
      std::string message = "The Cluster cannot be deleted while Tasks are active.") {
    return make("ClusterContainsTasksException", std::move(message));
  }
  static ApiError cluster_not_found(std::string message = "Cluster not found.") {
    return make("ClusterNotFoundException", std::move(message));
  }
  static ApiError conflict(std::string message, std::vector<std::string> ids = {}) {
    ApiError error = make("ConflictException", std::move(message));
    error.resource_ids = std::move(ids);
    return error;
  }
  static ApiError daemon_not_active(std::string message) {
    return make("DaemonNotActiveException", std::move(message));
  }
  static ApiError daemon_not_found(std::string message) { return make("DaemonNotFoundException", std::move(message)); }
  static ApiError limit_exceeded(std::string message) { return make("LimitExceededException", std::move(message)); }
  static ApiError missing_version(std::string message) { return make("MissingVersionException", std::move(message)); }
  static ApiError namespace_not_found(std::string message) {
    return make("NamespaceNotFoundException", std::move(message));
  }
  static ApiError no_update_available(std::string message) {
    return make("NoUpdateAvailableException", std::move(message));
  }
  static ApiError platform_task_definition_incompatibility(
      std::string message = "One or more of the requested capabilities are not supported.") {
    return make("PlatformTaskDefinitionIncompatibilityException", std::move(message));
  }
  static ApiError platform_unknown(std::string message = "The specified platform does not exist.") {
    return make("PlatformUnknownException", std::move(message));
  }
  static ApiError resource_in_use(std::string message) { return make("ResourceInUseException", std::move(message)); }
  static ApiError resource_not_found(std::string message) {
    return make("ResourceNotFoundException", std::move(message));
  }
  static ApiError service_deployment_not_found(std::string message) {
    return make("ServiceDeploymentNotFoundException", std::move(message));
  }
  static ApiError service_not_active(std::string message = "Service was not ACTIVE.") {
    return make("ServiceNotActiveException", std::move(message));
  }
  static ApiError service_not_found(std::string message = "Service not found.") {
    return make("ServiceNotFoundException", std::move(message));
  }
  static ApiError target_not_connected(
      std::string message = "The execute command failed due to an internal error. Try again later.") {
    return make("TargetNotConnectedException", std::move(message));
  }
  static ApiError target_not_found(std::string message) { return make("TargetNotFoundException", std::move(message)); }
  static ApiError task_set_not_found(std::string message = "The specified task set does not exist.") {
    return make("TaskSetNotFoundException", std::move(message));
  }
  static ApiError unsupported_feature(std::string message) {
    return make("UnsupportedFeatureException", std::move(message));
  }
  static ApiError update_in_progress(std::string message) {
    return make("UpdateInProgressException", std::move(message));
  }

  // Errors of the protocol.
  static ApiError serialization(std::string message) { return make("SerializationException", std::move(message)); }
  static ApiError unknown_operation(std::string message) {
    return make("UnknownOperationException", std::move(message));
  }
  static ApiError throttling(std::string message = "Rate exceeded") {
    return make("ThrottlingException", std::move(message));
  }
  static ApiError missing_authentication_token(std::string message = "Missing Authentication Token") {
    return make("MissingAuthenticationTokenException", std::move(message));
  }
  static ApiError incomplete_signature(std::string message) {
    return make("IncompleteSignatureException", std::move(message));
  }
  static ApiError unrecognized_client(std::string message = "The security token included in the request is invalid.") {
    return make("UnrecognizedClientException", std::move(message));
  }
  static ApiError invalid_signature(std::string message) {
    return make("InvalidSignatureException", std::move(message));
  }
  static ApiError request_entity_too_large(std::string message) {
    return make("RequestEntityTooLargeException", std::move(message), 413);
  }

  /// The same error with a next step for the person who reads it.
  ApiError explained(std::string text) && {
    explanation = std::move(text);
    return std::move(*this);
  }

 private:
  static ApiError make(const char* code, std::string message, int http_status = 400) {
    ApiError error;
    error.code = code;
    error.http_status = http_status;
    error.message = std::move(message);
    return error;
  }
};

/// The response body: `__type`, `message`, then `resourceIds` and `explanation` when there are any.
std::string to_json(const ApiError& error);

}  // namespace drydock::api
