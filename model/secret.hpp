#pragma once
// Secrets of Secrets Manager (spec/adjuncts.md section 2.3).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

inline constexpr std::string_view kCurrentStage = "AWSCURRENT";
inline constexpr std::string_view kPreviousStage = "AWSPREVIOUS";

/// One value that a secret has or had; either a text or bytes. Never to be logged.
struct SecretVersion {
  std::string id;
  std::optional<std::string> text;
  std::optional<std::string> binary;  // base64, as it goes over the wire
  std::vector<std::string> stages;
  Instant created_at{};
};

struct Secret {
  SecretId id;
  WorldId world;
  std::string name;
  std::string suffix;  // the six characters that end its ARN
  std::string description;
  std::string key_id;
  std::vector<SecretVersion> versions;  // oldest first; empty for a secret that has no value yet
  std::vector<api::Tag> tags;
  Instant created_at{};
  Instant changed_at{};
  Instant deleted_at{};  // when DeleteSecret was called
  Instant gone_at{};     // end of the recovery window; never for a secret that is not deleted
};

}  // namespace drydock::model
