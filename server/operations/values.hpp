#pragma once
// Small conversions between the model and the wire.

#include <optional>
#include <string>
#include <vector>

#include "api-spec/generated/types.hpp"
#include "model/clock.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Absent for "never".
inline std::optional<api::Timestamp> timestamp(model::Instant instant) {
  if (instant == model::Instant{}) return std::nullopt;
  return api::Timestamp{instant.time_since_epoch().count()};
}

inline api::Failure failure(std::string arn, std::string reason) {
  api::Failure entry;
  entry.arn = std::move(arn);
  entry.reason = std::move(reason);
  return entry;
}

template <class List>
bool contains(const std::optional<List>& list, std::string_view value) {
  if (!list) return false;
  for (const auto& item : *list) {
    if (item == value) return true;
  }
  return false;
}

/// Tags as a caller gave them: unique keys, sizes, no reserved prefix; a key without a value has the empty value.
/// Error: InvalidParameterException (spec/operations.md, E-TAG).
Result<std::vector<api::Tag>> checked_tags(const std::optional<std::vector<api::Tag>>& tags);

/// `tags` with `given` added; a key that is there already gets the given value. Tags that Drydock gives itself
/// (aws:...) do not count. Error: LimitExceededException for more than 50.
Result<std::vector<api::Tag>> merged_tags(std::vector<api::Tag> tags, const std::vector<api::Tag>& given);

}  // namespace drydock::operations
