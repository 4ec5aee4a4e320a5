#include "scheduler/reconciler/launch_rate.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

constexpr model::Duration kMinute = std::chrono::minutes(1);

}  // namespace

int launches_left(ServicePass& pass, int wanted) {
  const std::optional<int> limit = pass.pace.limits.launches_per_minute;
  if (!limit) return wanted;
  const model::Service& service = pass.service();
  const model::Instant next = service.launch_minute + kMinute;
  const int left = std::max(0, next <= pass.tx.now() ? *limit : *limit - service.launches);
  if (wanted <= left) return wanted;
  pass.again_at(next <= pass.tx.now() ? pass.tx.now() + kMinute : next);
  pass.tx.explanations().services[pass.id] = {
      pass.tx.now(),
      "LAUNCH_RATE",
      std::to_string(wanted - left) + " more tasks are started later: a service starts at most " +
          std::to_string(*limit) + " in a minute.",
      "That is the rate of Amazon ECS; --quota " + std::string(model::row_of(model::Quota::kTaskLaunches).name) +
          "=N sets another.",
      {}};
  return left;
}

void count_launches(ServicePass& pass, int started) {
  if (!pass.pace.limits.launches_per_minute || started == 0) return;
  const model::Instant now = pass.tx.now();
  pass.tx.update(pass.id, [&](model::Service& service) {
    if (service.launch_minute + kMinute <= now) {
      service.launch_minute = now;
      service.launches = 0;
    }
    service.launches += started;
  });
}

}  // namespace drydock::scheduler
