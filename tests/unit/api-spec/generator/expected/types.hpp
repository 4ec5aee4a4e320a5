#pragma once
// Generated from api-spec/ecs.json and rules.json; do not edit.
// The structures of the API. Members keep the wire's spelling; absent and empty are different things.

#include "api-spec/runtime/schema.hpp"

namespace drydock::api {

struct Boat {
  std::optional<std::string> name{};
  std::optional<std::vector<std::pair<std::string, std::string>>> flags{};
  std::optional<Timestamp> launched{};
  std::optional<double> weight{};
  std::optional<Document> notes{};
  std::optional<bool> afloat{};
  std::optional<std::int64_t> serial{};
  friend bool operator==(const Boat&, const Boat&) = default;
};

struct ListBoatsRequest {
  std::optional<std::string> namespace_{};
  std::optional<std::string> kind{};
  std::optional<std::int32_t> maxResults{};
  std::optional<std::string> nextToken{};
  friend bool operator==(const ListBoatsRequest&, const ListBoatsRequest&) = default;
};

struct ListBoatsResponse {
  std::optional<std::vector<Boat>> boats{};
  std::optional<std::string> nextToken{};
  friend bool operator==(const ListBoatsResponse&, const ListBoatsResponse&) = default;
};

struct SinkBoatRequest {
  friend bool operator==(const SinkBoatRequest&, const SinkBoatRequest&) = default;
};

struct SinkBoatResponse {
  friend bool operator==(const SinkBoatResponse&, const SinkBoatResponse&) = default;
};

template <> const StructInfo& schema_of<Boat>();
template <> const StructInfo& schema_of<ListBoatsRequest>();
template <> const StructInfo& schema_of<ListBoatsResponse>();
template <> const StructInfo& schema_of<SinkBoatRequest>();
template <> const StructInfo& schema_of<SinkBoatResponse>();

}  // namespace drydock::api
