#pragma once
// One container of a task in the words of the agent protocol (spec/agent-protocol.md section 4.2). Pure.

#include "server/acs/protocol/task_message.hpp"

namespace drydock::server::acs {

Json container_message(const instances::TaskPayload& task, const instances::ContainerPayload& container,
                       const TaskSurroundings& around);

}  // namespace drydock::server::acs
