#include "instances/docker/reporter.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>

#include "instances/docker/cleanup.hpp"
#include "instances/docker/container_spec.hpp"
#include "instances/docker/metadata/task_endpoint.hpp"
#include "instances/docker/task_report.hpp"

namespace drydock::instances::docker {

namespace {

using std::chrono::milliseconds;
using SubmitResult = std::expected<api::SubmitTaskStateChangeResponse, api::ApiError>;

/// The reply of one report on its way.
struct PendingReply {
  explicit PendingReply(const asio::any_io_executor& executor) : arrived(executor) {}
  Signal arrived;
  std::optional<SubmitResult> result;
};

/// Where the task is reached, as soon as it runs. An awsvpc task has one address, that of its network's owner; the
/// ports of others are published on the machine.
void send_address(const AgentCore& core, const Task& task) {
  if (!core.control_plane.publish_address || task.containers.empty()) return;
  const auto owner = network_owner(task.payload);
  const TaskContainer& holder = task.containers[owner.value_or(0)];
  TaskAddress address;
  address.task_arn = task.payload.task_arn;
  address.ipv4 = owner ? holder.ip_address : holder.gateway;
  if (owner) address.mac = holder.mac_address;
  if (task.payload.network_mode == "host") address.ipv4 = kMachineAddress;
  if (!address.ipv4.empty()) core.control_plane.publish_address(std::move(address));
}

void send_report(const CorePtr& core, const api::SubmitTaskStateChangeRequest& request,
                 const std::shared_ptr<PendingReply>& pending) {
  auto reply = [pending, executor = core->executor](SubmitResult result) {
    auto deliver = [pending, result = std::move(result)]() mutable {
      pending->result = std::move(result);
      pending->arrived.notify();
    };
    asio::dispatch(executor, std::move(deliver));
  };
  core->control_plane.submit_task_state(request, std::move(reply));
}

bool is_server_fault(const api::ApiError& error) {
  return error.http_status >= 500 || error.code == "ServerException" || error.code == "ThrottlingException";
}

asio::awaitable<void> deliver(CorePtr core, RunPtr run) {
  milliseconds fault_wait{100};
  milliseconds client_wait{1000};
  while (!run->reports.empty() && !core->closing) {
    const auto pending = std::make_shared<PendingReply>(core->executor);
    // Waking on the agent's end as well: a reply may never come from a control plane that is closing.
    const auto canceller = std::make_shared<Canceller>();
    canceller->on_cancel([pending] { pending->arrived.notify(); });
    core->sleepers.insert(canceller);
    if (run->reports.front().status == "RUNNING") send_address(*core, run->task);
    send_report(core, run->reports.front(), pending);
    while (!pending->result && !core->closing) co_await pending->arrived.wait();
    core->sleepers.erase(canceller);
    if (!pending->result || run->abandoned) break;
    const SubmitResult& result = *pending->result;
    const std::string& arn = run->task.payload.task_arn;
    if (result || result.error().code == "InvalidParameterException") {
      if (!result) spdlog::warn("report of task {} dropped: {}", arn, result.error().message);
      run->reports.pop_front();
      fault_wait = milliseconds(100);
      client_wait = milliseconds(1000);
    } else if (is_server_fault(result.error())) {
      spdlog::warn("report of task {} is sent again: {}", arn, result.error().message);
      co_await pause(core, fault_wait);
      fault_wait = std::min(fault_wait * 2, milliseconds(5000));
    } else {
      spdlog::warn("report of task {} refused: {}: {}", arn, result.error().code, result.error().message);
      co_await pause(core, client_wait);
      client_wait = std::min(client_wait * 13 / 10, milliseconds(30'000));
    }
  }
  run->delivering = false;
  if (core->closing || run->abandoned || run->task.reported != TaskStatus::kStopped || run->finished) co_return;
  run->finished = true;
  spawn(core->executor, clean_up(core, run), "clean-up of a task");
}

}  // namespace

void task_changed(const CorePtr& core, const RunPtr& run) {
  if (core->closing) return;
  run->changed.notify();
  if (run->abandoned) return;
  for (auto& report : take_reports(run->task, core->options.config.cluster)) {
    spdlog::info("task {} is {}", run->task.payload.task_arn, *report.status);
    run->reports.push_back(std::move(report));
  }
  if (run->reports.empty() || run->delivering) return;
  run->delivering = true;
  spawn(core->executor, deliver(core, run), "reports of a task");
}

}  // namespace drydock::instances::docker
