#pragma once
// Instances with attributes and GPUs, and where tasks landed on them.

#include "model/arn.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {

struct PlacementWorld : ServiceWorld {
  /// The ARN of a container instance with custom attributes.
  std::string instance(const std::string& zone, const Json& attributes = Json::object(), int cpu = 4096,
                       int memory = 8192) {
    const model::InstanceId made = add_instance(zone, cpu, memory);
    const std::string instance_arn = model::arn_of(state, state.get(made));
    mark(instance_arn, attributes);
    return instance_arn;
  }

  void mark(const std::string& instance_arn, const Json& attributes) {
    for (const auto& [name, value] : attributes.items()) {
      ok("PutAttributes", {{"attributes", {{{"name", name}, {"value", value}, {"targetId", instance_arn}}}}});
    }
  }

  static Json member_of(const std::string& expression) { return {{"type", "memberOf"}, {"expression", expression}}; }
  static Json distinct() { return {{"type", "distinctInstance"}}; }

  /// How many tasks that are not STOPPED each of the instances has.
  std::vector<std::size_t> load(const std::vector<std::string>& instances) {
    std::vector<std::size_t> counts;
    for (const std::string& one : instances) {
      const auto uuid = model::parse_uuid(one.substr(one.rfind('/') + 1));
      REQUIRE(uuid.has_value());
      counts.push_back(state.of(state.instance_with(*uuid)->id).tasks.size());
    }
    return counts;
  }
};

}  // namespace drydock::test
