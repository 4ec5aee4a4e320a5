#include "tests/support/drydock_world.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

Json put(const std::string& name, const std::string& value, const Json& more = Json::object()) {
  return with({{"Name", name}, {"Value", value}, {"Type", "String"}}, more);
}

std::vector<std::string> names(const Json& parameters) {
  std::vector<std::string> all;
  for (const Json& one : parameters) all.push_back(one["Name"]);
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A parameter has a value, versions and an ARN") {
  DrydockWorld world;
  const Json made = world.ok("ssm:PutParameter", put("/shop/url", "http://one"));
  CHECK(made["Version"] == 1);
  CHECK(made["Tier"] == "Standard");
  CHECK(world.ok("ssm:PutParameter", put("/shop/url", "http://two", {{"Overwrite", true}}))["Version"] == 2);
  const Json shown = world.ok("ssm:GetParameter", {{"Name", "/shop/url"}})["Parameter"];
  CHECK(shown["Value"] == "http://two");
  CHECK(shown["Version"] == 2);
  CHECK(shown["Type"] == "String");
  CHECK(shown["DataType"] == "text");
  CHECK(shown["ARN"] == "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/url");
  CHECK_FALSE(shown.contains("Selector"));
  CHECK(world.ok("ssm:GetParameter", {{"Name", "/shop/url:1"}})["Parameter"]["Value"] == "http://one");
  CHECK(world.ok("ssm:GetParameter", {{"Name", "/shop/url:1"}})["Parameter"]["Selector"] == ":1");
  CHECK(world.ok("ssm:GetParameter", {{"Name", shown["ARN"]}})["Parameter"]["Value"] == "http://two");
  world.ok("ssm:PutParameter", put("flat", "x"));
  CHECK(world.ok("ssm:GetParameter",
                 {{"Name", "arn:aws:ssm:eu-west-1:123456789012:parameter/flat"}})["Parameter"]["ARN"] ==
        "arn:aws:ssm:eu-west-1:123456789012:parameter/flat");
  const Json history = world.ok("ssm:GetParameterHistory", {{"Name", "/shop/url"}, {"MaxResults", 1}});
  CHECK(history["Parameters"][0]["Value"] == "http://one");
  const Json rest = world.ok("ssm:GetParameterHistory", {{"Name", "/shop/url"}, {"NextToken", history["NextToken"]}});
  CHECK(rest["Parameters"][0]["Value"] == "http://two");
  CHECK(rest["Parameters"].size() == 1);
  CHECK(world.rows() == world.stored);
  CHECK(indexes_after_restart(world.stored) == indexes_of(world.state));
}

TEST_CASE("The value of a SecureString is shown to those only who ask for it") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("key", "s3cret", {{"Type", "SecureString"}}));
  const std::string opaque = world.ok("ssm:GetParameter", {{"Name", "key"}})["Parameter"]["Value"];
  CHECK(opaque.find("s3cret") == std::string::npos);
  CHECK(world.ok("ssm:GetParameter", {{"Name", "key"}, {"WithDecryption", true}})["Parameter"]["Value"] == "s3cret");
  CHECK(world.ok("ssm:GetParametersByPath", {{"Path", "/"}})["Parameters"].empty());
  CHECK(world.ok("ssm:DescribeParameters", Json::object()).dump().find("s3cret") == std::string::npos);
  CHECK(world.ok("ssm:DescribeParameters", Json::object())["Parameters"][0]["KeyId"] == "alias/aws/ssm");
  CHECK(world.ok("ssm:GetParameterHistory", {{"Name", "key"}}).dump().find("s3cret") == std::string::npos);
}

