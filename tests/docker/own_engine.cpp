#include "tests/docker/own_engine.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace drydock::test {

namespace {

/// Whether something accepts connections there.
bool answers(const std::string& socket_path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  const bool ok = ::connect(fd, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address) == 0;
  ::close(fd);
  return ok;
}

void run_checked(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
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
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  // dockerd mounts its data folder onto itself; each kill leaves one such mount behind.
  while (::umount2((folder_ + "/root").c_str(), MNT_DETACH) == 0) continue;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void OwnEngine::start() {
  std::error_code ignored;
  std::filesystem::remove(folder_ + "/pid", ignored);
  process_ = ::fork();
  if (process_ == 0) {
    const int log = ::open((folder_ + "/log").c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    const std::string root = folder_ + "/root", exec = folder_ + "/exec", pid = folder_ + "/pid";
    const std::string host = "unix://" + socket_;
    // In a network of its own: an engine without a bridge removes the machine's docker0 when it starts.
    ::execlp("unshare", "unshare", "--net", "dockerd", "--data-root", root.c_str(), "--exec-root", exec.c_str(),
             "--pidfile", pid.c_str(), "-H", host.c_str(), "--bridge=none", "--iptables=false", "--ip-masq=false",
             nullptr);
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
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
  // Its containerd goes with it; the next dockerd must not take a stale or zombie process for a living one.
  const std::string pid_file = folder_ + "/exec/containerd/containerd.pid";
  pid_t containerd = 0;
  if (std::ifstream(pid_file) >> containerd && containerd > 1) ::kill(containerd, SIGKILL);
  std::error_code ignored;
  std::filesystem::remove(pid_file, ignored);
  std::filesystem::remove(folder_ + "/exec/containerd/containerd.sock", ignored);
}

void OwnEngine::load_test_image() {
  run_checked("DOCKER_HOST=unix://" + socket_ + " " DRYDOCK_SOURCE_DIR "/tests/docker/make_images.sh");
}

}  // namespace drydock::test
