#include "tests/simulation/parameters.hpp"

#include <sstream>

namespace drydock::simulation {
namespace {

/// Off in half of the worlds.
int some(model::Random& dice, int most) {
  return dice.below(2) == 0 ? 0 : 1 + static_cast<int>(dice.below(static_cast<std::uint64_t>(most)));
}

}  // namespace

Parameters draw_parameters(model::Random& dice) {
  Parameters p;
  p.clusters = 1 + static_cast<int>(dice.below(2));
  p.machines = static_cast<int>(dice.below(6));
  p.call_percent = 5 + static_cast<int>(dice.below(40));
  p.fault_percent = some(dice, 15);
  p.crash_weight = some(dice, 4);
  p.disconnect_weight = some(dice, 10);
  p.loss_weight = some(dice, 3);
  p.exit_weight = some(dice, 10);
  p.health_weight = some(dice, 10);
  p.report_lost_percent = some(dice, 40);
  p.report_doubled_percent = some(dice, 40);
  p.answer_lost_percent = some(dice, 40);
  p.network_delay_ms = some(dice, 3000);
  p.disk_delay_ms = some(dice, 2000);
  p.disk_failure_percent = some(dice, 15);
  p.fixed_ports = dice.below(2) == 0;
  p.failing_tasks = dice.below(2) == 0;
  p.daemons = dice.below(2) == 0;
  p.fargate = dice.below(3) == 0;
  p.health_checks = dice.below(2) == 0;
  p.circuit_breakers = dice.below(2) == 0;
  p.stop_deployment_weight = some(dice, 4);
  if (dice.below(4) == 0) p.pace = scheduler::aws_pace();
  if (dice.below(2) == 0) {
    // Short enough for things to disappear during the run.
    p.pace.stopped_task_retention = std::chrono::seconds(20);
    p.pace.inactive_service_retention = std::chrono::seconds(10 + dice.below(30));
    p.pace.inactive_instance_retention = std::chrono::seconds(40);
    p.pace.service_deployment_retention = std::chrono::seconds(60 + dice.below(60));
  }
  // From a copy: a world without them goes on as it did before there were any.
  model::Random later(dice);
  p.managed_daemons = later.below(3) == 0;
  p.traffic_shifts = later.below(2) == 0;
  p.placement = later.below(3) == 0;
  p.injected_weight = some(later, 5);
  p.zone_loss_weight = later.below(4) == 0 ? 1 : 0;
  p.groups = later.below(4) == 0;
  p.task_sets = later.below(4) == 0;
  p.scaling = later.below(4) == 0;
  p.other_calls = later.below(2) == 0;
  return p;
}

std::string describe(const Parameters& p) {
  std::ostringstream out;
  out << "clusters=" << p.clusters << " machines=" << p.machines << " calls=" << p.call_percent
      << "% faults=" << p.fault_percent << "% (crash " << p.crash_weight << " disconnect " << p.disconnect_weight
      << " loss " << p.loss_weight << " exit " << p.exit_weight << " health " << p.health_weight << " injected "
      << p.injected_weight << " zone " << p.zone_loss_weight << ") reports lost " << p.report_lost_percent
      << "% doubled " << p.report_doubled_percent << "% answers lost " << p.answer_lost_percent << "% network "
      << p.network_delay_ms << "ms disk " << p.disk_delay_ms << "ms fails " << p.disk_failure_percent << "%"
      << (p.fixed_ports ? " ports" : "") << (p.failing_tasks ? " failing" : "") << (p.daemons ? " daemons" : "")
      << (p.fargate ? " fargate" : "") << (p.health_checks ? " health-checks" : "")
      << (p.circuit_breakers ? " breakers" : "") << (p.managed_daemons ? " managed-daemons" : "")
      << (p.traffic_shifts ? " traffic-shifts" : "") << (p.placement ? " placement" : "") << (p.groups ? " groups" : "")
      << (p.task_sets ? " task-sets" : "") << (p.scaling ? " scaling" : "") << (p.other_calls ? " other-calls" : "")
      << " stops " << p.stop_deployment_weight << " pace=" << p.pace.healthy_after.count();
  return out.str();
}

}  // namespace drydock::simulation
