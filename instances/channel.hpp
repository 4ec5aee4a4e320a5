#pragma once
// Bytes in both directions between the control plane and something in a container: a command's terminal (ECS Exec) or
// a port. In ECS the SSM agent inside the container does this; its session protocol stays in server/sessions.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace drydock::instances {

struct ChannelRequest {
  enum class Kind { kCommand, kPort };
  Kind kind = Kind::kCommand;
  std::string session_id;
  std::string task_arn;
  std::string container_name;
  /// kCommand: words as a shell splits them, run without a shell as root; empty means sh.
  std::string command;
  /// kCommand: with a terminal, as always in ECS; without one, standard error comes apart from standard output.
  bool terminal = true;
  /// kPort: a TCP port of the container, or of `host` as seen from there when it is not empty.
  std::string host;
  int port = 0;
};

/// What comes from the instance, in order, on the core thread and never from inside a call. Nothing follows on_end.
struct ChannelEvents {
  /// The command runs, or the port answered.
  std::function<void()> on_open;
  std::function<void(std::string_view bytes)> on_bytes;
  /// What a command without a terminal writes to standard error.
  std::function<void(std::string_view bytes)> on_error_bytes;
  /// Right before on_end, when it is known how the command ended: 126 or 127 when it could not be started.
  std::function<void(int code)> on_exit;
  /// It is over. `failure` is empty when it ended by itself; else it says to the user why it could not begin.
  std::function<void(std::string failure)> on_end;
};

/// The control plane's side of an open channel. Functions may be called at any time, also when all is over.
struct Channel {
  std::function<void(std::string_view bytes)> write;
  std::function<void(int rows, int columns)> resize;
  /// No more will be written: the end of standard input, for a command without a terminal.
  std::function<void()> end_input;
  /// true: bring no more bytes for now; the command is held up once its pipes are full.
  std::function<void(bool)> hold;
  /// Bytes written that were not taken yet.
  std::function<std::size_t()> backlog;
  /// Ends the command with everything it started, or closes the connection. on_end need not follow.
  std::function<void()> close;
};

}  // namespace drydock::instances
