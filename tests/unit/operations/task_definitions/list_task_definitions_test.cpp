#include "server/operations/task_definitions/task_definitions.hpp"
#include "tests/unit/operations/entities.hpp"

namespace drydock::test {
namespace {

using namespace operations;
using Names = std::vector<std::string>;

void register_family(TestWorld& world, const std::string& family, int revisions = 1) {
  api::RegisterTaskDefinitionRequest request;
  request.family = family;
  api::ContainerDefinition container;
  container.name = "main";
  container.image = "busybox";
  container.memory = 16;
  request.containerDefinitions = {container};
  for (int i = 0; i < revisions; ++i) world.must(register_task_definition, request);
}

void deregister(TestWorld& world, const std::string& name) {
  api::DeregisterTaskDefinitionRequest request;
  request.taskDefinition = name;
  world.must(deregister_task_definition, request);
}

/// All pages together, as family:revision.
Names listed(TestWorld& world, api::ListTaskDefinitionsRequest request, int page) {
  Names names;
  request.maxResults = page;
  do {
    const auto answer = world.must(list_task_definitions, request);
    CHECK(answer.taskDefinitionArns->size() <= static_cast<std::size_t>(page));
    if (answer.nextToken) CHECK(answer.taskDefinitionArns->size() == static_cast<std::size_t>(page));
    for (const std::string& arn : *answer.taskDefinitionArns) names.push_back(arn.substr(arn.find('/') + 1));
    request.nextToken = answer.nextToken;
  } while (request.nextToken);
  return names;
}

api::ListTaskDefinitionsRequest of_status(const std::string& status) {
  api::ListTaskDefinitionsRequest request;
  request.status = status;
  return request;
}

Names families(TestWorld& world, const std::string& prefix, const std::string& status, int page) {
  Names names;
  api::ListTaskDefinitionFamiliesRequest request;
  request.maxResults = page;
  if (!prefix.empty()) request.familyPrefix = prefix;
  if (!status.empty()) request.status = status;
  do {
    const auto answer = world.must(list_task_definition_families, request);
    names.insert(names.end(), answer.families->begin(), answer.families->end());
    request.nextToken = answer.nextToken;
  } while (request.nextToken);
  return names;
}

}  // namespace

TEST_CASE("Task definitions are listed by family and by revision as a number, in pages of any size", "[operations]") {
  TestWorld world;
  register_family(world, "web", 11);
  register_family(world, "api", 2);
  register_family(world, "web-2");
  Names expected = {"api:1", "api:2"};
  for (int i = 1; i <= 11; ++i) expected.push_back("web:" + std::to_string(i));
  expected.emplace_back("web-2:1");
  const Names reversed(expected.rbegin(), expected.rend());
  for (const int page : {1, 2, 3, 7, 13, 14, 15, 100}) {
    api::ListTaskDefinitionsRequest request;
    CHECK(listed(world, request, page) == expected);
    request.sort = "DESC";
    CHECK(listed(world, request, page) == reversed);
  }
}

TEST_CASE("familyPrefix of ListTaskDefinitions is a whole name and keeps the order", "[operations]") {
  TestWorld world;
  register_family(world, "web", 3);
  register_family(world, "web-2");
  api::ListTaskDefinitionsRequest request;
  request.familyPrefix = "web";
  for (const int page : {1, 2, 3, 100}) {
    request.sort = "ASC";
    CHECK(listed(world, request, page) == Names{"web:1", "web:2", "web:3"});
    request.sort = "DESC";
    CHECK(listed(world, request, page) == Names{"web:3", "web:2", "web:1"});
  }
  request.familyPrefix = "none";
  CHECK(listed(world, request, 100).empty());
}

TEST_CASE("Each status has a list of its own", "[operations]") {
  TestWorld world;
  register_family(world, "web", 4);
  deregister(world, "web:2");
  deregister(world, "web:3");
  api::DeleteTaskDefinitionsRequest deletion;
  deletion.taskDefinitions = Names{"web:3"};
  world.must(delete_task_definitions, deletion);
  CHECK(listed(world, of_status("ACTIVE"), 1) == Names{"web:1", "web:4"});
  CHECK(listed(world, of_status("INACTIVE"), 1) == Names{"web:2"});
  CHECK(listed(world, of_status("DELETE_IN_PROGRESS"), 1) == Names{"web:3"});
}

TEST_CASE("A token of one order is refused by the other", "[operations]") {
  TestWorld world;
  register_family(world, "web", 3);
  api::ListTaskDefinitionsRequest request;
  request.maxResults = 1;
  request.nextToken = world.must(list_task_definitions, request).nextToken;
  request.sort = "DESC";
  CHECK(text_of(world.refusal(list_task_definitions, request)) == "InvalidParameterException: Invalid token.");
}

TEST_CASE("Families are listed by true prefix and by status, in pages", "[operations]") {
  TestWorld world;
  for (const char* name : {"api", "web", "web-1", "web-2", "zoo"}) register_family(world, name);
  deregister(world, "web-1:1");
  for (const int page : {1, 2, 5}) {
    CHECK(families(world, "", "", page) == Names{"api", "web", "web-1", "web-2", "zoo"});
    CHECK(families(world, "web", "", page) == Names{"web", "web-1", "web-2"});
    CHECK(families(world, "web", "ACTIVE", page) == Names{"web", "web-2"});
    CHECK(families(world, "", "INACTIVE", page) == Names{"web-1"});
    CHECK(families(world, "x", "", page).empty());
  }
}

}  // namespace drydock::test
