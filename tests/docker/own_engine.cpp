#include "tests/docker/own_engine.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace drydock::test {

namespace {

/// Whether something accepts connections there.
bool answers(const std::string& socket_path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  const bool ok = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return ok;
}

void run_checked(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

/// An engine is root's. Failures do not matter: what is to be ended or removed may be gone.
void as_root(const std::string& script) {
  const std::string quoted = "sh -c '" + script + "' 2>/dev/null";
  if (std::system((::geteuid() == 0 ? quoted : "sudo -n " + quoted).c_str()) != 0) return;
}

}  // namespace

OwnEngine::OwnEngine() {
  std::string pattern = "/tmp/drydock-engine-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder for an engine");
  folder_ = pattern;
  socket_ = folder_ + "/docker.sock";
}

OwnEngine::~OwnEngine() {
  if (process_ > 0) {
    as_root("kill -TERM $(cat " + folder_ + "/pid)");
    ::waitpid(process_, nullptr, 0);
  }
  // dockerd mounts its data folder onto itself; each kill leaves one such mount behind.
  as_root("while umount -l " + folder_ + "/root; do :; done; rm -rf " + folder_);
}

void OwnEngine::start() {
  as_root("rm -f " + folder_ + "/pid");
  process_ = ::fork();
  if (process_ == 0) {
    const int log = ::open((folder_ + "/log").c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    // In a network of its own: an engine without a bridge removes the machine's docker0 when it starts.
    const std::string command = std::string("exec ") + (::geteuid() == 0 ? "" : "sudo -n ") + "unshare --net dockerd" +
                                " --data-root " + folder_ + "/root --exec-root " + folder_ + "/exec --pidfile " +
                                folder_ + "/pid -H unix://" + socket_ +
                                " --bridge=none --iptables=false --ip-masq=false";
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!answers(socket_)) {
    const bool gone = ::waitpid(process_, nullptr, WNOHANG) == process_;
    if (gone || std::chrono::steady_clock::now() >= deadline)
      throw std::runtime_error("dockerd does not come up, see " + folder_ + "/log");
    ::poll(nullptr, 0, 20);
  }
}

void OwnEngine::kill() {
  as_root("kill -KILL $(cat " + folder_ + "/pid)");
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
  // Its containerd goes with it; the next dockerd must not take a stale or zombie process for a living one.
  const std::string containerd = folder_ + "/exec/containerd/containerd";
  as_root("kill -KILL $(cat " + containerd + ".pid); rm -f " + containerd + ".pid " + containerd + ".sock");
}

void OwnEngine::load_test_image() {
  run_checked("DOCKER_HOST=unix://" + socket_ + " " DRYDOCK_SOURCE_DIR "/tests/docker/make_images.sh");
}

}  // namespace drydock::test
