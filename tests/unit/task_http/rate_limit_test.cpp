#include "server/task_http/rate_limit.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace std::chrono_literals;
using Header = std::pair<std::string, std::string>;

namespace {

constexpr model::Instant kStart{1'700'000'000'000ms};

struct Client {
  std::string address = "172.17.0.2";
  std::vector<http::Response> answers;

  std::optional<http::ReplyFn> ask(task_http::RateLimit& limit, model::Instant at) {
    return limit.admit(address, at, [this](http::Response made) { answers.push_back(std::move(made)); });
  }
};

}  // namespace

// The numbers, the text and the headers are those of AWS's agent.
TEST_CASE("A container asks sixty times at once and forty times a second", "[task_http]") {
  task_http::RateLimit limit;
  Client client;
  for (int i = 0; i < 60; ++i) REQUIRE(client.ask(limit, kStart));
  CHECK(client.answers.empty());
  CHECK_FALSE(client.ask(limit, kStart));
  REQUIRE(client.answers.size() == 1);
  CHECK(client.answers[0].status == 429);
  CHECK(client.answers[0].body == "You have reached maximum request limit.");
  Client other{"172.17.0.3", {}};
  CHECK(other.ask(limit, kStart));
  CHECK_FALSE(client.ask(limit, kStart + 24ms));
  CHECK(client.ask(limit, kStart + 25ms));
}

TEST_CASE("Every answer tells the rate limit, a refusal too", "[task_http]") {
  task_http::RateLimit limit;
  Client client;
  for (int i = 0; i < 61; ++i) {
    auto reply = client.ask(limit, kStart);
    if (reply) (*reply)(http::Response{});
  }
  CHECK(client.answers.back().status == 429);
  const std::vector<Header> told = {{"X-Rate-Limit-Limit", "40.00"},
                                    {"X-Rate-Limit-Duration", "1"},
                                    {"X-Rate-Limit-Request-Forwarded-For", ""},
                                    {"X-Rate-Limit-Request-Remote-Addr", "172.17.0.2"}};
  for (const auto& answer : client.answers) CHECK(answer.headers == told);
}
