#pragma once
// The frames of the agent protocol as the agent speaks it (docs/agents.md): texts in, texts out. Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "instances/instance_link.hpp"
#include "instances/json_members.hpp"

namespace drydock::agent {

/// One frame of the server's: {"type": ..., "message": {...}}.
struct Envelope {
  std::string type;
  nlohmann::json message;
};
/// Nothing for what is no such frame.
std::optional<Envelope> parse_envelope(std::string_view text);
std::string envelope(std::string_view type, nlohmann::json message);

using instances::text_of;

/// Credentials of a task's role, as AWS's agent gets them.
struct RoleCredentials {
  std::string credentials_id;
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  std::string expiration;  // as the server wrote it
  std::string role_arn;
};
std::optional<RoleCredentials> role_credentials_of(const nlohmann::json& json);

/// One task of a PayloadMessage.
struct SentTask {
  instances::TaskPayload payload;
  bool started = false;  // it has been reported before
  std::optional<RoleCredentials> credentials;
  /// Why it cannot be run; only its ARN is in the payload then.
  std::string wrong;
};
std::vector<SentTask> tasks_of(const nlohmann::json& payload_message);

/// The ARNs of all tasks of a TaskManifestMessage.
std::vector<std::string> manifest_of(const nlohmann::json& manifest_message);

/// The path and query of the session's websocket, behind the path of the endpoint's URL.
struct SessionFacts {
  std::string cluster;
  std::string container_instance_arn;
  std::string docker_version;
  bool send_credentials = true;
};
std::string acs_target(const std::string& endpoint_path, const SessionFacts& facts);
std::string tcs_target(const std::string& endpoint_path, const SessionFacts& facts);
std::string channel_target(const std::string& endpoint_path, const std::string& container_instance_arn,
                           const std::string& channel_id);

/// Whose reports they are, and when they are made (seconds since the epoch).
struct ReportFacts {
  std::string cluster;
  std::string container_instance_arn;
  std::string message_id;
  double now = 0;
  int cpu_units = 1024;  // of the whole instance
};

/// PublishMetricsRequest frames, at most ten tasks in each; one idle frame when there is nothing to tell.
std::vector<std::string> metrics_frames(const ReportFacts& facts, const std::vector<instances::ContainerUsage>& usage);

/// Health of one container, and since when.
struct KnownHealth {
  std::string status;
  double since = 0;
};
using HealthBook = std::map<std::string, std::map<std::string, KnownHealth>>;  // by task ARN and container

/// PublishHealthRequest frames; none when no container is checked.
std::vector<std::string> health_frames(const ReportFacts& facts, const HealthBook& health);

}  // namespace drydock::agent
