#pragma once
// Parameters of Systems Manager's Parameter Store (spec/adjuncts.md section 2.3).

#include <cstdint>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

/// The numbers are stored.
enum class ParameterType : std::uint8_t { kString, kStringList, kSecureString };

/// One value that a parameter has or had.
struct ParameterVersion {
  std::int64_t number = 1;
  ParameterType type = ParameterType::kString;
  std::string value;  // never to be logged
  std::string description;
  std::string allowed_pattern;
  std::string data_type;
  std::string tier;
  std::string key_id;  // of SecureString
  std::vector<std::string> labels;
  Instant modified_at{};
};

struct Parameter {
  ParameterId id;
  WorldId world;
  std::string name;
  std::vector<ParameterVersion> versions;  // oldest first, never empty
  std::vector<api::Tag> tags;

  [[nodiscard]] const ParameterVersion& newest() const { return versions.back(); }
};

}  // namespace drydock::model
