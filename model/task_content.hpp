#pragma once
// What a task runs: a task definition, or for a daemon's task a daemon task definition.

#include <memory>
#include <string>

#include "model/state.hpp"

namespace drydock::model {

const std::shared_ptr<const api::TaskDefinition>& shared_content_of(const State& state, const Task& task);
const api::TaskDefinition& content_of(const State& state, const Task& task);
std::string content_arn(const State& state, const Task& task);
const std::string& content_family(const State& state, const Task& task);
int content_revision(const State& state, const Task& task);

}  // namespace drydock::model
