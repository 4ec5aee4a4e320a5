#include "instances/docker/agent.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <set>

#include "instances/docker/agent_core.hpp"
#include "instances/docker/cleanup.hpp"
#include "instances/docker/exec_session.hpp"
#include "instances/docker/metadata/usage_reports.hpp"
#include "instances/docker/port_session.hpp"
#include "instances/docker/session.hpp"
#include "instances/docker/task_runner.hpp"

namespace drydock::instances::docker {

struct DockerAgent::Impl {
  Impl(const asio::any_io_executor& executor, DockerAgentOptions options, ControlPlane plane)
      : core(std::make_shared<AgentCore>(executor, std::move(options), std::move(plane))),
        cluster_hint(std::make_shared<Signal>(executor)) {}
  CorePtr core;
  std::shared_ptr<Signal> cluster_hint;
  std::vector<std::weak_ptr<ExecSession>> sessions;
  std::vector<std::weak_ptr<PortSession>> ports;
};

DockerAgent::DockerAgent(const asio::any_io_executor& executor, DockerAgentOptions options, ControlPlane control_plane)
    : impl_(std::make_shared<Impl>(executor, std::move(options), std::move(control_plane))) {}

DockerAgent::~DockerAgent() { close(CloseReason::kShutdown); }

void DockerAgent::start() {
  for (const std::string& key : impl_->core->options.config.ignored) spdlog::info("setting {} is not used", key);
  spawn(impl_->core->executor, run_session(impl_->core, impl_->cluster_hint), "Docker agent");
  spawn(impl_->core->executor, report_usage(impl_->core), "use of CPU and memory");
}

void DockerAgent::send(const TaskPayload& payload) {
  auto take = [core = impl_->core, payload] { accept_payload(core, payload); };
  asio::post(impl_->core->executor, std::move(take));
}

void DockerAgent::close(CloseReason reason) {
  auto end = [core = impl_->core, sessions = std::move(impl_->sessions), ports = std::move(impl_->ports), reason] {
    if (core->closing) return;
    for (const auto& session : sessions) {
      if (const auto open = session.lock()) channel_of(open).close();
    }
    for (const auto& port : ports) {
      if (const auto open = port.lock()) channel_of(open).close();
    }
    spdlog::debug("agent {} closes ({})", core->options.identity.instance_id,
                  reason == CloseReason::kDeregistered ? "deregistered" : "shutdown");
    core->shut_down();
  };
  asio::post(impl_->core->executor, std::move(end));
}

Channel DockerAgent::open_channel(const ChannelRequest& request, ChannelEvents events) {
  const auto gone = [](const auto& one) { return one.expired(); };
  std::erase_if(impl_->sessions, gone);
  std::erase_if(impl_->ports, gone);
  if (request.kind == ChannelRequest::Kind::kPort) {
    const auto port = start_port_session(impl_->core, request, std::move(events));
    impl_->ports.push_back(port);
    return channel_of(port);
  }
  const auto session = start_exec_session(impl_->core, request, std::move(events));
  impl_->sessions.push_back(session);
  return channel_of(session);
}

void DockerAgent::already_started(std::vector<std::string> task_arns) {
  auto take = [core = impl_->core, arns = std::move(task_arns)] {
    for (const std::string& arn : arns) {
      if (!core->tasks.contains(arn)) core->already_started.insert(arn);
    }
  };
  asio::post(impl_->core->executor, std::move(take));
}

void DockerAgent::end_of_resync(std::vector<std::string> known_task_arns) {
  std::set<std::string> known(known_task_arns.begin(), known_task_arns.end());
  auto work = [core = impl_->core, known = std::move(known)]() mutable {
    spawn(core->executor, remove_orphans(core, std::move(known)), "orphaned containers");
  };
  asio::post(impl_->core->executor, std::move(work));
}

void DockerAgent::register_again() {
  auto forget = [core = impl_->core] {
    core->options.container_instance_arn.clear();
    core->registered = false;
    core->changed.notify();
  };
  asio::post(impl_->core->executor, std::move(forget));
}

void DockerAgent::cluster_appeared() {
  auto hint = [signal = impl_->cluster_hint] { signal->notify(); };
  asio::post(impl_->core->executor, std::move(hint));
}

}  // namespace drydock::instances::docker
