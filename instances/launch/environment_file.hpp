#pragma once
// Environment files (spec/adjuncts.md section 2.4).

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::instances {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// The variables of a file, in the order in which their names come first. A line is NAME=value; what begins with # or
/// has no = or no name counts for nothing. Nothing is trimmed, unquoted or expanded; a later line wins.
Variables read_environment_file(std::string_view text);

struct ObjectName {
  std::string bucket;
  std::string key;
};

/// arn:<partition>:s3:::<bucket>/<key>. The error is the agent's.
std::expected<ObjectName, std::string> read_object_arn(const std::string& arn);

}  // namespace drydock::instances
