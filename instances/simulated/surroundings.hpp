#pragma once
// What acts on simulated containers from outside: rules for images, faults, and somebody who keeps their output. Every
// function may be empty.

#include <functional>
#include <optional>
#include <string>

#include "instances/instance_link.hpp"
#include "instances/simulated/behaviour.hpp"
#include "instances/simulated/log_book.hpp"

namespace drydock::instances::simulated {

struct Surroundings {
  /// How a container of the task behaves; asked when the task begins. Empty: as its labels say.
  std::function<Behaviour(const ContainerPayload& container)> behaviour;
  /// Asked when a pull ends: the text of its failure (CannotPullContainerError), or none.
  std::function<std::optional<std::string>(const TaskPayload& task, const std::string& image)> pull_failure;
  /// Asked when containers of the task are to stop: how much longer that takes.
  std::function<model::Duration(const TaskPayload& task)> stop_delay;
  /// Asked when they would end: whether they do not. They are asked again a second later.
  std::function<bool(const TaskPayload& task)> stop_fails;
  /// Asked when a container starts: why its log driver cannot, or none.
  std::function<std::optional<std::string>(const TaskPayload& task, const api::ContainerDefinition& container,
                                           const std::string& runtime_id)>
      start_log;
  std::function<void(LogBook::Line line)> log;
};

}  // namespace drydock::instances::simulated
