#pragma once
// Tells when files grow or are renamed, with one watch of the kernel for all of them. Lives on one executor.

#include <sys/inotify.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "instances/docker/async.hpp"

namespace drydock::instances::docker {

class FileChanges : public std::enable_shared_from_this<FileChanges> {
 public:
  explicit FileChanges(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// Calls `changed` from now on whenever the open file changes. Absent where the kernel does not tell. An open file is
  /// watched once at a time.
  std::optional<int> watch(int descriptor, std::function<void()> changed);
  void forget(int watch);
  void close();

 private:
  bool begin();
  void read_events();
  void deliver(std::size_t bytes);

  asio::any_io_executor executor_;
  std::optional<asio::posix::stream_descriptor> events_;
  alignas(inotify_event) std::array<char, 4096> buffer_{};
  std::map<int, std::function<void()>> watches_;
  bool refused_ = false;  // by the kernel, which limits their number, or by close()
};

}  // namespace drydock::instances::docker
