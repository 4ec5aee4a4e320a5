#include "server/operations/clusters/clusters.hpp"

#include "server/operations/resolve.hpp"
#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

using namespace operations;

using Names = std::vector<std::string>;
using Strategy = std::vector<api::CapacityProviderStrategyItem>;

const std::string kInconsistent =
    "InvalidParameterException: Arguments on this idempotent request are inconsistent with arguments used in previous "
    "request(s).";

api::CreateClusterRequest named(const std::string& name) {
  api::CreateClusterRequest request;
  request.clusterName = name;
  return request;
}

api::Cluster create(TestWorld& world, const api::CreateClusterRequest& request) {
  return *world.must(create_cluster, request).cluster;
}

std::string refused(TestWorld& world, const api::CreateClusterRequest& request) {
  return text_of(world.refusal(create_cluster, request));
}

api::Cluster describe(TestWorld& world, const std::string& name, Names include = {}) {
  api::DescribeClustersRequest request;
  request.clusters = Names{name};
  request.include = std::move(include);
  const auto response = world.must(describe_clusters, request);
  REQUIRE(response.clusters->size() == 1);
  CHECK(response.failures->empty());
  return response.clusters->front();
}

api::DeleteClusterRequest deletion(const std::string& name) {
  api::DeleteClusterRequest request;
  request.cluster = name;
  return request;
}

api::ClusterSetting insights(const std::string& value) {
  api::ClusterSetting setting;
  setting.name = "containerInsights";
  setting.value = value;
  return setting;
}

api::CapacityProviderStrategyItem item(const std::string& provider, std::optional<int> weight,
                                       std::optional<int> base = std::nullopt) {
  api::CapacityProviderStrategyItem one;
  one.capacityProvider = provider;
  one.weight = weight;
  one.base = base;
  return one;
}

api::ClusterConfiguration exec_logging(const std::string& logging) {
  api::ClusterConfiguration configuration;
  configuration.executeCommandConfiguration.emplace().logging = logging;
  return configuration;
}

std::string statistic(const api::Cluster& cluster, const std::string& name) {
  for (const api::KeyValuePair& pair : *cluster.statistics) {
    if (pair.name == name) return *pair.value;
  }
  return "absent";
}

TEST_CASE("a new cluster is ACTIVE and shows every member that ECS always writes") {
  TestWorld world;
  const api::Cluster cluster = create(world, named("deepdive"));
  CHECK(cluster.clusterArn == world.arn("cluster/deepdive"));
  CHECK(cluster.clusterName == "deepdive");
  CHECK(cluster.status == "ACTIVE");
  CHECK(cluster.registeredContainerInstancesCount == 0);
  CHECK(cluster.runningTasksCount == 0);
  CHECK(cluster.pendingTasksCount == 0);
  CHECK(cluster.activeServicesCount == 0);
  CHECK(cluster.statistics == std::vector<api::KeyValuePair>{});
  CHECK(cluster.tags == std::vector<api::Tag>{});
  CHECK(cluster.settings == std::vector<api::ClusterSetting>{insights("disabled")});
  CHECK(cluster.capacityProviders == Names{});
  CHECK(cluster.defaultCapacityProviderStrategy == Strategy{});
  CHECK_FALSE(cluster.configuration);
  CHECK_FALSE(cluster.serviceConnectDefaults);
  CHECK_FALSE(cluster.attachments);
}

TEST_CASE("a cluster without a name is called default") {
  TestWorld world;
  CHECK(create(world, {}).clusterName == "default");
  CHECK(create(world, named("")).clusterArn == world.arn("cluster/default"));
}

TEST_CASE("a cluster name has 1 to 255 letters, digits, hyphens and underscores") {
  TestWorld world;
  const std::string refusal = "InvalidParameterException: ClusterName must match ^[a-zA-Z0-9\\-_]{1,255}$";
  for (const std::string& name : {std::string("a b"), std::string("a/b"), std::string("a:b"), std::string("\xC3\xA4"),
                                  std::string("a.b"), std::string(256, 'a')}) {
    CHECK(refused(world, named(name)) == refusal);
  }
  CHECK(create(world, named(std::string(255, 'a'))).status == "ACTIVE");
  CHECK(create(world, named("Aa-_09")).clusterName == "Aa-_09");
}

