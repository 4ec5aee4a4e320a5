#pragma once
// What operations may do with sessions (ECS Exec, port forwarding). A session is two sockets and ends with the process:
// it is no part of State. server/sessions stands behind this desk.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/ids.hpp"

namespace drydock::operations {

/// What a client needs to connect to a session.
struct SessionTicket {
  std::string id;
  std::string stream_url;
  std::string token;  // secret: whoever has it has a root shell
};

struct SessionWanted {
  enum class Kind { kCommand, kPort };
  Kind kind = Kind::kCommand;
  std::string id_prefix;  // "ecs-execute-command", or the caller's name
  model::WorldId world;
  model::TaskId task;
  std::string task_arn;
  std::string container_name;
  std::string target;   // ecs:<cluster>_<task>_<runtime id>
  std::string command;  // kCommand
  std::string host;     // kPort: empty for the container itself
  std::string port;     // kPort
  std::string local_port;
  std::string notice;  // shown before the session begins
};

struct SessionDesk {
  /// Sessions of a container that have not ended.
  std::function<std::size_t(model::TaskId, std::string_view container)> count;
  /// `host` is the authority under which the caller reached this server.
  std::function<SessionTicket(SessionWanted, std::string_view host)> open;
  /// A new token for a session that goes on; none when it has ended or belongs to another world.
  std::function<std::optional<SessionTicket>(model::WorldId, std::string_view id, std::string_view host)> resume;
  /// False when there is no such session.
  std::function<bool(model::WorldId, std::string_view id)> terminate;
};

}  // namespace drydock::operations
