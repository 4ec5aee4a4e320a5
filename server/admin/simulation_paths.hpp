#pragma once
// /_drydock/behaviours, /_drydock/faults and /_drydock/simulated-logs (docs/faults.md).

#include "server/admin/replies.hpp"
#include "server/behaviours/behaviours.hpp"
#include "server/faults/faults.hpp"

namespace drydock::server {

/// GET: all; GET, PUT, DELETE <name>.
AdminPath behaviours_path(Core& core, Behaviours& behaviours);
/// GET: all; POST adds one; GET, DELETE <id>. `runtime_is_simulated`: kinds that Docker's containers cannot show are
/// refused otherwise.
AdminPath faults_path(Core& core, Faults& faults, bool runtime_is_simulated);
/// GET <task ARN>: what its containers have written.
AdminPath simulated_logs_path(const Behaviours& behaviours);

}  // namespace drydock::server