TEST_CASE("creating a cluster again with the same or fewer arguments returns it") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.tags = {tag("a", "1"), tag("b", "2")};
  request.settings = std::vector<api::ClusterSetting>{insights("enabled")};
  request.capacityProviders = Names{"FARGATE", "FARGATE_SPOT"};
  request.defaultCapacityProviderStrategy = Strategy{item("FARGATE", 1)};
  const api::Cluster first = create(world, request);
  CHECK(create(world, request) == first);
  CHECK(create(world, named("one")) == first);
  request.tags = {tag("b", "2"), tag("a", "1")};
  request.capacityProviders = Names{"FARGATE_SPOT", world.arn("capacity-provider/FARGATE")};
  request.defaultCapacityProviderStrategy = Strategy{item("FARGATE", 1, 0)};
  CHECK(create(world, request) == first);
}

TEST_CASE("creating a cluster again with other arguments is refused") {
  TestWorld world;
  api::CreateClusterRequest first = named("one");
  first.tags = {tag("a", "1")};
  create(world, first);
  api::CreateClusterRequest again = named("one");
  SECTION("tags") { again.tags = {tag("a", "2")}; }
  SECTION("settings") { again.settings = std::vector<api::ClusterSetting>{insights("enabled")}; }
  SECTION("configuration") { again.configuration = exec_logging("NONE"); }
  SECTION("capacity providers") { again.capacityProviders = Names{"FARGATE"}; }
  SECTION("strategy") { again.defaultCapacityProviderStrategy = Strategy{item("FARGATE", 1)}; }
  SECTION("service connect") { again.serviceConnectDefaults.emplace().namespace_ = "other"; }
  CHECK(refused(world, again) == kInconsistent);
}

TEST_CASE("an unknown cluster setting or value is refused") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.settings = std::vector<api::ClusterSetting>{insights("maybe")};
  CHECK(refused(world, request) == "InvalidParameterException: Invalid setting 'value'");
  request.settings->front().name = "bogus";
  CHECK(refused(world, request) == "InvalidParameterException: Invalid setting 'name'");
  request.settings = std::vector<api::ClusterSetting>{insights("enhanced")};
  CHECK(create(world, request).settings == std::vector<api::ClusterSetting>{insights("enhanced")});
}

TEST_CASE("the execute command log configuration must fit its logging mode") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.configuration = exec_logging("OVERRIDE");
  const std::string needed =
      "InvalidParameterException: A CloudWatch log group name or S3 bucket name must be specified when overriding the "
      "default log configuration";
  CHECK(refused(world, request) == needed);
  auto& exec = *request.configuration->executeCommandConfiguration;
  exec.logConfiguration.emplace();
  CHECK(refused(world, request) == needed);
  exec.logConfiguration->s3BucketName = "bucket";
  exec.logging = "DEFAULT";
  CHECK(world.refusal(create_cluster, request).code == "InvalidParameterException");
  exec.logging = "OVERRIDE";
  CHECK(create(world, request).configuration == request.configuration);
}

