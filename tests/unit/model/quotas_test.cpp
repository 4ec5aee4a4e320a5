#include "model/quotas.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace drydock;
using model::Quota;

namespace {

std::string contents(const std::string& path) {
  std::ifstream in(std::string(DRYDOCK_SOURCE_DIR "/") + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string line_of(const model::QuotaRow& row) {
  return "| `" + std::string(row.name) + "` | " + std::to_string(row.value) + " | " + (row.changeable ? "yes" : "no") +
         " | " + std::string(row.limits) + " | " + std::string(row.error) + " |";
}

}  // namespace

TEST_CASE("Quotas have the values of the service until they are changed", "[quotas]") {
  model::Quotas quotas;
  CHECK(quotas[Quota::kClusters] == 10000);
  CHECK(quotas[Quota::kInstancesPerCluster] == 5000);
  CHECK(quotas[Quota::kServicesPerCluster] == 5000);
  CHECK(quotas[Quota::kServicesPerNamespace] == 300);
  CHECK(quotas[Quota::kTasksPerService] == 5000);
  CHECK(quotas[Quota::kTasksPerServiceWithDiscovery] == 1000);
  CHECK(quotas[Quota::kRevisionsPerFamily] == 1000000);
  CHECK(quotas[Quota::kTagsPerResource] == 50);
  REQUIRE(quotas.set("clusters=2"));
  CHECK(quotas[Quota::kClusters] == 2);
  CHECK(quotas[Quota::kServicesPerCluster] == 5000);
  REQUIRE(quotas.set("clusters=0"));
  CHECK(quotas[Quota::kClusters] == 0);
}

TEST_CASE("A quota that cannot be set says why", "[quotas]") {
  const auto mistake = [](const char* assignment) {
    model::Quotas quotas;
    const auto set = quotas.set(assignment);
    return set ? "" : set.error();
  };
  for (const char* text : {"", "clusters", "cluster=1", "=1"}) {
    CHECK(mistake(text) == "\"" + std::string(text) +
                               "\" is not NAME=VALUE with one of these names: clusters, "
                               "container-instances-per-cluster, services-per-cluster, services-per-namespace, "
                               "tasks-per-service, tasks-per-service-with-discovery, revisions-per-family, "
                               "provisioning-tasks-per-cluster, fargate-vcpus, fargate-spot-vcpus, "
                               "task-launches-per-minute");
  }
  for (const char* value : {"", "x", "-1", "1x", "99999999999"}) {
    CHECK(mistake(("clusters=" + std::string(value)).c_str()) ==
          "\"" + std::string(value) + "\" is not a value for clusters: it takes a whole number from 0 on");
  }
  CHECK(mistake("tags-per-resource=60") == "tags-per-resource is part of the API and stays 50");
}

TEST_CASE("Names of quotas are unique, and whoever the table names enforces them", "[quotas]") {
  std::set<std::string_view> names;
  const auto rules = nlohmann::json::parse(contents("api-spec/rules.json"));
  for (const model::QuotaRow& row : model::kQuotas) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    const std::string by(row.enforced_by);
    if (rules["members"].contains(by)) {
      CHECK(rules["members"][by]["max"] == row.value);
      continue;
    }
    const std::string source = contents(by);
    CHECK(source.find("Quota::k") != std::string::npos);
  }
}

TEST_CASE("docs/quotas.md shows the table", "[quotas]") {
  const std::string page = contents("docs/quotas.md");
  for (const model::QuotaRow& row : model::kQuotas) {
    INFO(line_of(row));
    CHECK(page.find(line_of(row) + "\n") != std::string::npos);
  }
}
