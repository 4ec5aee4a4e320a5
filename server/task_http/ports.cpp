#include "server/task_http/ports.hpp"

#include <spdlog/spdlog.h>

namespace drydock::task_http {
namespace {

constexpr std::uint16_t kUsualPort = 80;
constexpr std::chrono::milliseconds kLeaveGrace{500};  // for answers that are on their way

}  // namespace

std::uint16_t own_port(const std::string& drydock_id) {
  constexpr std::uint32_t kFirst = 21000;
  constexpr std::uint32_t kPorts = 9000;
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : drydock_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::uint16_t>(kFirst + hash % kPorts);
}

std::expected<std::uint16_t, std::string> Ports::listen(const std::string& address,
                                                        const std::vector<std::string>& allowed_hosts) {
  const auto own = listen(address, own_port_, allowed_hosts, own_);
  const auto usual = listen(address, kUsualPort, allowed_hosts, usual_);
  if (!usual && own) {
    spdlog::info("port {} of {} is taken or needs rights; containers are told port {}", kUsualPort, address, *own);
  }
  return usual ? usual : own;
}

std::expected<std::uint16_t, std::string> Ports::listen(const std::string& address, std::uint16_t port,
                                                        const std::vector<std::string>& allowed_hosts,
                                                        std::unique_ptr<http::Server>& server) {
  http::Options options;
  options.addresses = {address};
  options.port = port;
  options.allowed_hosts = allowed_hosts;
  server = std::make_unique<http::Server>(io_, std::move(options), handler_);
  auto listening = server->listen();
  if (!listening) server.reset();
  return listening;
}

std::optional<std::uint16_t> Ports::leave_usual() {
  if (!own_) {
    spdlog::warn("a task is to have port {} of this machine, which containers are told to find their metadata at",
                 kUsualPort);
    return std::nullopt;
  }
  usual_->stop(kLeaveGrace);
  return own_port_;
}

}  // namespace drydock::task_http
