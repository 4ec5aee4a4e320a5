#pragma once
// What the tests of container instances share.

#include "tests/unit/operations/entities.hpp"

namespace drydock::test {

inline const api::Resource& resource(const std::optional<std::vector<api::Resource>>& all, const std::string& name) {
  for (const api::Resource& one : *all) {
    if (one.name == name) return one;
  }
  FAIL("no resource " + name);
  return all->front();
}

inline api::DeregisterContainerInstanceRequest leaving(const std::string& cluster, const std::string& instance,
                                                       bool force = false) {
  api::DeregisterContainerInstanceRequest request;
  request.cluster = cluster;
  request.containerInstance = instance;
  if (force) request.force = true;
  return request;
}

inline api::UpdateContainerInstancesStateRequest state_change(const std::string& cluster,
                                                              std::vector<std::string> instances,
                                                              const std::string& status) {
  api::UpdateContainerInstancesStateRequest request;
  request.cluster = cluster;
  request.containerInstances = std::move(instances);
  request.status = status;
  return request;
}

inline std::string identity(const std::string& id, const std::string& type = "m5.large") {
  return R"({"instanceId":")" + id + R"(","instanceType":")" + type +
         R"(","availabilityZone":"eu-west-1c","imageId":"ami-1","region":"eu-west-1"})";
}

}  // namespace drydock::test
