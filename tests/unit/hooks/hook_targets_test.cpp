// What stands for a hook's function, and what its answers mean (spec/services.md section 8.3).
#include "server/hooks/hook_targets.hpp"

#include "server/hooks/hook_payload.hpp"
#include "tests/support/catch.hpp"

namespace drydock::server {
namespace {

using Kind = scheduler::HookAnswer::Kind;

TEST_CASE("targets of hooks", "[hooks]") {
  HookTargets targets;
  const auto add = [&](const char* text) { return add_hook_target(targets, text).has_value(); };
  CHECK(add("check=http://127.0.0.1:8000/run?x=1"));
  CHECK(add("slow=http://localhost"));
  CHECK(add("six=http://[::1]:81/"));
  CHECK(add("script=./check.sh --fast"));
  CHECK(add("fine=succeed"));
  for (const char* bad : {"check", "=succeed", "check=", "check=http://", "check=http://a:b/", "check=http://a:123456/",
                          "check=https://a/", "check=http://a/b c"}) {
    CAPTURE(bad);
    CHECK_FALSE(add(bad));
  }
  const HookTarget* url = targets.find("arn:aws:lambda:us-east-1:123456789012:function:check:live");
  REQUIRE(url != nullptr);
  CHECK(url->kind == HookTarget::Kind::kUrl);
  CHECK(url->host == "127.0.0.1");
  CHECK(url->port == "8000");
  CHECK(url->path == "/run?x=1");
  CHECK(targets.find("slow")->port == "80");
  CHECK(targets.find("slow")->path == "/");
  CHECK(targets.find("six")->host == "::1");
  CHECK(targets.find("script")->kind == HookTarget::Kind::kCommand);
  CHECK(targets.find("fine")->kind == HookTarget::Kind::kSucceed);
  CHECK(targets.find("other") == nullptr);
  CHECK(add("*=succeed"));
  CHECK(targets.find("other")->kind == HookTarget::Kind::kSucceed);
  CHECK(add("arn:aws:lambda:us-east-1:123456789012:function:check=http://127.0.0.1:1/"));
  CHECK(targets.find("arn:aws:lambda:us-east-1:123456789012:function:check")->port == "1");
  CHECK_FALSE(parse_hook_target("./check.sh", false).has_value());
  CHECK(parse_hook_target("http://a/", false).has_value());
}

TEST_CASE("answers of hooks", "[hooks]") {
  struct Row {
    const char* body;
    Kind kind;
    int seconds;
    const char* details;
    const char* error;
  };
  const std::vector<Row> rows = {
      {R"({"hookStatus":"SUCCEEDED"})", Kind::kSucceeded, 30, "", ""},
      {R"({"hookStatus":"FAILED","hookDetails":{"b":2}})", Kind::kFailed, 30, R"({"a":1,"b":2})", ""},
      {R"({"hookStatus":"IN_PROGRESS"})", Kind::kInProgress, 30, "", ""},
      {R"({"hookStatus":"IN_PROGRESS","callBackDelay":60})", Kind::kInProgress, 60, "", ""},
      {R"({"hookStatus":"IN_PROGRESS","callBackDelay":-5})", Kind::kInProgress, 0, "", ""},
      {R"({"hookStatus":"IN_PROGRESS","callBackDelay":1e99})", Kind::kInProgress, 86400, "", ""},
      {R"({"hookStatus":"IN_PROGRESS","hookDetails":{"a":3}})", Kind::kInProgress, 30, R"({"a":3})", ""},
      {R"({})", Kind::kUnreadable, 30, "", "HookStatus must not be null"},
      {R"({"hookStatus":null})", Kind::kUnreadable, 30, "", "HookStatus must not be null"},
      {R"({"hookStatus":"DONE"})", Kind::kUnreadable, 30, "",
       "HookStatus must be one of SUCCEEDED, FAILED and IN_PROGRESS"},
      {"", Kind::kUnreadable, 30, "", "the response is not a JSON object"},
      {"[1]", Kind::kUnreadable, 30, "", "the response is not a JSON object"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const scheduler::HookAnswer answer = read_hook_answer(row.body, R"({"a":1})");
    CHECK(answer.kind == row.kind);
    CHECK(answer.call_again_after == std::chrono::seconds(row.seconds));
    CHECK(answer.details == row.details);
    CHECK(answer.error == row.error);
  }
}

}  // namespace
}  // namespace drydock::server
