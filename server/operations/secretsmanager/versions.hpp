#pragma once
// How versions of a secret come and how stages move between them.

#include <optional>
#include <string>
#include <vector>

#include "model/secret.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::secretsmanager {

/// A value as a request gives it; both absent: none. Errors: InvalidParameterException for two,
/// SerializationException for bytes that are not base64.
struct GivenValue {
  const std::optional<std::string>& text;
  const std::optional<std::string>& binary;

  [[nodiscard]] bool any() const { return text || binary; }
};
std::optional<api::ApiError> check_value(const GivenValue& value);

/// Makes a version of this value with these stages, its id the request's token or a new one. A version that has the
/// id and the value already is left as it is. Gives the id. Error: ResourceExistsException.
Result<std::string> add_version(Context& context, model::SecretId secret, const std::optional<std::string>& token,
                                const GivenValue& value, const std::vector<std::string>& stages);

/// Gives the stage to one version and takes it from the others; the version that loses AWSCURRENT gets AWSPREVIOUS.
void move_stage(model::Secret& secret, const std::string& stage, const std::string& to_version);

}  // namespace drydock::operations::secretsmanager
