#pragma once
// The values that a task's secrets stand for, out of the stores in State, and the agent's words for what is not there
// (spec/adjuncts.md section 2.2).

#include <expected>
#include <string>
#include <vector>

#include "model/state.hpp"

namespace drydock::instances {

/// Reads for one task: in its world, at a moment, in the words of its launch type.
class SecretReader {
 public:
  SecretReader(const model::State& state, model::WorldId world, model::Instant now, bool fargate)
      : state_(state), world_(world), now_(now), fargate_(fargate) {}

  /// The value; the error is the task's stoppedReason without its ResourceInitializationError.
  [[nodiscard]] std::expected<std::string, std::string> value(const std::string& value_from) const;

  /// The same for all parameters among these that are not there, as one: the agent asks for them together.
  [[nodiscard]] std::expected<void, std::string> find_parameters(const std::vector<std::string>& value_froms) const;

  /// X-Registry-Auth for the secret of a container's repositoryCredentials: its name or ARN. The error as above.
  [[nodiscard]] std::expected<std::string, std::string> registry_auth(const std::string& credentials_parameter) const;

 private:
  [[nodiscard]] std::string secret_failure(const std::string& arn, const std::string& detail, bool missing) const;

  const model::State& state_;
  model::WorldId world_;
  model::Instant now_;
  bool fargate_;
};

}  // namespace drydock::instances