TEST_CASE("capacity providers of a new cluster must exist and its strategy must be one of them") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.capacityProviders = Names{"mine"};
  CHECK(refused(world, request) ==
        "InvalidParameterException: The specified capacity provider was not found. Specify a valid name or ARN and "
        "try again.");
  request.capacityProviders = Names{"FARGATE", "FARGATE_SPOT"};
  request.defaultCapacityProviderStrategy = Strategy{item("mine", 1)};
  CHECK(refused(world, request) ==
        "InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that "
        "is not associated with the cluster.");
  request.defaultCapacityProviderStrategy = Strategy{item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1)};
  CHECK(refused(world, request) ==
        "InvalidParameterException: There are multiple capacity providers in the specified capacity provider strategy "
        "with a base value defined");
  request.defaultCapacityProviderStrategy = Strategy{item("FARGATE", 0), item("FARGATE_SPOT", std::nullopt)};
  CHECK(refused(world, request) ==
        "InvalidParameterException: There are no capacity providers in the capacity provider strategy with a weight "
        "value greater than zero");
  request.defaultCapacityProviderStrategy =
      Strategy{item(world.arn("capacity-provider/FARGATE"), 3), item("FARGATE_SPOT", std::nullopt, 2)};
  const api::Cluster cluster = create(world, request);
  CHECK(cluster.status == "ACTIVE");
  CHECK(cluster.capacityProviders == Names{"FARGATE", "FARGATE_SPOT"});
  CHECK(cluster.defaultCapacityProviderStrategy == Strategy{item("FARGATE", 3, 0), item("FARGATE_SPOT", 0, 2)});
}

TEST_CASE("a Service Connect namespace is kept by name, and one given by ARN has to exist") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.serviceConnectDefaults.emplace().namespace_ =
      "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1";
  CHECK(world.refusal(create_cluster, request).code == "NamespaceNotFoundException");
  request.serviceConnectDefaults->namespace_ = "internal";
  CHECK(create(world, request).serviceConnectDefaults->namespace_ == "internal");
}

TEST_CASE("tags of a new cluster are checked") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  SECTION("reserved prefix") { request.tags = {tag("AWS:x", "1")}; }
  SECTION("twice the same key") { request.tags = {tag("a", "1"), tag("a", "2")}; }
  SECTION("more than 50") { request.tags = many_tags(51); }
  SECTION("empty key") { request.tags = {tag("", "1")}; }
  CHECK(world.refusal(create_cluster, request).code == "InvalidParameterException");
  CHECK(world.state.clusters().empty());
}

TEST_CASE("a default cluster that was made on demand takes the arguments of the first call that names it") {
  TestWorld world;
  world.edit([&](model::Transaction& tx) {
    Context context{tx, world.id, world.settings};
    REQUIRE(find_cluster(context, std::nullopt).has_value());
  });
  CHECK(describe(world, "default", {"SETTINGS"}).settings == std::vector<api::ClusterSetting>{insights("disabled")});
  api::CreateClusterRequest request;
  request.tags = {tag("a", "1")};
  CHECK(create(world, request).tags == request.tags);
  request.tags = {tag("a", "2")};
  CHECK(refused(world, request) == kInconsistent);
  CHECK(world.state.clusters().size() == 1);
}

TEST_CASE("a strict Drydock does not make the default cluster on demand") {
  TestWorld world;
  world.settings.strict = true;
  world.edit([&](model::Transaction& tx) {
    Context context{tx, world.id, world.settings};
    const auto found = find_cluster(context, "");
    REQUIRE_FALSE(found.has_value());
    CHECK(text_of(found.error()) == "ClusterNotFoundException: Cluster not found.");
  });
  CHECK(world.state.clusters().empty());
}

TEST_CASE("DescribeClusters fills the gated members only when asked") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.tags = {tag("a", "1")};
  request.configuration = exec_logging("NONE");
  create(world, request);
  const api::Cluster bare = describe(world, "one");
  CHECK(bare.settings == std::vector<api::ClusterSetting>{});
  CHECK(bare.statistics == std::vector<api::KeyValuePair>{});
  CHECK(bare.tags == std::vector<api::Tag>{});
  CHECK_FALSE(bare.configuration);
  const api::Cluster full = describe(world, "one", {"ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"});
  CHECK(full.settings == std::vector<api::ClusterSetting>{insights("disabled")});
  CHECK(full.tags == request.tags);
  CHECK(full.configuration == request.configuration);
  CHECK(full.statistics->size() == 16);
}

