#include "instances/launch/secret_reader.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "instances/launch/value_from.hpp"
#include "model/arn.hpp"
#include "model/base64.hpp"
#include "model/parameter_store.hpp"
#include "model/secret_store.hpp"

namespace drydock::instances {
namespace {

constexpr const char* kFargatePrefix = "unable to pull secrets or registry auth: execution resource retrieval failed: ";
constexpr const char* kNotFound = "ResourceNotFoundException: Secrets Manager can't find the specified secret";

/// The text of a secret's version, or why there is none.
struct ReadSecret {
  std::string text;
  std::string failure;   // AWS's error; empty when there is a text
  bool missing = false;  // ResourceNotFoundException
};

ReadSecret read_secret(const model::State& state, model::WorldId world, const ValueFrom& wanted, model::Instant now) {
  ReadSecret read;
  const model::Secret* secret = model::find_secret(state, world, wanted.id, now);
  if (secret == nullptr) {
    read.missing = true;
    read.failure = std::string(kNotFound) + ".";
    return read;
  }
  if (secret->gone_at != model::Instant{}) {
    read.failure =
        "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";
    return read;
  }
  const model::SecretVersion* version = model::find_version(*secret, wanted.version_id, wanted.version_stage);
  if (version == nullptr) {
    read.missing = true;
    read.failure = std::string(kNotFound) + " value for " +
                   (wanted.version_id ? "VersionId: " + *wanted.version_id
                                      : "staging label: " + wanted.version_stage.value_or("AWSCURRENT"));
    return read;
  }
  // Of a binary secret the agent takes the text that it does not have.
  read.text = version->text.value_or("");
  return read;
}

/// Null when there is no such parameter, version or label.
const std::string* parameter_value(const model::State& state, model::WorldId world, const std::string& name) {
  const auto found = model::find_parameter(state, model::read_parameter_reference(state, world, name));
  return found.version == nullptr ? nullptr : &found.version->value;
}

std::string region_of(const std::string& arn, const std::string& fallback) {
  std::size_t start = 0;
  for (int i = 0; i < 3 && start != std::string::npos; ++i) {
    start = arn.find(':', start);
    if (start != std::string::npos) ++start;
  }
  if (!arn.starts_with("arn:") || start == std::string::npos) return fallback;
  return arn.substr(start, arn.find(':', start) - start);
}

}  // namespace

std::string SecretReader::secret_failure(const std::string& arn, const std::string& detail, bool missing) const {
  if (fargate_) {
    return std::string(kFargatePrefix) +
           "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret " +
           arn + " from secrets manager: " + detail;
  }
  const std::string told =
      missing ? "ResourceNotFoundException: The task can't retrieve the secret with ARN '" + arn +
                    "' from AWS Secrets Manager. Check whether the secret exists in the specified Region: " + detail
              : "secret " + arn + ": " + detail;
  return "fetching secret data from AWS Secrets Manager in region " + region_of(arn, state_.get(world_).region) + ": " +
         told;
}

std::expected<void, std::string> SecretReader::find_parameters(const std::vector<std::string>& value_froms) const {
  std::string missing;
  std::string region;
  std::set<std::string> seen;
  for (const std::string& text : value_froms) {
    const auto wanted = read_value_from(text);
    if (!wanted || wanted->store != ValueFrom::Store::kParameter || !seen.insert(text).second) continue;
    if (parameter_value(state_, world_, text) != nullptr) continue;
    if (missing.empty()) region = region_of(text, state_.get(world_).region);
    missing += (missing.empty() ? "" : ",") + text;
  }
  if (missing.empty()) return {};
  if (fargate_) {
    return std::unexpected(std::string(kFargatePrefix) +
                           "unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid "
                           "parameters: " +
                           missing);
  }
  return std::unexpected("fetching secret data from SSM Parameter Store in " + region +
                         ": invalid parameters: " + missing);
}

std::expected<std::string, std::string> SecretReader::value(const std::string& value_from) const {
  const auto wanted = read_value_from(value_from);
  if (!wanted) {
    return std::unexpected((fargate_ ? std::string(kFargatePrefix) : std::string()) +
                           "trying to retrieve secret with value " + value_from +
                           " resulted in error: " + wanted.error());
  }
  if (wanted->store == ValueFrom::Store::kParameter) {
    const std::string* found = parameter_value(state_, world_, value_from);
    if (found != nullptr) return *found;
    return std::unexpected(find_parameters({value_from}).error());
  }
  const ReadSecret read = read_secret(state_, world_, *wanted, now_);
  if (!read.failure.empty()) return std::unexpected(secret_failure(wanted->id, read.failure, read.missing));
  if (!wanted->json_key) return read.text;
  auto member = json_member(read.text, *wanted->json_key);
  if (!member) return std::unexpected(secret_failure(wanted->id, member.error(), false));
  return member;
}

std::expected<std::string, std::string> SecretReader::registry_auth(const std::string& credentials_parameter) const {
  ValueFrom wanted;
  wanted.store = ValueFrom::Store::kSecret;
  wanted.id = credentials_parameter;
  const ReadSecret read = read_secret(state_, world_, wanted, now_);
  if (!read.failure.empty()) {
    return std::unexpected(secret_failure(credentials_parameter, read.failure, read.missing));
  }
  const std::string prefix = fargate_ ? kFargatePrefix : "";
  const auto json = nlohmann::json::parse(read.text, nullptr, false);
  if (!json.is_object()) {
    return std::unexpected(prefix +
                           "asm fetching authorization data: unable to unmarshal secret value, invalid schema");
  }
  const auto field = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const std::string username = field("username");
  const std::string password = field("password");
  if (username.empty()) {
    return std::unexpected(prefix + "asm fetching username: AuthorizationData is malformed, empty field");
  }
  if (password.empty()) {
    return std::unexpected(prefix + "asm fetching password: AuthorizationData is malformed, empty field");
  }
  nlohmann::json auth;
  auth["username"] = username;
  auth["password"] = password;
  return model::to_base64url(auth.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace drydock::instances
