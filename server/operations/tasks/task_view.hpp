#pragma once
// A task as DescribeTasks, RunTask, StartTask and StopTask show it (spec/resources.md section 5).

#include "server/operations/context.hpp"

namespace drydock::operations {

api::Task show_task(const model::State& state, const model::Task& task, bool with_tags);

}  // namespace drydock::operations