TEST_CASE("DescribeClusters without names describes default, which it does not make") {
  TestWorld world;
  const auto response = world.must(describe_clusters, {});
  CHECK(response.clusters->empty());
  REQUIRE(response.failures->size() == 1);
  CHECK(response.failures->front().arn == world.arn("cluster/default"));
  CHECK(response.failures->front().reason == "MISSING");
  CHECK(world.state.clusters().empty());
  create(world, {});
  CHECK(world.must(describe_clusters, {}).clusters->front().clusterName == "default");
}

TEST_CASE("DescribeClusters answers unknown clusters as failures and each cluster once") {
  TestWorld world;
  create(world, named("one"));
  api::DescribeClustersRequest request;
  const std::string foreign = "arn:aws:ecs:us-east-1:123456789012:cluster/one";
  request.clusters = Names{"one", world.arn("cluster/one"), "two", foreign, "two"};
  const auto response = world.must(describe_clusters, request);
  REQUIRE(response.clusters->size() == 1);
  REQUIRE(response.failures->size() == 2);
  CHECK(response.failures->at(0).arn == world.arn("cluster/two"));
  CHECK(response.failures->at(1).arn == foreign);
  CHECK(response.failures->at(1).reason == "MISSING");
  request.clusters = Names{"not a name"};
  CHECK(text_of(world.refusal(describe_clusters, request)) ==
        "InvalidParameterException: Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was not a name");
  request.clusters = Names{"arn:aws:ecs:eu-west-1:123456789012:cluster/a/b"};
  CHECK(text_of(world.refusal(describe_clusters, request)) ==
        "InvalidParameterException: Invalid identifier: Unexpected number of separators");
}

TEST_CASE("counts and statistics of a cluster follow its tasks, services and instances") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto definition = add_definition(world, "web", R"([{"name":"c","image":"i","memory":64}])");
  add_task(world, cluster, definition, instance);
  report(world, add_task(world, cluster, definition, instance), model::TaskStatus::kRunning);
  add_task(world, cluster, definition);
  add_service(world, cluster, "a");
  add_service(world, cluster, "b", model::ServiceStatus::kDraining);
  add_service(world, cluster, "c", model::ServiceStatus::kActive, model::LaunchType::kFargate);
  add_service(world, cluster, "d", model::ServiceStatus::kInactive);
  const api::Cluster shown = describe(world, "one", {"STATISTICS"});
  CHECK(shown.registeredContainerInstancesCount == 1);
  CHECK(shown.runningTasksCount == 1);
  CHECK(shown.pendingTasksCount == 2);
  CHECK(shown.activeServicesCount == 2);
  CHECK(statistic(shown, "runningEC2TasksCount") == "1");
  CHECK(statistic(shown, "pendingEC2TasksCount") == "1");
  CHECK(statistic(shown, "runningFargateTasksCount") == "0");
  CHECK(statistic(shown, "pendingFargateTasksCount") == "1");
  CHECK(statistic(shown, "activeEC2ServiceCount") == "1");
  CHECK(statistic(shown, "activeFargateServiceCount") == "1");
  CHECK(statistic(shown, "drainingEC2ServiceCount") == "1");
  CHECK(statistic(shown, "drainingFargateServiceCount") == "0");
}

TEST_CASE("ListClusters gives pages of the clusters that are not INACTIVE") {
  TestWorld world;
  for (const char* name : {"c", "a", "b", "d"}) create(world, named(name));
  world.must(delete_cluster, deletion("b"));
  api::ListClustersRequest request;
  CHECK(world.must(list_clusters, request).clusterArns ==
        Names{world.arn("cluster/a"), world.arn("cluster/c"), world.arn("cluster/d")});
  request.maxResults = 2;
  auto page = world.must(list_clusters, request);
  CHECK(page.clusterArns == Names{world.arn("cluster/a"), world.arn("cluster/c")});
  REQUIRE(page.nextToken);
  request.nextToken = page.nextToken;
  page = world.must(list_clusters, request);
  CHECK(page.clusterArns == Names{world.arn("cluster/d")});
  CHECK_FALSE(page.nextToken);
}