TEST_CASE("Several parameters at once, and those that are not there") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("a", "1"));
  world.ok("ssm:PutParameter", put("b", "2"));
  const Json shown = world.ok("ssm:GetParameters", {{"Names", {"b", "none", "a:1", "a:7", "a:new"}}});
  CHECK(names(shown["Parameters"]) == Names{"b", "a"});
  CHECK(shown["InvalidParameters"] == Json{"none", "a:7", "a:new"});
  const Json deleted = world.ok("ssm:DeleteParameters", {{"Names", {"a", "none"}}});
  CHECK(deleted["DeletedParameters"] == Json{"a"});
  CHECK(deleted["InvalidParameters"] == Json{"none"});
  world.ok("ssm:DeleteParameter", {{"Name", "b"}});
  CHECK(world.no("ssm:GetParameter", {{"Name", "b"}}) == "ParameterNotFound: Parameter b not found.");
}

TEST_CASE("A path has the parameters below it") {
  DrydockWorld world;
  for (const char* name : {"/a/b", "/a/b/c", "/a/b/d", "/a/b/d/e", "/a/bc", "/x", "flat"}) {
    world.ok("ssm:PutParameter", put(name, "v"));
  }
  struct Row {
    const char* path;
    bool recursive;
    Names names;
  };
  for (const Row& row :
       {Row{"/a/b", false, {"/a/b/c", "/a/b/d"}}, Row{"/a/b/", false, {"/a/b/c", "/a/b/d"}},
        Row{"/a/b", true, {"/a/b/c", "/a/b/d", "/a/b/d/e"}}, Row{"/a", false, {"/a/b", "/a/bc"}},
        Row{"/", false, {"/x"}}, Row{"/", true, {"/a/b", "/a/b/c", "/a/b/d", "/a/b/d/e", "/a/bc", "/x"}},
        Row{"/none", true, {}}}) {
    CAPTURE(row.path, row.recursive);
    CHECK(names(world.ok("ssm:GetParametersByPath",
                         {{"Path", row.path}, {"Recursive", row.recursive}})["Parameters"]) == row.names);
  }
  const Json first = world.ok("ssm:GetParametersByPath", {{"Path", "/"}, {"Recursive", true}, {"MaxResults", 4}});
  const Json second =
      world.ok("ssm:GetParametersByPath",
               {{"Path", "/"}, {"Recursive", true}, {"MaxResults", 4}, {"NextToken", first["NextToken"]}});
  CHECK(first["Parameters"].size() == 4);
  CHECK(names(second["Parameters"]) == Names{"/a/bc", "/x"});
  CHECK_FALSE(second.contains("NextToken"));
}

TEST_CASE("Labels belong to one version and can be asked for") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("p", "1"));
  world.ok("ssm:PutParameter", put("p", "2", {{"Overwrite", true}}));
  CHECK(world.ok("ssm:LabelParameterVersion",
                 {{"Name", "p"}, {"ParameterVersion", 1}, {"Labels", {"live", "9", "awsx"}}})["InvalidLabels"] ==
        Json{"9", "awsx"});
  CHECK(world.ok("ssm:GetParameter", {{"Name", "p:live"}})["Parameter"]["Value"] == "1");
  CHECK(world.ok("ssm:LabelParameterVersion", {{"Name", "p"}, {"Labels", {"live"}}})["ParameterVersion"] == 2);
  CHECK(world.ok("ssm:GetParameter", {{"Name", "p:live"}})["Parameter"]["Value"] == "2");
  const Json gone =
      world.ok("ssm:UnlabelParameterVersion", {{"Name", "p"}, {"ParameterVersion", 2}, {"Labels", {"live", "other"}}});
  CHECK(gone["RemovedLabels"] == Json{"live"});
  CHECK(gone["InvalidLabels"] == Json{"other"});
  CHECK_THAT(world.no("ssm:GetParameter", {{"Name", "p:live"}}), StartsWith("ParameterVersionNotFound: "));
  Json many = Json::array();
  for (int i = 0; i < 10; ++i) many.push_back("l" + std::to_string(i));
  world.ok("ssm:LabelParameterVersion", {{"Name", "p"}, {"Labels", many}});
  CHECK_THAT(world.no("ssm:LabelParameterVersion", {{"Name", "p"}, {"Labels", {"one-more"}}}),
             StartsWith("ParameterVersionLabelLimitExceeded: "));
}

