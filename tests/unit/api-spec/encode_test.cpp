#include "api-spec/runtime/encode.hpp"

#include <limits>

#include "api-spec/generated/operations.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace drydock::api;

std::string timestamp(std::int64_t milliseconds) {
  const CreatedAt value{.before = Timestamp{milliseconds}};
  const std::string out = encode(value);
  return out.substr(10, out.size() - 11);
}

std::string number(double value) {
  const std::string out = encode(Scale{.value = value});
  return out.substr(9, out.size() - 10);
}

std::string string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

}  // namespace

TEST_CASE("Absent members are left out and empty ones are written") {
  CHECK(encode(TagResourceResponse{}) == "{}");
  CHECK(encode(ListTasksResponse{.taskArns = std::vector<std::string>{}}) == R"({"taskArns":[]})");
  CHECK(encode(Volume{.host = HostVolumeProperties{}}) == R"({"host":{}})");
}

TEST_CASE("Maps keep the caller's order") {
  DockerVolumeConfiguration value;
  value.labels = {{"z", "1"}, {"a", "2"}};
  CHECK(encode(value) == R"({"labels":{"z":"1","a":"2"}})");
}

TEST_CASE("Timestamps are seconds with as many decimals as they need") {
  CHECK(timestamp(1563840724290) == "1563840724.29");
  CHECK(timestamp(1563840724000) == "1563840724");
  CHECK(timestamp(1563840724001) == "1563840724.001");
  CHECK(timestamp(1563840724100) == "1563840724.1");
  CHECK(timestamp(0) == "0");
  CHECK(timestamp(-500) == "-0.5");
  CHECK(timestamp(-1000) == "-1");
}

TEST_CASE("Integers have no fraction and doubles are as short as they can be") {
  CHECK(encode(Task{.attachments = {}, .version = std::numeric_limits<std::int64_t>::max()}) ==
        R"({"version":9223372036854775807})");
  CHECK(encode(Resource{.longValue = -5, .integerValue = 4096}) == R"({"longValue":-5,"integerValue":4096})");
  CHECK(number(0.1) == "0.1");
  CHECK(number(100) == "100");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "0");
}

TEST_CASE("Strings are escaped where JSON asks for it and nowhere else") {
  CHECK(string("a\"b\\c/\n\r\t\x01\x1F") == R"("a\"b\\c/\n\r\t\u0001\u001f")");
  CHECK(string("gr\xC3\xBC\xC3\x9F \xF0\x9F\x9A\xA2 \x7F") == "\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x9A\xA2 \x7F\"");
  CHECK(string("a\xFF\xC3(\xED\xA0\x80") == "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK(string(std::string_view("\0", 1)) == R"("\u0000")");
}
