#pragma once
// What kind of world a seed makes. Every seed draws these anew, so that some worlds know no fault of a kind at all and
// others hardly anything else.

#include <cstdint>
#include <string>

#include "model/random.hpp"
#include "scheduler/pace.hpp"

namespace drydock::simulation {

struct Parameters {
  int steps = 300;
  int clusters = 1;
  int machines = 3;
  int call_percent = 20;  // of the steps are API calls; the rest are faults and whatever is due
  int fault_percent = 5;
  int crash_weight = 0;  // of the faults, against each other
  int disconnect_weight = 0;
  int loss_weight = 0;
  int exit_weight = 0;
  int health_weight = 0;
  int report_lost_percent = 0;  // of the messages of agents
  int report_doubled_percent = 0;
  int answer_lost_percent = 0;
  int network_delay_ms = 0;      // at most
  int disk_delay_ms = 0;         // at most, per batch
  int disk_failure_percent = 0;  // of the batches
  bool fixed_ports = false;
  bool failing_tasks = false;
  bool daemons = false;
  bool fargate = false;
  bool health_checks = false;
  bool circuit_breakers = false;
  int stop_deployment_weight = 0;  // of the API calls
  bool managed_daemons = false;
  bool traffic_shifts = false;  // BLUE_GREEN, LINEAR, CANARY, with hooks and alarms
  bool placement = false;       // constraints and strategies
  bool groups = false;          // capacity providers that are scaled
  bool task_sets = false;       // services of an EXTERNAL controller
  bool scaling = false;         // Application Auto Scaling
  bool other_calls = false;     // protection, attributes, tags, task definitions that go, calls that only look
  int injected_weight = 0;      // of the faults: those of server/faults
  int zone_loss_weight = 0;     // of the faults
  scheduler::Pace pace;
};

Parameters draw_parameters(model::Random& dice);
std::string describe(const Parameters& parameters);

}  // namespace drydock::simulation
