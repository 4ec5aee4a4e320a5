#include "server/operations/sts/role_credentials.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::operations::sts;

namespace {

constexpr model::Instant kNow{std::chrono::milliseconds{1'795'000'000'000}};

}  // namespace

TEST_CASE("A temporary key tells its account and nobody else's keys do") {
  for (const char* account : {"000000000000", "123456789012", "999999999999", "000000000001"}) {
    const std::string role = "arn:aws:iam::" + std::string(account) + ":role/app";
    const auto made = issue_role_credentials(role, "task", kNow);
    CHECK(made.access_key_id.size() == 20);
    CHECK(made.access_key_id.starts_with("ASIA"));
    CHECK(account_of_temporary_key(made.access_key_id) == account);
    CHECK(account_of_temporary_key(issue_session_credentials(account, kNow, std::chrono::hours(1)).access_key_id) ==
          account);
    std::string other = made.access_key_id;
    other.back() = other.back() == 'A' ? 'B' : 'A';
    CHECK_FALSE(account_of_temporary_key(other));
  }
  for (const char* key : {"", "test", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "ASIA00000000000000000"}) {
    CHECK_FALSE(account_of_temporary_key(key));
  }
}

TEST_CASE("A token says whose session it is and until when") {
  const std::string role = "arn:aws:iam::123456789012:role/path/app";
  const auto made = issue_role_credentials(role, "3fa8", kNow, std::chrono::minutes(15));
  CHECK(made.expiration == kNow + std::chrono::minutes(15));
  const auto session = read_session_token(made.session_token);
  REQUIRE(session);
  CHECK(session->role_arn == role);
  CHECK(session->session_name == "3fa8");
  CHECK(session->access_key_id == made.access_key_id);
  CHECK(session->expiration == made.expiration);
  for (const char* token : {"", "x", "FwoGZXIvYXdzEXAMPLE=", "ZHJ5ZG9jaw=="}) CHECK_FALSE(read_session_token(token));
}

TEST_CASE("Sessions have credentials of their own that a restart does not change") {
  std::set<std::string> keys;
  std::set<std::string> secrets;
  for (int i = 0; i < 500; ++i) {
    const auto made = issue_role_credentials("arn:aws:iam::123456789012:role/app", "task-" + std::to_string(i), kNow);
    keys.insert(made.access_key_id);
    secrets.insert(made.secret_access_key);
    CHECK(made.secret_access_key.size() == 40);
  }
  CHECK(keys.size() == 500);
  CHECK(secrets.size() == 500);
  const auto once = issue_role_credentials("arn:aws:iam::123456789012:role/app", "s", kNow, std::chrono::hours(6), "a");
  const auto again =
      issue_role_credentials("arn:aws:iam::123456789012:role/app", "s", kNow, std::chrono::hours(6), "a");
  const auto seeded =
      issue_role_credentials("arn:aws:iam::123456789012:role/app", "s", kNow, std::chrono::hours(6), "b");
  CHECK(once.secret_access_key == again.secret_access_key);
  CHECK(once.secret_access_key == secret_of(once.session_token, "a"));
  CHECK(once.secret_access_key != seeded.secret_access_key);
}

TEST_CASE("Names of principals") {
  CHECK(assumed_role_arn("arn:aws:iam::123456789012:role/path/app", "s1") ==
        "arn:aws:sts::123456789012:assumed-role/app/s1");
  CHECK(assumed_role_arn("arn:aws-cn:iam::123456789012:role/app", "s1") ==
        "arn:aws-cn:sts::123456789012:assumed-role/app/s1");
  CHECK(principal_id("AROA", "x").size() == 20);
  CHECK(principal_id("AROA", "x") == principal_id("AROA", "x"));
  CHECK(principal_id("AROA", "x") != principal_id("AROA", "y"));
}
