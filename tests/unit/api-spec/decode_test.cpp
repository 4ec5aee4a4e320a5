#include "api-spec/runtime/decode.hpp"

#include <nlohmann/json.hpp>
#include <random>

#include "api-spec/generated/operations.hpp"
#include "api-spec/runtime/encode.hpp"
#include "api-spec/runtime/json_reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/api-spec/sample_bodies.hpp"

namespace {

using namespace drydock::api;
using drydock::test::kRegisterTaskDefinitionBody;
using drydock::test::kRunTaskBody;
using drydock::test::StartsWith;

/// The message of the SerializationException, or "" when the body decodes.
template <class Request>
std::string refusal(std::string_view body) {
  const auto decoded = decode<Request>(body);
  if (decoded) return "";
  CHECK(decoded.error().code == "SerializationException");
  CHECK(decoded.error().http_status == 400);
  CHECK_FALSE(decoded.error().explanation.empty());
  return decoded.error().message;
}

template <class Request>
std::string explanation(std::string_view body) {
  const auto decoded = decode<Request>(body);
  return decoded ? "" : decoded.error().explanation;
}

/// What another parser thinks of a body; nothing when it stops at a number that is too large for it.
std::optional<bool> is_json(std::string_view body) {
  try {
    return !nlohmann::json::parse(body).is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return std::nullopt;
  } catch (const nlohmann::json::parse_error&) {
    return false;
  }
}

std::string nested(int levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("An empty body decodes as an empty object") {
  CHECK(decode<ListClustersRequest>("") == ListClustersRequest{});
  CHECK(decode<ListClustersRequest>(" \r\n\t") == ListClustersRequest{});
  CHECK(decode<ListClustersRequest>(" {} ") == ListClustersRequest{});
}

TEST_CASE("A large task definition survives decoding and encoding unchanged") {
  const auto request = decode<RegisterTaskDefinitionRequest>(kRegisterTaskDefinitionBody);
  REQUIRE(request.has_value());
  CHECK(nlohmann::json::parse(encode(*request)) == nlohmann::json::parse(kRegisterTaskDefinitionBody));
  CHECK(decode<RegisterTaskDefinitionRequest>(encode(*request)) == *request);
  REQUIRE(request->containerDefinitions.has_value());
  const ContainerDefinition& web = request->containerDefinitions->at(0);
  CHECK(web.memory == 512);
  CHECK(web.environment->at(1).value == "gr\xC3\xBC\xC3\x9F dich \xF0\x9F\x9A\xA2");
  CHECK(web.systemControls->at(0).namespace_ == "net.core.somaxconn");
}

TEST_CASE("A RunTask request survives decoding and encoding unchanged") {
  const auto request = decode<RunTaskRequest>(kRunTaskBody);
  REQUIRE(request.has_value());
  CHECK(nlohmann::json::parse(encode(*request)) == nlohmann::json::parse(kRunTaskBody));
  CHECK(request->count == 3);
  CHECK(request->overrides->containerOverrides->at(0).command->size() == 2);
}

TEST_CASE("Null members are absent, null elements are dropped and the last of equal keys wins") {
  const auto request = decode<RunTaskRequest>(
      R"({"cluster":null,"count":1,"count":2,"group":"g","group":null,"tags":[null,{"key":"a"},null]})");
  REQUIRE(request.has_value());
  CHECK_FALSE(request->cluster.has_value());
  CHECK(request->count == 2);
  CHECK_FALSE(request->group.has_value());
  CHECK(request->tags == std::vector<Tag>{{.key = "a"}});
  const auto twice = decode<DescribeTasksRequest>(R"({"tasks":["a","b"],"tasks":["c"]})");
  REQUIRE(twice.has_value());
  CHECK(twice->tasks == std::vector<std::string>{"c"});
}

TEST_CASE("Absent and empty are different") {
  const auto request = decode<UpdateServiceRequest>(R"({"loadBalancers":[],"networkConfiguration":{}})");
  REQUIRE(request.has_value());
  CHECK(request->loadBalancers.has_value());
  CHECK(request->loadBalancers->empty());
  CHECK(request->networkConfiguration == NetworkConfiguration{});
  CHECK_FALSE(request->serviceRegistries.has_value());
}

TEST_CASE("Unknown members of any kind are skipped, though not unread") {
  const auto request = decode<ListClustersRequest>(
      R"({"new":{"a":[1,-2.5e+3,"\u00e9",{"b":[]}],"c":null},"nextToken":"t","Nexttoken":1,"x":true,"":false})");
  REQUIRE(request.has_value());
  CHECK(request->nextToken == "t");
  CHECK(refusal<ListClustersRequest>(R"({"new":{"a":[1,]}})") == "Unexpected character");
  CHECK(refusal<ListClustersRequest>("{\"new\":\"\xFF\"}") == "Invalid UTF-8 in a string");
}

TEST_CASE("Members of the wrong JSON type are refused with their place") {
  CHECK(refusal<RunTaskRequest>(R"({"cluster":5})") == "NUMBER_VALUE can not be converted to a String");
  CHECK(refusal<RunTaskRequest>(R"({"cluster":true})") == "TRUE_VALUE can not be converted to a String");
  CHECK(refusal<RunTaskRequest>(R"({"cluster":[]})") == "Start of list found where not expected");
  CHECK(refusal<RunTaskRequest>(R"({"cluster":{}})") == "Start of structure or map found where not expected.");
  CHECK(refusal<RunTaskRequest>(R"({"count":"5"})") == "STRING_VALUE can not be converted to an Integer");
  CHECK(refusal<RunTaskRequest>(R"({"enableExecuteCommand":"true"})") ==
        "STRING_VALUE can not be converted to a Boolean");
  CHECK(refusal<RunTaskRequest>(R"({"enableExecuteCommand":0})") == "NUMBER_VALUE can not be converted to a Boolean");
  CHECK(refusal<RunTaskRequest>(R"({"tags":"x"})") == "Expected list or null");
  CHECK(refusal<RunTaskRequest>(R"({"tags":{}})") == "Start of structure or map found where not expected.");
  CHECK(refusal<RunTaskRequest>(R"({"overrides":"x"})") == "Expected structure or map or null");
  CHECK(refusal<RunTaskRequest>("[]") == "Start of list found where not expected");
  CHECK(refusal<RunTaskRequest>("5") == "Expected structure or map or null");
  CHECK_THAT(explanation<RunTaskRequest>(R"({"overrides":{"containerOverrides":[{},{"memory":"1"}]}})"),
             StartsWith("See overrides.containerOverrides[1].memory, byte "));
  CHECK_THAT(
      explanation<RegisterTaskDefinitionRequest>(R"({"containerDefinitions":[{"dockerLabels":{"a":"b","c":1}}]})"),
      StartsWith("See containerDefinitions[0].dockerLabels.c, byte "));
}

TEST_CASE("Integers may be written with a fraction or an exponent but must be whole and in range") {
  const auto count = [](const char* digits) {
    return decode<RunTaskRequest>("{\"count\":" + std::string(digits) + "}").value_or(RunTaskRequest{}).count;
  };
  CHECK(count("1") == 1);
  CHECK(count("1.0") == 1);
  CHECK(count("-0") == 0);
  CHECK(count("12e2") == 1200);
  CHECK(count("1200E-2") == 12);
  CHECK(count("2147483647") == 2147483647);
  CHECK(count("-2147483648.0") == std::numeric_limits<std::int32_t>::min());
  for (const char* digits : {"1.5", "2147483648", "-2147483649", "1e10", "99999999999999999999", "1e400", "1e-1"}) {
    INFO(digits);
    CHECK_FALSE(refusal<RunTaskRequest>("{\"count\":" + std::string(digits) + "}").empty());
  }
  const auto resource = decode<Resource>(R"({"longValue":-9223372036854775808,"doubleValue":1.25e2})");
  REQUIRE(resource.has_value());
  CHECK(resource->longValue == std::numeric_limits<std::int64_t>::min());
  CHECK(resource->doubleValue == 125.0);
  CHECK_FALSE(refusal<Resource>(R"({"longValue":9223372036854775808})").empty());
  CHECK_FALSE(refusal<Resource>(R"({"doubleValue":1e999})").empty());
}

TEST_CASE("Timestamps are read from seconds, fractions and ISO 8601 texts") {
  const auto at = [](const std::string& value) {
    const auto created = decode<CreatedAt>("{\"before\":" + value + "}");
    return created && created->before ? created->before->milliseconds : -1;
  };
  CHECK(at("1704164645") == 1704164645000);
  CHECK(at("1704164645.678") == 1704164645678);
  CHECK(at("1.704164645678E9") == 1704164645678);
  CHECK(at("0") == 0);
  CHECK(at("\"2024-01-02T03:04:05Z\"") == 1704164645000);
  CHECK(at("\"2024-01-02T03:04:05.678Z\"") == 1704164645678);
  CHECK(at("\"2024-01-02T03:04:05.6789999Z\"") == 1704164645678);
  CHECK(at("\"2024-01-02T04:04:05+01:00\"") == 1704164645000);
  CHECK(at("\"2024-01-01T22:34:05-04:30\"") == 1704164645000);
  for (const char* bad : {"\"\"", "\"2024\"", "\"2024-13-02T03:04:05Z\"", "\"2024-02-30T03:04:05Z\"",
                          "\"2024-01-02T25:04:05Z\"", "\"2024-01-02T03:04:05\"", "\"2024-01-02T03:04:05.Z\"",
                          "\"-024-01-02T03:04:05Z\"", "\"1704164645\"", "true", "[]", "1e300", "-253402300801"}) {
    INFO(bad);
    CHECK_FALSE(refusal<CreatedAt>("{\"before\":" + std::string(bad) + "}").empty());
  }
}

TEST_CASE("A free document is kept as the caller wrote it") {
  const auto hook = decode<DeploymentLifecycleHook>(R"({"hookDetails": {"z": 1.10, "a":[ 1 ]} ,"roleArn":"r"})");
  REQUIRE(hook.has_value());
  CHECK(hook->hookDetails->text == R"({"z": 1.10, "a":[ 1 ]})");
  CHECK(hook->roleArn == "r");
  CHECK(encode(*hook) == R"({"roleArn":"r","hookDetails":{"z": 1.10, "a":[ 1 ]}})");
}

TEST_CASE("Malformed JSON is refused") {
  for (const char* body : {"{",
                           "}",
                           "{}}",
                           "{} x",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":.5}",
                           "{\"a\":+1}",
                           "{\"a\":1e}",
                           "{\"a\":-}",
                           "{\"a\":NaN}",
                           "{\"a\":tru}",
                           "{\"a\":nul}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\u12\"}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"\\ud800\\u0041\"}",
                           "{\"a\":\"\\udc00\"}",
                           "{\"a\":\"\t\"}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[,1]}",
                           "{\"a\":/**/1}"}) {
    INFO(body);
    CHECK_FALSE(refusal<ListClustersRequest>(body).empty());
    CHECK(is_json(body) == false);
  }
  CHECK_FALSE(refusal<ListClustersRequest>("\xEF\xBB\xBF{}").empty());  // a byte order mark
}

TEST_CASE("Invalid UTF-8 is refused, in strings and in keys") {
  for (const char* bytes : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82"}) {
    CHECK(refusal<ListClustersRequest>("{\"nextToken\":\"" + std::string(bytes) + "\"}") ==
          "Invalid UTF-8 in a string");
    CHECK(refusal<ListClustersRequest>("{\"" + std::string(bytes) + "\":1}") == "Invalid UTF-8 in a string");
  }
}

TEST_CASE("Escapes become the characters they stand for") {
  const auto request =
      decode<ListClustersRequest>(R"({"next\u0054oken":"\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\ud83d\udea2"})");
  REQUIRE(request.has_value());
  CHECK(request->nextToken == std::string("\"\\/\b\f\n\r\t\0\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\xA2", 18));
}

TEST_CASE("Nesting is limited") {
  const int levels = JsonReader::kMaxDepth - 1;  // the request is one itself
  CHECK(refusal<ListClustersRequest>("{\"x\":" + nested(levels) + "}").empty());
  CHECK(refusal<ListClustersRequest>("{\"x\":" + nested(levels + 1) + "}") == "Too many levels of nesting");
  CHECK(refusal<ListClustersRequest>("{\"x\":" + std::string(1000000, '[')) == "Too many levels of nesting");
}

TEST_CASE("A body cut anywhere is refused") {
  const std::string_view body = kRunTaskBody;
  for (std::size_t length = 1; length < body.size(); ++length) {
    const auto decoded = decode<RunTaskRequest>(body.substr(0, length));
    if (decoded.has_value()) FAIL("accepted " << body.substr(0, length));
  }
}

TEST_CASE("Random damage never crashes the reader and is judged as another parser judges it") {
  std::mt19937 random(20261122);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  const std::string_view pieces[] = {"\"", "{", "}", "[", "]", ",", ":", "null", "1e9", "-", "\\", "\\u", "\xC3", "0"};
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string body(round % 2 == 0 ? kRunTaskBody : kRegisterTaskDefinitionBody);
    for (std::size_t edits = 1 + below(3); edits > 0; --edits) {
      const std::size_t at = below(body.size());
      switch (below(4)) {
        case 0: body[at] = static_cast<char>(below(256)); break;
        case 1: body.erase(at, 1 + below(4)); break;
        case 2: body.insert(at, pieces[below(std::size(pieces))]); break;
        default: body.insert(at, body.substr(below(body.size()), below(40))); break;
      }
    }
    const std::optional<bool> json = is_json(body);
    JsonReader reader(body);
    const bool read = reader.skip_value() && reader.at_end();
    if (json && *json != read) FAIL("judged differently: " << body);
    const auto decoded = decode<RunTaskRequest>(body);
    if (decoded && !read) FAIL("accepted: " << body);
    if (!decoded) continue;
    ++accepted;
    if (decode<RunTaskRequest>(encode(*decoded)) != *decoded) FAIL("changed: " << body);
  }
  CHECK(accepted > 100);
}