TEST_CASE("ListClusters writes its list when there is none, and refuses bad pages") {
  TestWorld world;
  CHECK(world.must(list_clusters, {}).clusterArns == Names{});
  api::ListClustersRequest request;
  request.nextToken = "nonsense";
  CHECK(text_of(world.refusal(list_clusters, request)) == "InvalidParameterException: Invalid token.");
  request.nextToken.reset();
  for (const int bad : {0, 101, -1}) {
    request.maxResults = bad;
    CHECK(world.refusal(list_clusters, request).code == "InvalidParameterException");
  }
}

TEST_CASE("clusters of another account or region do not show") {
  TestWorld world;
  create(world, named("one"));
  model::WorldId other;
  world.edit([&](model::Transaction& tx) { other = tx.create(model::World{{}, TestWorld::kAccount, "us-east-1"}); });
  world.id = other;
  CHECK(world.must(list_clusters, {}).clusterArns->empty());
  CHECK(create(world, named("one")).clusterArn == "arn:aws:ecs:us-east-1:123456789012:cluster/one");
}

TEST_CASE("UpdateCluster changes what it names and shows the settings") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.tags = {tag("a", "1")};
  create(world, request);
  api::UpdateClusterRequest update;
  update.cluster = "one";
  update.settings = std::vector<api::ClusterSetting>{insights("enabled")};
  update.configuration = exec_logging("NONE");
  update.serviceConnectDefaults.emplace().namespace_ = "internal";
  api::Cluster cluster = *world.must(update_cluster, update).cluster;
  CHECK(cluster.settings == update.settings);
  CHECK(cluster.configuration == update.configuration);
  CHECK(cluster.serviceConnectDefaults->namespace_ == "internal");
  CHECK(cluster.tags == std::vector<api::Tag>{});
  CHECK(describe(world, "one", {"TAGS"}).tags == request.tags);
  update = {};
  update.cluster = world.arn("cluster/one");
  update.serviceConnectDefaults.emplace().namespace_ = "";
  cluster = *world.must(update_cluster, update).cluster;
  CHECK_FALSE(cluster.serviceConnectDefaults);
  CHECK(cluster.settings == std::vector<api::ClusterSetting>{insights("enabled")});
  CHECK(cluster.configuration == exec_logging("NONE"));
}

TEST_CASE("UpdateCluster and UpdateClusterSettings refuse what CreateCluster refuses") {
  TestWorld world;
  create(world, named("one"));
  api::UpdateClusterRequest update;
  update.cluster = "one";
  update.configuration = exec_logging("OVERRIDE");
  CHECK(world.refusal(update_cluster, update).code == "InvalidParameterException");
  update.configuration.reset();
  update.serviceConnectDefaults.emplace().namespace_ = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1";
  CHECK(world.refusal(update_cluster, update).code == "NamespaceNotFoundException");
  api::UpdateClusterSettingsRequest settings;
  settings.cluster = "one";
  settings.settings = std::vector<api::ClusterSetting>{insights("maybe")};
  CHECK(text_of(world.refusal(update_cluster_settings, settings)) ==
        "InvalidParameterException: Invalid setting 'value'");
  settings.settings->front().value = "enhanced";
  CHECK(world.must(update_cluster_settings, settings).cluster->settings == settings.settings);
}

