#pragma once
// How a simulated container behaves, read from its dockerLabels: a scenario needs no code.

#include <optional>
#include <string>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"

namespace drydock::instances::simulated {

/// Labels, all optional (durations in seconds, fractions allowed):
///   drydock.simulated.pull-for      time of the image pull
///   drydock.simulated.pull-error    the pull fails with this text (CannotPullContainerError)
///   drydock.simulated.start-for     time from pulled to running
///   drydock.simulated.start-error   the start fails with this text (CannotStartContainerError)
///   drydock.simulated.run-for       exits by itself after this time
///   drydock.simulated.exit-code     of that exit (default 0)
///   drydock.simulated.stop-for      time from SIGTERM to its end
///   drydock.simulated.ignore-stop   "true": ends by SIGKILL after stopTimeout only
///   drydock.simulated.health        HEALTHY or UNHEALTHY, once running, when a health check is defined
///   drydock.simulated.cpu           CPU units it uses, reported once a minute
///   drydock.simulated.memory        MiB of memory it uses, reported once a minute
struct Behaviour {
  model::Duration pull_for{0};
  std::string pull_error;
  model::Duration start_for{0};
  std::string start_error;
  std::optional<model::Duration> run_for;
  int exit_code = 0;
  model::Duration stop_for{0};
  bool ignore_stop = false;
  std::string health = "HEALTHY";
  std::optional<double> cpu_units;
  std::optional<double> memory_mib;

  [[nodiscard]] bool reports_usage() const { return cpu_units || memory_mib; }
};

/// Values that cannot be read count as absent.
Behaviour behaviour_of(const api::ContainerDefinition& container);

}  // namespace drydock::instances::simulated
