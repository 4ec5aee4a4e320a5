#include "agent/telemetry.hpp"

#include <chrono>

#include <spdlog/spdlog.h>

namespace drydock::agent {
namespace {

constexpr std::chrono::milliseconds kHealthInterval{20'000};
constexpr std::chrono::seconds kSilence{90};

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string header_lines(const HeaderList& headers, const std::string& host) {
  std::string out = "Host: " + host + "\r\n";
  for (const auto& [name, value] : headers) out.append(name).append(": ").append(value).append("\r\n");
  return out + "\r\n";
}

}  // namespace

Telemetry::Telemetry(asio::any_io_executor executor, std::shared_ptr<EcsApi> api)
    : executor_(std::move(executor)), api_(std::move(api)) {}

void Telemetry::start(Place place, SessionFacts facts, int cpu_units) {
  stop();
  place_ = std::move(place);
  facts_ = std::move(facts);
  cpu_units_ = cpu_units;
  instances::docker::spawn(executor_, run(shared_from_this(), turn_), "telemetry");
}

void Telemetry::stop() {
  ++turn_;
  if (socket_) socket_->drop();
  socket_.reset();
}

ReportFacts Telemetry::report_facts() {
  ReportFacts facts;
  facts.cluster = facts_.cluster;
  facts.container_instance_arn = facts_.container_instance_arn;
  facts.message_id = "telemetry-" + std::to_string(++messages_);
  facts.now = now();
  facts.cpu_units = cpu_units_;
  return facts;
}

void Telemetry::send(const std::vector<std::string>& frames) {
  if (!socket_) return;
  for (const std::string& frame : frames) socket_->send(signature_ + frame);
}

void Telemetry::publish(const std::vector<instances::ContainerHealth>& health) {
  HealthBook changed;
  for (const auto& one : health) {
    changed[one.task_arn][one.container_name] = {one.status, now()};
    health_[one.task_arn][one.container_name] = changed[one.task_arn][one.container_name];
  }
  send(health_frames(report_facts(), changed));
}

void Telemetry::publish(const std::vector<instances::ContainerUsage>& usage) {
  if (!usage.empty()) send(metrics_frames(report_facts(), usage));
}

void Telemetry::forget(const std::string& task_arn) { health_.erase(task_arn); }

asio::awaitable<void> Telemetry::repeat_health(std::shared_ptr<Telemetry> self, std::shared_ptr<WebSocket> socket) {
  while (self->socket_ == socket) {
    self->send(health_frames(self->report_facts(), self->health_));
    co_await instances::docker::sleep_for(kHealthInterval);
  }
}

asio::awaitable<void> Telemetry::run(std::shared_ptr<Telemetry> self, std::uint64_t turn) {
  Backoff waits(std::chrono::milliseconds(1000), std::chrono::milliseconds(60'000));
  while (self->turn_ == turn) {
    WebSocketTarget target;
    target.endpoint = self->place_.endpoint;
    target.target = tcs_target(self->place_.path, self->facts_);
    target.headers = self->api_->sign_get(target.endpoint, target.target);
    target.silence = kSilence;
    const std::string lines = header_lines(target.headers, authority_of(target.endpoint));
    const auto socket = co_await WebSocket::connect(self->executor_, std::move(target));
    if (self->turn_ != turn) co_return;
    if (socket) {
      waits.reset();
      self->socket_ = *socket;
      self->signature_ = lines;
      self->send(metrics_frames(self->report_facts(), {}));
      instances::docker::spawn(self->executor_, repeat_health(self, *socket), "health of containers");
      while (true) {
        const auto message = co_await WebSocket::read(*socket);
        if (!message) break;
      }
      if (self->socket_ == *socket) self->socket_.reset();
      spdlog::debug("telemetry session ended: {}", (*socket)->ending());
    } else {
      spdlog::debug("no telemetry session: {}", socket.error().message);
    }
    co_await instances::docker::sleep_for(waits.next());
  }
}

}  // namespace drydock::agent
