#include "instances/docker/exec_session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "instances/docker/command_line.hpp"
#include "instances/docker/exec_ending.hpp"
#include "instances/docker/stream_frames.hpp"

namespace drydock::instances::docker {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kRuntimeFailed = "OCI runtime exec failed";
constexpr auto kBetweenLooks = std::chrono::milliseconds(20);
constexpr int kMostLooks = 50;

bool names(const std::vector<std::string>& variables, std::string_view name) {
  return std::ranges::any_of(variables, [&](const std::string& one) {
    return one.starts_with(name) && one.size() > name.size() && one[name.size()] == '=';
  });
}

}  // namespace

struct ExecSession : std::enable_shared_from_this<ExecSession> {
  ExecSession(CorePtr owner, ChannelRequest asked, ChannelEvents listener)
      : core(std::move(owner)), request(std::move(asked)), events(std::move(listener)), changed(core->executor) {}

  CorePtr core;
  ChannelRequest request;
  ChannelEvents events;
  Signal changed;  // held, input
  std::string container;
  std::string exec_id;
  int pid = 0;
  std::shared_ptr<HijackedStream> stream;
  FrameParser frames;     // without a terminal
  std::string beginning;  // of the output, while it may be the engine's word that the command cannot be started
  bool told = false;      // it was not
  std::string input;
  std::size_t writing_bytes = 0;
  bool input_ended = false;
  bool writing = false;
  bool held = false;
  bool ended = false;   // the command is over, or never began
  bool closed = false;  // nobody listens any more

  void end(const std::string& failure) {
    ended = true;
    changed.notify();
    if (!closed) events.on_end(failure);
  }

  /// Bytes as they come from the engine. False when they are not what was agreed.
  bool take(std::string_view bytes) {
    if (request.terminal) {
      heard(bytes, false);
      return true;
    }
    return frames.feed(
        bytes, [this](StreamKind kind, std::string_view payload) { heard(payload, kind == StreamKind::kStderr); });
  }

  void heard(std::string_view bytes, bool error) {
    if (!told && !error) {
      beginning += bytes;
      if (!beginning.starts_with(kRuntimeFailed) && !kRuntimeFailed.starts_with(beginning)) tell_beginning();
      return;
    }
    tell_beginning();
    if (closed) return;
    if (error) {
      events.on_error_bytes(bytes);
    } else {
      events.on_bytes(bytes);
    }
  }

  void tell_beginning() {
    told = true;
    if (!closed && !beginning.empty()) events.on_bytes(beginning);
    beginning.clear();
  }
};

