#pragma once
// Whether an expression holds for a container instance.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "scheduler/query/tree.hpp"

namespace drydock::scheduler::query {

/// What an expression can ask of a container instance. Texts and attributes belong to somebody else.
struct InstanceFacts {
  bool agent_connected = false;
  std::string_view agent_version;
  std::string_view instance_id;  // ec2InstanceId
  model::Instant registered_at{};
  int running_tasks = 0;
  const std::vector<api::Attribute>* attributes = nullptr;  // sorted by name
  std::set<std::string, std::less<>> groups;                // of its tasks that are not STOPPED
};

/// The attribute of this name, or null.
const api::Attribute* attribute_named(const std::vector<api::Attribute>* attributes, std::string_view name);

bool holds(const Node& node, const InstanceFacts& facts);

/// What the instance has for each subject of the expression, in words.
std::string describe(const Node& node, const InstanceFacts& facts);

}  // namespace drydock::scheduler::query
