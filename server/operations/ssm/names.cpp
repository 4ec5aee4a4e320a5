#include "server/operations/ssm/names.hpp"

#include <algorithm>

#include "model/base64.hpp"
#include "server/operations/digest.hpp"

namespace drydock::operations::ssm {
namespace {

constexpr int kMaxLevels = 15;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_name_letter(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || std::string_view("_.-/").contains(c);
}

bool is_reserved(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  std::string start(name.substr(0, 3));
  std::ranges::transform(start, start.begin(), lower);
  return start == "aws" || start == "ssm";
}

}  // namespace

std::optional<api::ApiError> check_name(const std::string& name) {
  if (is_reserved(name) || !std::ranges::all_of(name, is_name_letter)) {
    return validation(
        "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). If formed as a path, it can "
        "consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and "
        "the following 3 symbols .-_");
  }
  const auto slashes = std::ranges::count(name, '/');
  if (slashes > 0 && !name.starts_with('/')) return validation("Parameter name must be a fully qualified name.");
  if (name.ends_with('/') || name.find("//") != std::string::npos) {
    return validation("Parameter name must not end with slash or have an empty part.");
  }
  if (slashes > kMaxLevels) {
    return api::ApiError::of("HierarchyLevelLimitExceededException",
                             "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and "
                             "constraints for parameter names in the AWS Systems Manager User Guide.");
  }
  return std::nullopt;
}

Result<model::FoundParameter> find(const Context& context, const std::string& reference) {
  const auto read = model::read_parameter_reference(context.state(), context.world, reference);
  const auto found = model::find_parameter(context.state(), read);
  if (found.parameter == nullptr) {
    return std::unexpected(api::ApiError::of("ParameterNotFound", "Parameter " + reference + " not found."));
  }
  if (found.version == nullptr) {
    return std::unexpected(api::ApiError::of(
        "ParameterVersionNotFound", "Systems Manager could not find version " + read.selector.substr(1) + " of " +
                                        read.name + ". Verify the version and try again."));
  }
  return found;
}

const char* to_text(model::ParameterType type) {
  switch (type) {
    case model::ParameterType::kString: return "String";
    case model::ParameterType::kStringList: return "StringList";
    case model::ParameterType::kSecureString: break;
  }
  return "SecureString";
}

model::ParameterType read_type(std::string_view text) {
  for (const auto type : {model::ParameterType::kString, model::ParameterType::kStringList}) {
    if (text == to_text(type)) return type;
  }
  return model::ParameterType::kSecureString;
}

std::string shown_value(const model::Parameter& parameter, const model::ParameterVersion& version, bool decrypted) {
  if (decrypted || version.type != model::ParameterType::kSecureString) return version.value;
  // Says nothing of the value, but is the same each time.
  const std::string digest = digest::sha256_hex(parameter.name + ":" + std::to_string(version.number));
  return "AQICAH" + model::to_base64(digest + digest);
}

}  // namespace drydock::operations::ssm
