// Event patterns, operator by operator, as EventBridge's documentation of content filtering has them.

#include "scheduler/events/pattern.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

namespace drydock::scheduler {
namespace {

using nlohmann::json;

bool matches(const std::string& pattern, const std::string& event) {
  const auto parsed = EventPattern::parse(pattern);
  REQUIRE(parsed.has_value());
  return parsed->matches(json::parse(event));
}

std::string refusal(const std::string& pattern) {
  const auto parsed = EventPattern::parse(pattern);
  return parsed ? "" : parsed.error();
}

}  // namespace

TEST_CASE("Patterns match by their operators", "[events]") {
  struct Row {
    const char* pattern;
    const char* event;
    bool matches;
  };
  const Row rows[] = {
      {R"({"source":["aws.ecs"]})", R"({"source":"aws.ecs"})", true},
      {R"({"source":["aws.ecs"]})", R"({"source":"aws.ec2"})", false},
      {R"({"source":["aws.ecs"]})", R"({})", false},
      {R"({"source":["a","b"]})", R"({"source":"b"})", true},
      {R"({"a":["x"],"b":["y"]})", R"({"a":"x","b":"z"})", false},
      {R"({"detail":{"lastStatus":["STOPPED"]}})", R"({"detail":{"lastStatus":"STOPPED","version":3}})", true},
      {R"({"detail":{"lastStatus":["STOPPED"]}})", R"({"detail":{}})", false},
      {R"({"detail":{"lastStatus":["STOPPED"]}})", R"({"detail":"STOPPED"})", false},
      // Values of other types
      {R"({"n":[3]})", R"({"n":3})", true},
      {R"({"n":[3]})", R"({"n":3.0})", true},
      {R"({"n":[3]})", R"({"n":"3"})", false},
      {R"({"n":[null]})", R"({"n":null})", true},
      {R"({"n":[null]})", R"({"n":""})", false},
      {R"({"n":[true]})", R"({"n":true})", true},
      // Lists: one element is enough, also within objects of a list
      {R"({"resources":["r2"]})", R"({"resources":["r1","r2"]})", true},
      {R"({"resources":["r3"]})", R"({"resources":["r1","r2"]})", false},
      {R"({"c":{"name":["web"],"code":[3]}})", R"({"c":[{"name":"web","code":3},{"name":"log","code":0}]})", true},
      {R"({"c":{"name":["web"],"code":[0]}})", R"({"c":[{"name":"web","code":3},{"name":"log","code":0}]})", false},
      // prefix, suffix, with and without case
      {R"({"g":[{"prefix":"service:"}]})", R"({"g":"service:web"})", true},
      {R"({"g":[{"prefix":"service:"}]})", R"({"g":"family:web"})", false},
      {R"({"g":[{"prefix":"a"}]})", R"({"g":1})", false},
      {R"({"g":[{"prefix":{"equals-ignore-case":"SERVICE:"}}]})", R"({"g":"Service:web"})", true},
      {R"({"f":[{"suffix":".png"}]})", R"({"f":"a.png"})", true},
      {R"({"f":[{"suffix":".png"}]})", R"({"f":"a.PNG"})", false},
      {R"({"f":[{"suffix":{"equals-ignore-case":".png"}}]})", R"({"f":"a.PNG"})", true},
      {R"({"f":[{"equals-ignore-case":"alice"}]})", R"({"f":"ALICE"})", true},
      {R"({"f":[{"equals-ignore-case":"alice"}]})", R"({"f":"ALICE "})", false},
      // wildcard
      {R"({"f":[{"wildcard":"*"}]})", R"({"f":""})", true},
      {R"({"f":[{"wildcard":"dir/*/x.*"}]})", R"({"f":"dir/a/b/x.txt"})", true},
      {R"({"f":[{"wildcard":"dir/*/x.*"}]})", R"({"f":"dir/x.txt"})", false},
      {R"({"f":[{"wildcard":"a*b"}]})", R"({"f":"axxbxb"})", true},
      {R"({"f":[{"wildcard":"a\\*b"}]})", R"({"f":"a*b"})", true},
      {R"({"f":[{"wildcard":"a\\*b"}]})", R"({"f":"axb"})", false},
      // numeric
      {R"({"n":[{"numeric":["=",5]}]})", R"({"n":5.0})", true},
      {R"({"n":[{"numeric":[">",0,"<=",5]}]})", R"({"n":5})", true},
      {R"({"n":[{"numeric":[">",0,"<=",5]}]})", R"({"n":0})", false},
      {R"({"n":[{"numeric":["<",10]}]})", R"({"n":10})", false},
      {R"({"n":[{"numeric":[">=",10]}]})", R"({"n":10})", true},
      {R"({"n":[{"numeric":[">=",10]}]})", R"({"n":"10"})", false},
      // exists
      {R"({"d":{"code":[{"exists":true}]}})", R"({"d":{"code":0}})", true},
      {R"({"d":{"code":[{"exists":true}]}})", R"({"d":{}})", false},
      {R"({"d":{"code":[{"exists":false}]}})", R"({"d":{}})", true},
      {R"({"d":{"code":[{"exists":false}]}})", R"({})", true},
      {R"({"d":{"code":[{"exists":false}]}})", R"({"d":{"code":0}})", false},
      {R"({"d":[{"exists":true}]})", R"({"d":{"code":0}})", false},  // for leaves only
      {R"({"n":[{"exists":false},{"prefix":"a"}]})", R"({"n":"abc"})", true},
      // cidr
      {R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"10.0.0.255"})", true},
      {R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"10.0.1.0"})", false},
      {R"({"ip":[{"cidr":"2001:db8::/32"}]})", R"({"ip":"2001:db8:1::1"})", true},
      {R"({"ip":[{"cidr":"2001:db8::/32"}]})", R"({"ip":"10.0.0.1"})", false},
      {R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"web"})", false},
      // anything-but
      {R"({"s":[{"anything-but":"running"}]})", R"({"s":"stopped"})", true},
      {R"({"s":[{"anything-but":"running"}]})", R"({"s":"running"})", false},
      {R"({"s":[{"anything-but":"running"}]})", R"({})", false},
      {R"({"s":[{"anything-but":["a",1]}]})", R"({"s":1})", false},
      {R"({"s":[{"anything-but":["a",1]}]})", R"({"s":2})", true},
      {R"({"s":[{"anything-but":{"prefix":"init"}}]})", R"({"s":"initial"})", false},
      {R"({"s":[{"anything-but":{"prefix":["init","run"]}}]})", R"({"s":"running"})", false},
      {R"({"s":[{"anything-but":{"suffix":".png"}}]})", R"({"s":"a.jpg"})", true},
      {R"({"s":[{"anything-but":{"equals-ignore-case":["A"]}}]})", R"({"s":"a"})", false},
      {R"({"s":[{"anything-but":{"wildcard":"*/lib/*"}}]})", R"({"s":"a/lib/b"})", false},
      // $or
      {R"({"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"a":"n","b":"y"})", true},
      {R"({"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"a":"n","b":"n"})", false},
      {R"({"c":["z"],"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"a":"x","c":"no"})", false},
      {R"({"detail":{"$or":[{"a":[{"numeric":[">",3]}]},{"b":["y"]}]}})", R"({"detail":{"a":4}})", true},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " and " << row.event);
    CHECK(matches(row.pattern, row.event) == row.matches);
  }
}

TEST_CASE("What is no pattern is refused with EventBridge's reason", "[events]") {
  CHECK(refusal("{") == "Invalid JSON");
  CHECK(refusal("[]") == "Filter is not an object");
  CHECK(refusal("{}") == "Empty objects are not allowed");
  CHECK(refusal(R"({"source":"aws.ecs"})") == R"("source" must be an object or an array)");
  CHECK(refusal(R"({"source":[]})") == "Empty arrays are not allowed");
  CHECK(refusal(R"({"source":[["a"]]})") == "Match value must be String, number, true, false, or null");
  CHECK(refusal(R"({"source":[{"like":"a"}]})") == "Unrecognized match type like");
  CHECK(refusal(R"({"source":[{"prefix":"a","suffix":"b"}]})") == "Only one key allowed in match expression");
  CHECK(refusal(R"({"source":[{"prefix":1}]})") == "prefix match pattern must be a string");
  CHECK(refusal(R"({"source":[{"exists":"yes"}]})") == "exists match pattern must be either true or false.");
  CHECK(refusal(R"({"source":[{"numeric":["~",1]}]})") == R"(Unrecognized numeric range operator: "~")");
  CHECK(refusal(R"({"source":[{"numeric":["<"]}]})") == "Value of < must be numeric");
  CHECK(refusal(R"({"source":[{"cidr":"10.0.0.0/33"}]})") == "Malformed CIDR, one '/' required");
  CHECK(refusal(R"({"source":[{"wildcard":"a**"}]})") == "Consecutive wildcard characters are not allowed");
}

}  // namespace drydock::scheduler
