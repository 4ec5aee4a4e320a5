#include "server/acs/protocol/agent_query.hpp"

#include "server/wire/query.hpp"

namespace drydock::server::acs {
namespace {

constexpr std::string_view kDockerVersion = "DockerVersion: ";

/// Telemetry sessions leave the words before the version out; the API shows it with them.
std::string docker_version(const std::string& text) {
  return text.starts_with(kDockerVersion) ? text : std::string(kDockerVersion) + text;
}

/// Agents write a blank as '+', and '+' itself as %2B.
std::string with_blanks(std::string_view target) {
  std::string out;
  for (const char c : target) {
    if (c == '+') {
      out += "%20";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

AgentQuery read_agent_query(std::string_view target) {
  AgentQuery query;
  for (auto& [name, value] : wire::query_of(with_blanks(target))) {
    if (value.empty()) continue;
    if (name == "clusterArn" || name == "cluster") query.cluster = value;
    if (name == "containerInstanceArn" || name == "containerInstance") query.instance_arn = value;
    if (name == "agentVersion") query.version.agentVersion = value;
    if (name == "agentHash") query.version.agentHash = value;
    if (name == "dockerVersion") query.version.dockerVersion = docker_version(value);
    if (name == "protocolVersion") query.closes_silent = value != "1";
    if (name == "sendCredentials") query.send_credentials = value == "true";
    if (name == "drydock") query.drydock = value == "1";
  }
  return query;
}

}  // namespace drydock::server::acs