TEST_CASE("A hundred versions are kept, unless the oldest has a label") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("p", "1"));
  for (int i = 2; i <= 101; ++i) world.ok("ssm:PutParameter", put("p", std::to_string(i), {{"Overwrite", true}}));
  CHECK_THAT(world.no("ssm:GetParameter", {{"Name", "p:1"}}), StartsWith("ParameterVersionNotFound: "));
  world.ok("ssm:LabelParameterVersion", {{"Name", "p"}, {"ParameterVersion", 2}, {"Labels", {"keep"}}});
  CHECK_THAT(world.no("ssm:PutParameter", put("p", "x", {{"Overwrite", true}})),
             StartsWith("ParameterMaxVersionLimitExceeded: "));
}

TEST_CASE("Parameters are described by filters") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("/app/web/url", "v", {{"Tags", {{{"Key", "team"}, {"Value", "web"}}}}}));
  world.ok("ssm:PutParameter", put("/app/key", "v", {{"Type", "SecureString"}}));
  world.ok("ssm:PutParameter", put("other", "a,b", {{"Type", "StringList"}, {"Tier", "Advanced"}}));
  const auto filter = [](const char* key, const char* option, const char* value) {
    Json one = {{"Key", key}, {"Values", {value}}};
    if (*option != '\0') one["Option"] = option;
    return Json{{"ParameterFilters", {one}}};
  };
  struct Row {
    Json request;
    Names names;
  };
  for (const Row& row : {Row{Json::object(), {"/app/key", "/app/web/url", "other"}},
                         Row{filter("Type", "", "SecureString"), {"/app/key"}},
                         Row{filter("Name", "BeginsWith", "/app"), {"/app/key", "/app/web/url"}},
                         Row{filter("Name", "Contains", "e"), {"/app/key", "/app/web/url", "other"}},
                         Row{filter("Name", "", "other"), {"other"}}, Row{filter("Path", "", "/app"), {"/app/key"}},
                         Row{filter("Path", "Recursive", "/app"), {"/app/key", "/app/web/url"}},
                         Row{filter("tag:team", "", "web"), {"/app/web/url"}}, Row{filter("tag:team", "", "shop"), {}},
                         Row{filter("Tier", "", "Advanced"), {"other"}},
                         Row{{{"Filters", {{{"Key", "Name"}, {"Values", {"/app"}}}}}}, {"/app/key", "/app/web/url"}}}) {
    CAPTURE(row.request);
    CHECK(names(world.ok("ssm:DescribeParameters", row.request)["Parameters"]) == row.names);
  }
  CHECK_THAT(world.no("ssm:DescribeParameters", filter("Colour", "", "x")), StartsWith("InvalidFilterKey: "));
  CHECK_THAT(world.no("ssm:DescribeParameters", filter("Type", "Contains", "x")), StartsWith("InvalidFilterOption: "));
  CHECK_THAT(world.no("ssm:GetParametersByPath", with(filter("Name", "", "x"), {{"Path", "/app"}})),
             StartsWith("InvalidFilterKey: "));
}

TEST_CASE("Tags of parameters") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("p", "v"));
  const Json id = {{"ResourceType", "Parameter"}, {"ResourceId", "p"}};
  world.ok("ssm:AddTagsToResource",
           with(id, {{"Tags", {{{"Key", "a"}, {"Value", "1"}}, {{"Key", "b"}, {"Value", "2"}}}}}));
  world.ok("ssm:RemoveTagsFromResource", with(id, {{"TagKeys", {"a"}}}));
  CHECK(world.ok("ssm:ListTagsForResource", id)["TagList"] == Json::array({{{"Key", "b"}, {"Value", "2"}}}));
  CHECK_THAT(world.no("ssm:ListTagsForResource", with(id, {{"ResourceId", "none"}})),
             StartsWith("InvalidResourceId: "));
  CHECK_THAT(world.no("ssm:ListTagsForResource", with(id, {{"ResourceType", "Document"}})),
             StartsWith("InvalidResourceType: "));
}

