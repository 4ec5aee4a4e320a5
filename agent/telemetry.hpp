#pragma once
// The agent's telemetry session: health of containers at once and every 20 s, their use of CPU and memory.

#include <memory>
#include <vector>

#include "agent/messages.hpp"
#include "agent/poll_endpoint.hpp"
#include "agent/web_socket.hpp"

namespace drydock::agent {

class Telemetry : public std::enable_shared_from_this<Telemetry> {
 public:
  Telemetry(asio::any_io_executor executor, std::shared_ptr<EcsApi> api);

  /// Until stop(): connects, and again when the connection breaks.
  void start(Place place, SessionFacts facts, int cpu_units);
  void stop();

  void publish(const std::vector<instances::ContainerHealth>& health);
  void publish(const std::vector<instances::ContainerUsage>& usage);
  /// The task has ended.
  void forget(const std::string& task_arn);

 private:
  static asio::awaitable<void> run(std::shared_ptr<Telemetry> self, std::uint64_t turn);
  static asio::awaitable<void> repeat_health(std::shared_ptr<Telemetry> self, std::shared_ptr<WebSocket> socket);
  ReportFacts report_facts();
  void send(const std::vector<std::string>& frames);

  asio::any_io_executor executor_;
  std::shared_ptr<EcsApi> api_;
  Place place_;
  SessionFacts facts_;
  int cpu_units_ = 1024;
  std::uint64_t turn_ = 0;  // of start(); what belongs to an earlier one ends
  std::uint64_t messages_ = 0;
  std::shared_ptr<WebSocket> socket_;
  std::string signature_;  // the header lines in front of every frame
  HealthBook health_;
};

}  // namespace drydock::agent
