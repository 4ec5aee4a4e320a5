#include "instances/docker/exec_ending.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace drydock::instances::docker {
namespace {

namespace fs = std::filesystem;

constexpr auto kGrace = std::chrono::seconds(1);

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Ids of processes are used again: only one that carries the session's variable is touched.
bool belongs_to(const std::string& session_id, int pid) {
  const std::string environment = contents("/proc/" + std::to_string(pid) + "/environ");
  const std::string variable = session_variable(session_id);
  for (std::size_t at = environment.find(variable); at != std::string::npos; at = environment.find(variable, at + 1)) {
    const std::size_t end = at + variable.size();
    if ((at == 0 || environment[at - 1] == '\0') && (end == environment.size() || environment[end] == '\0'))
      return true;
  }
  return false;
}

/// The session (setsid) that a process is in: the sixth field of its stat, counted behind its name in parentheses.
int session_of(int pid) {
  const std::string stat = contents("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  int parent = 0;
  int group = 0;
  int session = 0;
  char state = 0;
  const std::string rest = stat.substr(name_end + 1);
  return std::sscanf(rest.c_str(), " %c %d %d %d", &state, &parent, &group, &session) == 4 ? session : 0;
}

void kill_rest(const std::string& session_id, int leader) {
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const int pid = std::atoi(it->path().filename().c_str());
    if (pid > 0 && session_of(pid) == leader && belongs_to(session_id, pid)) ::kill(pid, SIGKILL);
  }
}

asio::awaitable<void> signal_inside(std::shared_ptr<EngineClient> engine, std::string container, std::string session_id,
                                    std::string signal) {
  ExecSpec spec;
  spec.attached = false;
  spec.command = {"sh",
                  "-c",
                  R"(for p in /proc/[0-9]*; do
                       tr '\0' '\n' <$p/environ 2>/dev/null | grep -qx "$1" && kill -s $2 ${p#/proc/}
                     done)",
                  "sh",
                  session_variable(session_id),
                  signal};
  const auto id = co_await engine->create_exec(std::move(container), std::move(spec));
  if (id) co_await engine->start_exec(*id);
}

}  // namespace

std::string session_variable(const std::string& session_id) { return "DRYDOCK_SESSION=" + session_id; }

bool hang_up(const std::string& session_id, int pid) {
  if (pid <= 1 || !belongs_to(session_id, pid)) return false;
  // The first process leads a session and a group of its own.
  return ::kill(-pid, SIGHUP) == 0;
}

asio::awaitable<void> end_session_processes(std::shared_ptr<EngineClient> engine, std::string container,
                                            std::string session_id, int pid) {
  const bool ours = hang_up(session_id, pid);
  if (!ours) co_await signal_inside(engine, container, session_id, "HUP");
  co_await sleep_for(kGrace);
  if (ours) {
    kill_rest(session_id, pid);
  } else {
    co_await signal_inside(engine, container, session_id, "KILL");
  }
}

}  // namespace drydock::instances::docker
