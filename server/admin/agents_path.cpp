#include "server/admin/agents_path.hpp"

#include <memory>

#include "server/logs/agent_logs.hpp"
#include "server/task_endpoint/remote_protection.hpp"

namespace drydock::server {

AdminPath agents_path(Core& core, LogService& logs) {
  const auto agent_logs = std::make_shared<AgentLogs>(logs);
  return [&core, agent_logs](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    constexpr std::string_view kLogs = "logs/";
    if (rest == "task-protection") return protect_remotely(core, request, std::move(reply));
    if (rest.starts_with(kLogs)) return agent_logs->handle(request, rest.substr(kLogs.size()), std::move(reply));
    reply(message_reply(404, "Below /_drydock/agents are restart, logs/... and task-protection."));
  };
}

}  // namespace drydock::server
