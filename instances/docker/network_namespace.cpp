#include "instances/docker/network_namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace drydock::instances::docker {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// Whether the process is the container's by our own count, too.
bool runs_in(const std::string& container, int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/cgroup");
  const std::string groups(std::istreambuf_iterator<char>(in), {});
  return groups.find(container) != std::string::npos;
}

}  // namespace

std::optional<asio::ip::tcp::socket> socket_in_network_of(const asio::any_io_executor& executor,
                                                          const std::string& container, int pid) {
  if (pid <= 1 || container.empty() || !runs_in(container, pid)) return std::nullopt;
  const Descriptor own(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  const std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
  const Descriptor other(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (own.get() < 0 || other.get() < 0 || ::setns(other.get(), CLONE_NEWNET) != 0) return std::nullopt;
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::setns(own.get(), CLONE_NEWNET) != 0) {
    // Going on in a container's network would mix up everything.
    spdlog::critical("cannot return to the own network namespace");
    std::abort();
  }
  if (made < 0) return std::nullopt;
  asio::ip::tcp::socket socket(executor);
  boost::system::error_code error;
  socket.assign(asio::ip::tcp::v4(), made, error);
  if (error) {
    ::close(made);
    return std::nullopt;
  }
  return socket;
}

}  // namespace drydock::instances::docker
