#pragma once
// CloudWatch log groups and their streams (spec/logs.md section 3). The lines themselves are not in State: a store of
// their own keeps them by the stream's id (model/log_lines.hpp).

#include <map>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "model/ids.hpp"

namespace drydock::model {

struct LogGroup {
  LogGroupId id;
  WorldId world;
  std::string name;
  int retention_days = 0;  // 0: lines never expire
  std::string kms_key;
  std::string log_class;
  bool deletion_protected = false;
  std::vector<api::Tag> tags;
  Instant created_at{};
};

struct LogStream {
  LogStreamId id;
  LogGroupId group;
  std::string name;
  Instant created_at{};
};

struct LogGroupIndex {
  std::map<std::string, LogStreamId, std::less<>> streams;
};

}  // namespace drydock::model
