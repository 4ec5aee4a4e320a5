#pragma once
// The tags that enableECSManagedTags gives to tasks.

#include <string>
#include <vector>

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// The tag of the task's cluster and, when `owner_key` names one (aws:ecs:serviceName), that of its owner.
inline void add_managed_tags(std::vector<api::Tag>& tags, const model::Cluster& cluster,
                             const char* owner_key = nullptr, const std::string& owner = {}) {
  const auto add = [&](const char* key, const std::string& value) {
    api::Tag& tag = tags.emplace_back();
    tag.key = key;
    tag.value = value;
  };
  add("aws:ecs:clusterName", cluster.name);
  if (owner_key != nullptr) add(owner_key, owner);
}

}  // namespace drydock::scheduler
