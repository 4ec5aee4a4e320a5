#pragma once
// Capacity providers that tests start from.

#include "model/arn.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {

/// A cluster `default` without providers.
struct ProviderWorld : DrydockWorld {
  ProviderWorld() { ok("CreateCluster", Json::object()); }

  static std::string group(const std::string& name) {
    return "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:uuid:autoScalingGroupName/" + name;
  }
  static Json provider(const std::string& name) {
    return {{"name", name}, {"autoScalingGroupProvider", {{"autoScalingGroupArn", group(name)}}}};
  }
  static Json managed(const std::string& name) {
    return {{"name", name},
            {"cluster", "default"},
            {"managedInstancesProvider",
             {{"infrastructureRoleArn", "arn:aws:iam::123456789012:role/infrastructure"},
              {"instanceLaunchTemplate",
               {{"ec2InstanceProfileArn", "arn:aws:iam::123456789012:instance-profile/instance"},
                {"networkConfiguration", {{"subnets", {"subnet-1"}}}}}}}}};
  }
  Json make(const std::string& name, bool scaled = false) {
    Json body = provider(name);
    if (scaled) body["autoScalingGroupProvider"]["managedScaling"] = {{"status", "ENABLED"}};
    return ok("CreateCapacityProvider", body)["capacityProvider"];
  }
  Json describe(const std::string& reference, const Json& include = Json::array()) {
    const Json answer = ok("DescribeCapacityProviders", {{"capacityProviders", {reference}}, {"include", include}});
    REQUIRE(answer["capacityProviders"].size() == 1);
    return answer["capacityProviders"][0];
  }
  Json failures(const std::string& reference) {
    return ok("DescribeCapacityProviders", {{"capacityProviders", {reference}}})["failures"];
  }
  static Json association(const std::vector<std::string>& providers) {
    return {
        {"cluster", "default"}, {"capacityProviders", providers}, {"defaultCapacityProviderStrategy", Json::array()}};
  }
  /// And lets the association be finished.
  void associate(const std::vector<std::string>& providers) {
    ok("PutClusterCapacityProviders", association(providers));
    settle();
  }

  /// A container instance of `default` that says which provider it belongs to.
  model::InstanceId add_instance_of(const std::string& provider, const std::string& zone = "a") {
    const model::InstanceId instance = add_instance(zone);
    put_provider(instance, provider);
    return instance;
  }
  void put_provider(model::InstanceId instance, const std::string& provider) {
    ok("PutAttributes", {{"attributes",
                          {{{"name", model::kCapacityProviderAttribute},
                            {"value", provider},
                            {"targetId", model::arn_of(state, state.get(instance))}}}}});
  }
};

/// A list of one where only one was given: brace initialization cannot tell them apart.
inline Json list_of(const Json& given) { return given.is_array() ? given : Json::array({given}); }

inline Json strategy_item(const std::string& provider, int weight, int base = 0) {
  return {{"capacityProvider", provider}, {"weight", weight}, {"base", base}};
}

}  // namespace drydock::test
