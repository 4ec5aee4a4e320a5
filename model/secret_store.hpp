#pragma once
// How secrets are named and their versions found (Secrets Manager's rules).

#include <optional>
#include <string>
#include <string_view>

#include "model/state.hpp"

namespace drydock::model {

/// arn:<partition>:secretsmanager:<region>:<account>:secret:<name>-<suffix>
std::string arn_of(const State& state, const Secret& secret);

/// By name, by ARN, or by an ARN without the six characters at its end. Null when there is none, or none any more at
/// `now`; one that is scheduled for deletion is found.
const Secret* find_secret(const State& state, WorldId here, std::string_view id, Instant now);

/// The version with this id, or that carries this stage; AWSCURRENT when both are absent. Null when there is none.
const SecretVersion* find_version(const Secret& secret, const std::optional<std::string>& id,
                                  const std::optional<std::string>& stage);

bool has_stage(const SecretVersion& version, std::string_view stage);

}  // namespace drydock::model