TEST_CASE("Values are as AllowedPattern wants them") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("port", "8080", {{"AllowedPattern", "^\\d+$"}}));
  const auto error = [&](const char* value, const std::string& pattern) {
    return world.no("ssm:PutParameter", put("port", value, {{"AllowedPattern", pattern}, {"Overwrite", true}}));
  };
  CHECK(error("80a", "^\\d+$") ==
        "ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: ^\\d+$");
  CHECK(error("80", "(").starts_with("InvalidAllowedPatternException: "));
  // One that would take for ever is refused like one that does not match.
  CHECK(error("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa|a?)+$")
            .starts_with("ParameterPatternMismatchException: "));
  CHECK(world.ok("ssm:GetParameter", {{"Name", "port"}})["Parameter"]["Value"] == "8080");
}

TEST_CASE("What Parameter Store refuses") {
  DrydockWorld world;
  world.ok("ssm:PutParameter", put("/p", "v"));
  struct Row {
    const char* operation;
    Json body;
    const char* error;
  };
  std::string deep;
  for (int i = 0; i < 16; ++i) deep += "/x";
  for (const Row& row : {
           Row{"PutParameter", put("/p", "v"),
               "ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option"
               " in the request to true."},
           Row{"PutParameter", put("/p", "v", {{"Overwrite", true}, {"Type", "SecureString"}}),
               "HierarchyTypeMismatchException: "},
           Row{"PutParameter", put("/n", "v", {{"Type", nullptr}}),
               "ValidationException: A parameter type is required when you create a parameter."},
           Row{"PutParameter",
               put("/p", "v", {{"Overwrite", true}, {"Tags", Json::array({{{"Key", "a"}, {"Value", "b"}}})}}),
               "ValidationException: Invalid request: tags and overwrite"},
           Row{"PutParameter", put("/n", std::string(4097, 'x')), "ValidationException: Standard tier parameters"},
           Row{"PutParameter", put("/n", std::string(8193, 'x'), {{"Tier", "Intelligent-Tiering"}}),
               "ValidationException: Advanced tier parameters"},
           Row{"PutParameter", put("/n", ""), "ValidationException: "},
           Row{"PutParameter", put("a/b", "v"), "ValidationException: Parameter name must be a fully qualified name."},
           Row{"PutParameter", put("/aws/x", "v"), "ValidationException: Parameter name: can't be prefixed"},
           Row{"PutParameter", put("SSMx", "v"), "ValidationException: Parameter name: can't be prefixed"},
           Row{"PutParameter", put("/a b", "v"), "ValidationException: "},
           Row{"PutParameter", put("/a/", "v"), "ValidationException: "},
           Row{"PutParameter", put(deep, "v"), "HierarchyLevelLimitExceededException: "},
           Row{"PutParameter", put("/n", "v", {{"Type", "Text"}}), "ValidationException: "},
           Row{"PutParameter", put("/n", "v", {{"DataType", "json"}}), "ValidationException: "},
           Row{"PutParameter", put("/n", "v", {{"KeyId", "k"}}), "ValidationException: "},
           Row{"GetParameter", {{"Name", "/none"}}, "ParameterNotFound: Parameter /none not found."},
           Row{"GetParameter",
               {{"Name", "/p:2"}},
               "ParameterVersionNotFound: Systems Manager could not find version 2"},
           Row{"GetParameters", {{"Names", {"/p", "/p"}}}, "ValidationException: "},
           Row{"GetParametersByPath", {{"Path", "p"}}, "ValidationException: The parameter doesn't meet"},
           Row{"GetParametersByPath", {{"Path", "/"}, {"MaxResults", 11}}, "ValidationException: "},
           Row{"GetParametersByPath", {{"Path", "/"}, {"NextToken", "x"}}, "InvalidNextToken: "},
           Row{"DeleteParameter", {{"Name", "/none"}}, "ParameterNotFound: "},
           Row{"GetParameterHistory", {{"Name", "/none"}}, "ParameterNotFound: "},
       }) {
    CAPTURE(row.operation, row.body);
    CHECK_THAT(world.no("ssm:" + std::string(row.operation), row.body), StartsWith(row.error));
  }
}
