#pragma once
// The way to a running Drydock: ECS's API, the other services' and /_drydock/, over one kept connection.

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/failure.hpp"
#include "server/wire/credentials.hpp"

namespace drydock::cli {

using Json = nlohmann::json;

struct Endpoint {
  std::string host = "localhost";
  std::string port = "4566";
  std::string account;  // 12 digits; empty: the server's own
  std::string region;   // empty: the server's own, or us-east-1 with an account
  wire::AccessKey key;  // signs AWS's operations where there is a region; without a secret they are not signed

  std::string url() const { return "http://" + host + ":" + port; }
};

/// http://HOST[:PORT]; the error says what is wrong with the text.
Result<Endpoint> parse_endpoint(const std::string& url);

struct Answer {
  int status = 0;
  std::string body;
};

class Connection {
 public:
  explicit Connection(Endpoint endpoint);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  const Endpoint& endpoint() const { return endpoint_; }

  /// An operation of ECS. Errors: nobody answers; the exception's name and message.
  Result<Json> ecs(std::string_view operation, const Json& request);
  /// An operation of CloudWatch Logs.
  Result<Json> logs(std::string_view operation, const Json& request);
  /// A path below /_drydock/ ("health"). Errors: nobody answers; the message of a 4xx or 5xx.
  Result<Json> get(std::string_view path);
  Result<Json> post(std::string_view path, const Json& body);
  Result<Json> put(std::string_view path, const Json& body);
  Result<Json> remove(std::string_view path);

 private:
  struct Stream;
  Result<Answer> exchange(std::string_view method, const std::string& target, std::string_view amz_target,
                          std::string_view body);
  Result<Json> call(std::string_view prefix, std::string_view operation, const Json& request);
  Result<Json> admin(std::string_view method, std::string_view path, std::string_view body);

  Endpoint endpoint_;
  std::unique_ptr<Stream> stream_;
};

/// All pages of a list operation: its `member` (taskArns, ...) of each page, one after the other.
Result<std::vector<Json>> all_pages(Connection& connection, std::string_view operation, Json request,
                                    const char* member);

/// Describes up to `at_once` names a call: `request` with `names` under `asked`; the `answered` members together.
Result<std::vector<Json>> describe_all(Connection& connection, std::string_view operation, const Json& request,
                                       const char* asked, const std::vector<Json>& names, const char* answered,
                                       std::size_t at_once = 100);

/// A member's text; empty when it is not there.
std::string text_of(const Json& object, const char* member);
/// The part of an ARN behind its last slash (or colon, where it has no slash); other texts as they are.
std::string short_name(const std::string& arn);

}  // namespace drydock::cli
