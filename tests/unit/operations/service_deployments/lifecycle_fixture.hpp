#pragma once
// A service whose deployments shift traffic, and what was seen of its deployment after every transaction.

#include <algorithm>

#include "model/arn.hpp"
#include "model/deployment_counts.hpp"
#include "scheduler/deployments/hooks.hpp"
#include "scheduler/deployments/traffic.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {

struct LifecycleWorld : ServiceWorld {
  LifecycleWorld() {
    ok("RegisterTaskDefinition", definition("web"));  // web:2
    add_instance("a", 400000, 400000);
  }

  static std::string elb(const std::string& rest) {
    return "arn:aws:elasticloadbalancing:eu-west-1:123456789012:" + rest;
  }
  static Json shifting_balancer() {
    return {{"targetGroupArn", elb("targetgroup/one/0123456789abcdef")},
            {"containerName", "app"},
            {"containerPort", 80},
            {"advancedConfiguration",
             {{"alternateTargetGroupArn", elb("targetgroup/two/0123456789abcdef")},
              {"productionListenerRule", elb("listener-rule/app/web/1/2/3")},
              {"testListenerRule", elb("listener-rule/app/web/1/2/4")},
              {"roleArn", "arn:aws:iam::123456789012:role/ecs"}}}};
  }
  static Json strategy(const Json& configuration, int desired = 2) {
    return {{"serviceName", "web"},
            {"taskDefinition", "web:1"},
            {"desiredCount", desired},
            {"loadBalancers", {shifting_balancer()}},
            {"deploymentConfiguration", configuration}};
  }
  static Json blue_green(int bake = 0) { return {{"strategy", "BLUE_GREEN"}, {"bakeTimeInMinutes", bake}}; }
  static Json pause_at(const std::string& stage) { return {{"targetType", "PAUSE"}, {"lifecycleStages", {stage}}}; }
  static Json lambda_at(const std::vector<std::string>& stages) {
    return {{"targetType", "AWS_LAMBDA"}, {"hookTargetArn", kFunction}, {"lifecycleStages", stages}};
  }
  static constexpr const char* kFunction = "arn:aws:lambda:eu-west-1:123456789012:function:check";

  const model::Service& entity() const { return state.get(service_id("web")); }
  const model::ServiceDeployment& record() const { return state.get(entity().deploying); }
  Json latest() {
    const Json brief = ok("ListServiceDeployments", {{"service", "web"}})["serviceDeployments"][0];
    return ok("DescribeServiceDeployments",
              {{"serviceDeploymentArns", {brief["serviceDeploymentArn"]}}})["serviceDeployments"][0];
  }
  std::string status() { return latest()["status"]; }

  /// Tasks that run of a deployment of the list, 0 being the PRIMARY one.
  int running(std::size_t place) const {
    const auto& deployments = entity().deployments;
    if (place >= deployments.size()) return 0;
    return model::count_tasks(state, entity().id, deployments[place].digits).running;
  }

  /// Instances and reconciler work until only time, a hook or a user can change anything.
  void work() {
    run("web", [&] { look(); });
  }
  /// Works and lets minutes pass until the deployment has ended; how many minutes did.
  int finish(int most = 2000) {
    for (int minutes = 0; minutes <= most; ++minutes) {
      work();
      if (model::is_terminal(record().status)) return minutes;
      clock.advance(std::chrono::minutes(1));
    }
    FAIL("the deployment does not end");
    return most;
  }
  /// The same up to a stage.
  void reach(model::LifecycleStage stage) {
    for (int minutes = 0; minutes <= 2000; ++minutes) {
      work();
      if (record().stage == stage) return;
      clock.advance(std::chrono::minutes(1));
    }
    FAIL(std::string("the deployment does not reach ") + model::to_text(stage));
  }
  void look() {
    const model::ServiceDeployment& now = record();
    if (now.stage == model::LifecycleStage::kNone) return;
    const std::string seen = (now.rollback_to ? "back " : "") + std::string(model::to_text(now.stage));
    if (stages.empty() || stages.back() != seen) stages.push_back(seen);
    const model::TrafficShare share = scheduler::share_of(entity(), now.target.revision);
    if (weights.empty() || weights.back() != share.production) weights.push_back(share.production);
    int production = 0;
    int test = 0;
    for (const model::TrafficShare& one : entity().traffic) {
      production += one.production;
      test += one.test;
    }
    CHECK((production == model::kAllTraffic || (production == 0 && !now.blue)));
    CHECK((test == model::kAllTraffic || (test == 0 && !now.blue)));
  }
  void forget() {
    stages.clear();
    weights.clear();
  }

  /// A deployed service and, on its way, a second deployment.
  void deploy_second(const Json& configuration, int desired = 2) {
    create(strategy(blue_green(), desired));
    finish();
    forget();
    clock.advance(std::chrono::minutes(1));
    update({{"taskDefinition", "web:2"}, {"deploymentConfiguration", configuration}});
  }

  bool answer(scheduler::HookAnswer::Kind kind, const std::string& error = {}) {
    const model::HookRun run = record().hooks.at(0);
    scheduler::HookAnswer told;
    told.kind = kind;
    told.error = error;
    bool counted = false;
    edit([&](model::Transaction& tx) { counted = scheduler::answer_hook(tx, record().id, run.id, run.attempt, told); });
    return counted;
  }

  std::vector<std::string> stages;  // each as often as it was entered
  std::vector<int> weights;         // of the new revision, in tenths of a percent
};

}  // namespace drydock::test