namespace {

using SessionPtr = std::shared_ptr<ExecSession>;

/// A terminal has no such end; it has a key for it.
void end_input_when_written(const SessionPtr& session) {
  if (!session->input_ended || session->request.terminal || !session->input.empty() || session->ended) return;
  boost::system::error_code ignored;
  session->stream->socket.shutdown(asio::local::stream_protocol::socket::shutdown_send, ignored);
}

asio::awaitable<void> write_input(SessionPtr session) {
  while (!session->input.empty() && !session->ended) {
    const std::string bytes = std::exchange(session->input, {});
    session->writing_bytes = bytes.size();
    const auto [error, size] = co_await asio::async_write(session->stream->socket, asio::buffer(bytes), kAwait);
    session->writing_bytes = 0;
    if (error) break;
  }
  session->writing = false;
  end_input_when_written(session);
}

void pump_input(const SessionPtr& session) {
  if (session->writing || !session->stream || session->ended) return;
  if (session->input.empty()) return end_input_when_written(session);
  session->writing = true;
  spawn(session->core->executor, write_input(session), "exec input");
}

/// Everything that the command writes, until its end. What the engine itself writes there when it cannot start the
/// command stays in `beginning`.
asio::awaitable<void> read_output(SessionPtr session) {
  std::array<char, 16384> chunk;
  bool understood = session->take(session->stream->already_read);
  while (understood) {
    while (session->held && !session->closed) co_await session->changed.wait();
    const auto [error, size] = co_await session->stream->socket.async_read_some(asio::buffer(chunk), kAwait);
    if (error || session->closed) break;
    understood = session->take({chunk.data(), size});
  }
}

asio::awaitable<EngineResult<ExecInfo>> look_at(SessionPtr session) {
  auto info = co_await session->core->engine->inspect_exec(session->exec_id);
  co_return info;
}

/// How it ended: its streams may be at their end a moment before the engine knows its exit code.
asio::awaitable<EngineResult<ExecInfo>> look_at_end(SessionPtr session) {
  auto info = co_await look_at(session);
  for (int look = 1; look < kMostLooks && info && info->running && !session->closed; ++look) {
    co_await sleep_for(kBetweenLooks);
    info = co_await look_at(session);
  }
  co_return info;
}

/// Empty when the command runs, else why it does not.
asio::awaitable<std::string> start(SessionPtr session) {
  EngineClient& engine = *session->core->engine;
  auto words = split_command_line(session->request.command);
  if (!words) co_return words.error();
  session->container = running_container(*session->core, session->request);
  if (session->container.empty()) co_return "the container is not running";
  const auto known = co_await engine.look_inside(session->container);
  if (!known) co_return describe(known.error());
  ExecSpec spec;
  spec.command = std::move(*words);
  if (spec.command.empty()) spec.command.emplace_back("sh");
  spec.terminal = session->request.terminal;
  spec.environment = {session_variable(session->request.session_id)};
  if (spec.terminal) spec.environment.emplace_back("TERM=xterm-256color");
  if (!names(known->environment, "LANG")) spec.environment.emplace_back("LANG=C.UTF-8");
  auto made = co_await engine.create_exec(session->container, std::move(spec));
  if (!made) co_return made.error().message;
  session->exec_id = std::move(*made);
  auto attached = co_await engine.attach_exec(session->exec_id, session->request.terminal);
  if (!attached) co_return attached.error().message;
  session->stream = std::move(*attached);
  co_return std::string();
}

/// The engine starts the command after it has answered: its process is known a little later.
asio::awaitable<void> learn_pid(SessionPtr session) {
  for (int attempt = 0; attempt < kMostLooks && session->pid == 0; ++attempt) {
    const auto info = co_await look_at(session);
    if (!info || (!info->running && attempt > 0)) co_return;
    session->pid = info->pid;
    if (session->pid == 0) co_await sleep_for(kBetweenLooks);
  }
}

asio::awaitable<void> end_processes(SessionPtr session) {
  co_await learn_pid(session);
  co_await end_session_processes(session->core->engine, session->container, session->request.session_id, session->pid);
}

asio::awaitable<void> run(SessionPtr session) {
  // Never from inside the call that asked for it.
  co_await asio::post(session->core->executor, asio::use_awaitable);
  const std::string refusal = co_await start(session);
  if (!refusal.empty()) co_return session->end(start_failure_text(refusal));
  if (session->closed) {
    boost::system::error_code ignored;
    session->stream->socket.close(ignored);
    co_await end_processes(session);
    co_return;
  }
  session->events.on_open();
  spawn(session->core->executor, learn_pid(session), "pid of a session");
  pump_input(session);
  co_await read_output(session);
  if (session->closed) co_return;
  session->ended = true;
  const auto info = co_await look_at_end(session);
  if (session->closed) co_return;
  const auto reason = info ? start_failure(session->beginning, *info) : std::nullopt;
  if (!reason) session->tell_beginning();
  if (info && !info->running) {
    spdlog::info("session {}: its command exited with {}", session->request.session_id, info->exit_code);
    session->events.on_exit(info->exit_code);
  }
  session->end(reason ? start_failure_text(*reason) : std::string());
}

asio::awaitable<void> resize(SessionPtr session, int rows, int columns) {
  // It fails when the command ends meanwhile, which is no matter.
  co_await session->core->engine->resize_exec(session->exec_id, rows, columns);
}

void close(const SessionPtr& session) {
  if (session->closed) return;
  session->closed = true;
  session->changed.notify();
  if (session->ended || !session->stream) return;
  session->ended = true;
  // At once, in case this process is about to end.
  hang_up(session->request.session_id, session->pid);
  boost::system::error_code ignored;
  session->stream->socket.close(ignored);
  spawn(session->core->executor, end_processes(session), "end of a session");
}

}  // namespace

std::string running_container(const AgentCore& core, const ChannelRequest& request) {
  const auto run = core.tasks.find(request.task_arn);
  if (run == core.tasks.end()) return {};
  const auto index = index_of(run->second->task, request.container_name);
  if (!index) return {};
  const TaskContainer& container = run->second->task.containers[*index];
  return container.stage == Stage::kRunning ? container.docker_id : std::string();
}

std::optional<std::string> start_failure(std::string_view terminal, const ExecInfo& info) {
  const bool never_ran = info.pid == 0 && (info.exit_code == 126 || info.exit_code == 127);
  if (!never_ran || !terminal.starts_with(kRuntimeFailed)) return std::nullopt;
  while (!terminal.empty() && (terminal.back() == '\n' || terminal.back() == '\r')) terminal.remove_suffix(1);
  constexpr std::string_view kUnknown = ": unknown";
  if (terminal.ends_with(kUnknown)) terminal.remove_suffix(kUnknown.size());
  for (const std::string_view wrapping :
       {"OCI runtime exec failed: ", "exec failed: ", "unable to start container process: "}) {
    if (terminal.starts_with(wrapping)) terminal.remove_prefix(wrapping.size());
  }
  return std::string(terminal);
}

std::string start_failure_text(const std::string& reason) {
  return "\n----------ERROR-------\nUnable to start command: Failed to start pty: " + reason + "\n";
}

std::shared_ptr<ExecSession> start_exec_session(CorePtr core, const ChannelRequest& request, ChannelEvents events) {
  auto session = std::make_shared<ExecSession>(std::move(core), request, std::move(events));
  spawn(session->core->executor, run(session), "exec session");
  return session;
}

Channel channel_of(const std::shared_ptr<ExecSession>& session) {
  Channel channel;
  channel.write = [session](std::string_view bytes) {
    if (session->ended) return;
    session->input += bytes;
    pump_input(session);
  };
  channel.resize = [session](int rows, int columns) {
    if (session->ended || !session->stream || !session->request.terminal) return;
    spawn(session->core->executor, resize(session, rows, columns), "exec resize");
  };
  channel.end_input = [session] {
    session->input_ended = true;
    pump_input(session);
  };
  channel.hold = [session](bool hold) {
    session->held = hold;
    session->changed.notify();
  };
  channel.backlog = [session] { return session->input.size() + session->writing_bytes; };
  channel.close = [session] { close(session); };
  return channel;
}

}  // namespace drydock::instances::docker
