#include "instances/launch/environment_file.hpp"

#include <algorithm>

namespace drydock::instances {

Variables read_environment_file(std::string_view text) {
  Variables variables;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);  // as Go's line scanner does
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos || equals == 0) continue;
    const std::string name(line.substr(0, equals));
    const auto known = std::ranges::find(variables, name, &Variables::value_type::first);
    if (known == variables.end()) {
      variables.emplace_back(name, line.substr(equals + 1));
    } else {
      known->second = line.substr(equals + 1);
    }
  }
  return variables;
}

std::expected<ObjectName, std::string> read_object_arn(const std::string& arn) {
  constexpr std::string_view kResource = ":s3:::";
  const std::size_t at = arn.find(kResource);
  const std::string resource = at == std::string::npos ? "" : arn.substr(at + kResource.size());
  const std::size_t slash = resource.find('/');
  if (!arn.starts_with("arn:") || slash == std::string::npos || slash == 0 || slash + 1 == resource.size()) {
    return std::unexpected("unable to parse bucket and key from s3 ARN specified in environmentFile " + arn +
                           ", error: invalid s3 ARN");
  }
  return ObjectName{resource.substr(0, slash), resource.substr(slash + 1)};
}

}  // namespace drydock::instances
