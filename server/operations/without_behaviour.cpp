// The operations that are routed and validated but do nothing yet, such as a newer model brings. This list is the only
// place that says so; a test counts it.
#include "server/operations/registry.hpp"

// X(Name, function) for each, in alphabetical order. Empty: all of them do something.
#define DRYDOCK_WITHOUT_BEHAVIOUR(X)

namespace drydock::operations {
namespace {

[[maybe_unused]] api::ApiError no_behaviour(const char* name) {
  return api::ApiError::unsupported_feature(std::string(name) +
                                            " is part of the ECS API, but Drydock does not implement it yet.");
}

}  // namespace

#define DRYDOCK_DEFINE(Name, function)                                        \
  Result<api::Name##Response> function(const api::Name##Request&, Context&);  \
  Result<api::Name##Response> function(const api::Name##Request&, Context&) { \
    return std::unexpected(no_behaviour(#Name));                              \
  }
DRYDOCK_WITHOUT_BEHAVIOUR(DRYDOCK_DEFINE)
#undef DRYDOCK_DEFINE

std::span<const std::string_view> without_behaviour() {
#define DRYDOCK_NAME(Name, function) #Name,
  static const std::vector<std::string_view> kNames = {DRYDOCK_WITHOUT_BEHAVIOUR(DRYDOCK_NAME)};
#undef DRYDOCK_NAME
  return kNames;
}

}  // namespace drydock::operations
