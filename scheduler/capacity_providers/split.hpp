#pragma once
// How a capacity provider strategy divides tasks among its providers (spec/services.md section 14). Pure.

#include <cstddef>
#include <vector>

#include "api-spec/generated/types.hpp"

namespace drydock::scheduler {

using Strategy = std::vector<api::CapacityProviderStrategyItem>;

/// The item that takes the next task, given how many tasks each item has: first its base, then whoever is furthest
/// behind its weight; the first of equals. The strategy must not be empty.
std::size_t next_provider(const Strategy& strategy, const std::vector<int>& counts);

/// How `total` tasks divide.
std::vector<int> split(const Strategy& strategy, int total);

/// How many tasks each item gives when `count` of them go: always the one with the most beyond its share; the last of
/// equals.
std::vector<int> split_scale_in(const Strategy& strategy, const std::vector<int>& counts, int count);

}  // namespace drydock::scheduler
