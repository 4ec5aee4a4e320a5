#include "model/task_set.hpp"

#include <cmath>

namespace drydock::model {

int computed_desired_count(const Service& service, const TaskSet& set) {
  if (set.draining || !set.settings || !set.settings->scale) return 0;
  // The product of decimal fractions may come out a hair above the whole number that it is.
  constexpr double kHair = 1e-9;
  const double percent = set.settings->scale->value.value_or(0);
  return static_cast<int>(std::ceil(service.desired_count * percent / 100 - kHair));
}

}  // namespace drydock::model
