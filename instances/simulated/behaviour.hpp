#pragma once
// How a simulated container behaves: a scenario needs no code. One list of settings, whoever gives them: dockerLabels
// of the container definition, or a behaviour put for images through the admin API (docs/faults.md).

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"

namespace drydock::instances::simulated {

/// Something that happens so long after the container has started.
struct TimedText {
  model::Duration after{0};
  std::string text;
};

/// Settings, all optional (durations in seconds, fractions allowed); as labels with "drydock.simulated." before them:
///   pull-for      time of the image pull
///   digest        of the image, "sha256:" and 64 hex digits: what its tag stands for now
///   pull-error    the pull fails with this text (CannotPullContainerError)
///   start-for     time from pulled to running
///   start-error   the start fails with this text (CannotStartContainerError)
///   run-for       exits by itself after this time
///   exit-code     of that exit (default 0)
///   stop-for      time from SIGTERM to its end
///   ignore-stop   "true": ends by SIGKILL after stopTimeout only
///   health        HEALTHY, UNHEALTHY or UNKNOWN once running, when a health check is defined; or how it changes:
///                 "UNKNOWN,10:HEALTHY,60:UNHEALTHY"
///   logs          lines of output, one per line of text; "2.5:ready" is written 2.5 seconds after the start
///   cpu           CPU units it uses, reported once a minute
///   memory        MiB of memory it uses, reported once a minute
struct Behaviour {
  model::Duration pull_for{0};
  std::string digest;
  std::string pull_error;
  model::Duration start_for{0};
  std::string start_error;
  std::optional<model::Duration> run_for;
  int exit_code = 0;
  model::Duration stop_for{0};
  bool ignore_stop = false;
  std::vector<TimedText> health{{model::Duration{0}, "HEALTHY"}};  // soonest first, never empty
  std::vector<TimedText> logs;                                     // soonest first
  std::optional<double> cpu_units;
  std::optional<double> memory_mib;

  [[nodiscard]] bool reports_usage() const { return cpu_units || memory_mib; }
};

/// Every name that set() knows.
std::vector<std::string_view> behaviour_settings();
/// Changes one member. The error says what is wrong with the name or the value; then nothing has changed.
std::expected<void, std::string> set(Behaviour& behaviour, std::string_view name, const std::string& value);

/// A behaviour for the containers of some images.
struct BehaviourRule {
  std::string image;      // pattern: * stands for anything, ? for one character
  std::string container;  // of containers with this name only; empty: any
  std::map<std::string, std::string> settings;
};
/// By name; later names win over earlier ones.
using BehaviourRules = std::map<std::string, BehaviourRule>;

bool matches_pattern(std::string_view pattern, std::string_view text);

/// The labels of the definition, and over them the rules that apply to its image, or to `tagged_image` where that is
/// given. Labels that cannot be read count as absent.
Behaviour behaviour_of(const api::ContainerDefinition& container, const BehaviourRules& rules = {},
                       std::string_view tagged_image = {});

}  // namespace drydock::instances::simulated
