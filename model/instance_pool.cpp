#include "model/instance_pool.hpp"

#include <algorithm>
#include <compare>
#include <tuple>

namespace drydock::model {
namespace {

std::strong_ordering compare(const std::vector<api::Attribute>& a, const std::vector<api::Attribute>& b) {
  const auto one = [](const api::Attribute& left, const api::Attribute& right) {
    return std::tie(left.name, left.value) <=> std::tie(right.name, right.value);
  };
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(), one);
}

}  // namespace

bool operator<(const PoolKey& a, const PoolKey& b) {
  const auto order = std::tie(a.takes_tasks, a.gpus, a.zone) <=> std::tie(b.takes_tasks, b.gpus, b.zone);
  if (order != 0) return order < 0;
  if (a.attributes == b.attributes) return false;
  static const std::vector<api::Attribute> kNone;
  return compare(a.attributes ? *a.attributes : kNone, b.attributes ? *b.attributes : kNone) < 0;
}

bool MostMemoryFirst::operator()(const Room& a, const Room& b) const {
  return std::tie(b.memory_free, a.uuid, a.id) < std::tie(a.memory_free, b.uuid, b.id);
}

bool LeastCpuFirst::operator()(const Room& a, const Room& b) const {
  return std::tie(a.cpu_free, b.memory_free, a.uuid, a.id) < std::tie(b.cpu_free, a.memory_free, b.uuid, b.id);
}

void InstancePool::insert(const Room& room) {
  by_memory_.insert(room);
  by_cpu_.insert(room);
}

void InstancePool::erase(const Room& room) {
  by_memory_.erase(room);
  by_cpu_.erase(room);
}

}  // namespace drydock::model
