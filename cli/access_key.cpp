#include "cli/access_key.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace drydock::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::optional<wire::AccessKey> find_access_key() {
  wire::AccessKey key{variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN")};
  std::string profile = variable("AWS_PROFILE");
  if (profile.empty() && !key.id.empty() && !key.secret.empty()) return key;
  if (profile.empty()) profile = "default";
  std::string path = variable("AWS_SHARED_CREDENTIALS_FILE");
  if (path.empty()) path = variable("HOME") + "/.aws/credentials";
  std::ifstream file(path);
  if (!file) return std::nullopt;
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return wire::access_key_of_profile(text, profile).value_or(std::nullopt);
}

}  // namespace drydock::cli