TEST_CASE("calls that change a cluster need one that exists and is ACTIVE") {
  TestWorld world;
  create(world, named("gone"));
  world.must(delete_cluster, deletion("gone"));
  api::UpdateClusterRequest update;
  api::UpdateClusterSettingsRequest settings;
  settings.settings = std::vector<api::ClusterSetting>{insights("enabled")};
  update.cluster = settings.cluster = "unknown";
  CHECK(text_of(world.refusal(update_cluster, update)) == "ClusterNotFoundException: Cluster not found.");
  CHECK(text_of(world.refusal(update_cluster_settings, settings)) == "ClusterNotFoundException: Cluster not found.");
  CHECK(text_of(world.refusal(delete_cluster, deletion("unknown"))) == "ClusterNotFoundException: Cluster not found.");
  update.cluster = settings.cluster = "gone";
  CHECK(text_of(world.refusal(update_cluster, update)) == "ClientException: Cluster was not ACTIVE.");
  CHECK(text_of(world.refusal(update_cluster_settings, settings)) == "ClientException: Cluster was not ACTIVE.");
}

TEST_CASE("DeleteCluster asks for tasks, then services, then container instances to be gone") {
  TestWorld world;
  const auto cluster = add_cluster(world, "one");
  const auto instance = add_instance(world, "one");
  const auto definition = add_definition(world, "web", R"([{"name":"c","image":"i","memory":64}])");
  const auto task = add_task(world, cluster, definition, instance);
  const auto service = add_service(world, cluster, "a", model::ServiceStatus::kDraining);
  CHECK(text_of(world.refusal(delete_cluster, deletion("one"))) ==
        "ClusterContainsTasksException: The Cluster cannot be deleted while Tasks are active.");
  report(world, task, model::TaskStatus::kStopped);
  CHECK(text_of(world.refusal(delete_cluster, deletion("one"))) ==
        "ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.");
  world.edit([&](model::Transaction& tx) {
    tx.update(service, [](model::Service& entity) { entity.status = model::ServiceStatus::kInactive; });
  });
  CHECK(text_of(world.refusal(delete_cluster, deletion("one"))) ==
        "ClusterContainsContainerInstancesException: The Cluster cannot be deleted while Container Instances are "
        "active or draining.");
  api::DeregisterContainerInstanceRequest leave;
  leave.cluster = "one";
  leave.containerInstance = model::arn_of(world.state, world.state.get(instance));
  world.must(deregister_container_instance, leave);
  CHECK(world.must(delete_cluster, deletion(world.arn("cluster/one"))).cluster->status == "INACTIVE");
}

TEST_CASE("a deleted cluster stays describable without its tags, and deleting it again returns it") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.tags = {tag("a", "1")};
  create(world, request);
  CHECK(world.must(delete_cluster, deletion("one")).cluster->tags->empty());
  const api::Cluster gone = describe(world, "one", {"TAGS"});
  CHECK(gone.status == "INACTIVE");
  CHECK(gone.tags->empty());
  CHECK(world.must(list_clusters, {}).clusterArns->empty());
  CHECK(world.must(delete_cluster, deletion("one")).cluster->status == "INACTIVE");
}

TEST_CASE("creating the name of a deleted cluster gives an ACTIVE one with the new arguments only") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.tags = {tag("a", "1")};
  request.settings = std::vector<api::ClusterSetting>{insights("enabled")};
  create(world, request);
  world.must(delete_cluster, deletion("one"));
  const api::Cluster again = create(world, named("one"));
  CHECK(again.status == "ACTIVE");
  CHECK(again.tags->empty());
  CHECK(again.settings == std::vector<api::ClusterSetting>{insights("disabled")});
  CHECK(world.must(list_clusters, {}).clusterArns->size() == 1);
  CHECK(refused(world, request) == kInconsistent);
}

TEST_CASE("operations on clusters are all or nothing") {
  TestWorld world;
  api::CreateClusterRequest request = named("one");
  request.tags = {tag("a", "1")};
  CHECK(check_atomic(world, create_cluster, request) == 1);
  api::UpdateClusterRequest update;
  update.cluster = "one";
  update.settings = std::vector<api::ClusterSetting>{insights("enabled")};
  CHECK(check_atomic(world, update_cluster, update) == 1);
  CHECK(check_atomic(world, delete_cluster, deletion("one")) == 1);
  CHECK(check_atomic(world, create_cluster, named("one")) == 1);
}

}  // namespace
}  // namespace drydock::test
