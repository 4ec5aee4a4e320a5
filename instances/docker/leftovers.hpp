#pragma once
// What machines of instance groups leave on the engine when they are switched off.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace drydock::instances::docker {

struct LeftoversOptions {
  std::string socket_path = "/var/run/docker.sock";
  std::string drydock_id;  // whose machines: label io.drydock.id
  /// Whether a machine of a group is switched on, by its instance id. Asked on the executor's thread.
  std::function<bool(const std::string&)> present;
  std::chrono::milliseconds stop_timeout{std::chrono::seconds(30)};  // from SIGTERM to SIGKILL
};

/// Stops and removes the containers, and removes the volumes, of machines that are not present any more: those that
/// were switched off while it runs or before it began, and what the engine makes for them afterwards, of requests that
/// were under way. Things without a group's label are never touched. Everything happens on the executor.
class Leftovers {
 public:
  Leftovers(const boost::asio::any_io_executor& executor, LeftoversOptions options);
  ~Leftovers();
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

  /// A machine may have been switched off.
  void look();

 private:
  struct Watch;
  std::shared_ptr<Watch> watch_;
};

}  // namespace drydock::instances::docker
