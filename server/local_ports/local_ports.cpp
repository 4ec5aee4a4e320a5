#include "server/local_ports/local_ports.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include <boost/asio/post.hpp>

#include "model/arn.hpp"

namespace drydock::server {
namespace {

using Json = nlohmann::ordered_json;
using Verb = boost::beast::http::verb;

constexpr const char* kLoopback = "127.0.0.1";

const model::LocalPort* kept(const model::Service& service, const ServicePort& port) {
  const auto it = std::ranges::find_if(service.local_ports, [&](const model::LocalPort& one) {
    return one.container == port.container && one.container_port == port.container_port;
  });
  return it == service.local_ports.end() ? nullptr : &*it;
}

}  // namespace

LocalPorts::LocalPorts(Core& core, PortSpan span, const boost::asio::any_io_executor& relays, Soon soon)
    : core_(core), span_(span), relays_(relays), soon_(std::move(soon)), next_(span.first) {}

void LocalPorts::start() {
  started_ = true;
  for (const model::ServiceId id : core_.state().services()) look_at(id);
}

void LocalPorts::committed(std::span<const model::Touched> touched) {
  if (!started_) return;
  for (const model::Touched& entity : touched) {
    if (entity.kind == model::EntityKind::kService) look_at(model::ServiceId{entity.id});
    if (entity.kind != model::EntityKind::kTask) continue;
    const model::Task* task = core_.state().find(model::TaskId{entity.id});
    if (task != nullptr && task->service) look_at(task->service);
  }
}

void LocalPorts::look_at(model::ServiceId id) {
  changed_.insert(id);
  if (following_) return;
  following_ = true;
  soon_([this] { follow(); });
}

void LocalPorts::follow() {
  following_ = false;
  const auto changed = std::exchange(changed_, {});
  for (const model::ServiceId id : changed) follow(id);
}

void LocalPorts::follow(model::ServiceId id) {
  const model::Service* service = core_.state().find(id);
  const bool gone = service == nullptr || service->status == model::ServiceStatus::kInactive;
  const auto ports = gone ? std::vector<ServicePort>{} : ports_of(core_.state(), *service);
  Ports& open_ones = services_[id];
  for (auto entry = open_ones.begin(); entry != open_ones.end();) {
    const auto same = [&](const ServicePort& port) {
      return port.container == entry->first.first && port.container_port == entry->first.second;
    };
    if (std::ranges::any_of(ports, same)) {
      ++entry;
      continue;
    }
    close(entry->second);
    entry = open_ones.erase(entry);
  }
  for (const ServicePort& port : ports) {
    service = core_.state().find(id);
    Open& entry = open_ones[{port.container, port.container_port}];
    const bool other = port.wanted != 0 && entry.port != port.wanted;
    if (!entry.relay || (other && entry.problem.empty())) open(id, port, entry);
    auto targets = targets_of(core_.state(), *service, port);
    if (!entry.relay || targets == entry.targets) continue;
    entry.targets = targets;
    boost::asio::post(relays_, [relay = entry.relay, targets = std::move(targets)] { relay->set_targets(targets); });
  }
  if (open_ones.empty()) services_.erase(id);
}

bool LocalPorts::is_taken(int port, model::ServiceId by) const {
  return std::ranges::any_of(core_.state().services(), [&](model::ServiceId id) {
    const model::Service& service = core_.state().get(id);
    if (id == by || service.status == model::ServiceStatus::kInactive) return false;
    return std::ranges::find(service.local_ports, port, &model::LocalPort::port) != service.local_ports.end();
  });
}

std::expected<std::uint16_t, std::string> LocalPorts::listen(Open& entry, int port) {
  // Binding is quick, and nobody else uses the relay yet.
  auto relay = std::make_shared<Relay>(relays_);
  auto listening = relay->listen(kLoopback, static_cast<std::uint16_t>(port));
  if (!listening) return listening;
  close(entry);
  entry.relay = std::move(relay);
  entry.port = port;
  entry.problem.clear();
  entry.targets.clear();
  return listening;
}

void LocalPorts::open(model::ServiceId id, const ServicePort& port, Open& entry) {
  const model::Service& service = core_.state().get(id);
  entry.problem = port.mistake;
  const model::LocalPort* known = kept(service, port);
  if (port.wanted != 0) {
    const auto listening = listen(entry, port.wanted);
    if (listening) return keep(id, port, port.wanted);
    entry.problem = "cannot have " + listening.error();
    if (entry.relay) return;  // it stays at the port that it has
  } else if (known != nullptr) {
    const auto listening = listen(entry, known->port);
    if (listening) {
      entry.problem = port.mistake;
      return;
    }
    entry.problem = "the port that it had cannot be had: " + listening.error();
  }
  const std::string problem = entry.problem;
  for (int tries = 0; tries <= span_.last - span_.first; ++tries) {
    const int candidate = next_;
    next_ = next_ >= span_.last ? span_.first : next_ + 1;
    if (is_taken(candidate, id)) continue;
    if (!listen(entry, candidate)) continue;
    entry.problem = problem;
    return keep(id, port, candidate);
  }
  if (entry.problem.empty()) entry.problem = "no port is free (--local-ports)";
}

void LocalPorts::keep(model::ServiceId id, const ServicePort& port, int local) {
  const model::Service& service = core_.state().get(id);
  spdlog::info("service {} is at {}:{} (port {} of container {})", service.name, kLoopback, local, port.container_port,
               port.container);
  if (const model::LocalPort* known = kept(service, port); known != nullptr && known->port == local) return;
  core_.change([&](model::Transaction& tx) {
    tx.update(id, [&](model::Service& entity) {
      std::erase_if(entity.local_ports, [&](const model::LocalPort& one) {
        return one.container == port.container && one.container_port == port.container_port;
      });
      entity.local_ports.push_back({port.container, port.container_port, local});
    });
  });
}

void LocalPorts::close(Open& entry) {
  if (!entry.relay) return;
  boost::asio::post(relays_, [relay = std::move(entry.relay)] { relay->close(); });
  entry.relay.reset();
  entry.port = 0;
}

Json LocalPorts::show(std::string_view rest) const {
  const model::State& state = core_.state();
  Json list = Json::array();
  for (const auto& [id, ports] : services_) {
    const model::Service* service = state.find(id);
    if (service == nullptr) continue;
    const std::string& cluster = state.get(service->cluster).name;
    if (!rest.empty() && rest != cluster + "/" + service->name) continue;
    for (const auto& [key, entry] : ports) {
      Json one = {{"service", service->name},
                  {"cluster", cluster},
                  {"serviceArn", model::arn_of(state, *service)},
                  {"container", key.first},
                  {"containerPort", key.second}};
      if (entry.relay) {
        one["localPort"] = entry.port;
        one["address"] = std::string(kLoopback) + ":" + std::to_string(entry.port);
      }
      one["targets"] = Json::array();
      for (const RelayTarget& target : entry.targets) {
        one["targets"].push_back(target.address + ":" + std::to_string(target.port));
      }
      if (!entry.problem.empty()) one["problem"] = entry.problem;
      list.push_back(std::move(one));
    }
  }
  return Json{{"endpoints", std::move(list)}};
}

AdminPath endpoints_path(const LocalPorts& ports) {
  return [&ports](const http::Request& request, std::string_view rest, http::ReplyFn reply) {
    if (request.method != Verb::get) return reply(message_reply(405, "Endpoints can be read, with GET, only."));
    reply(json_reply(200, ports.show(rest)));
  };
}

}  // namespace drydock::server
