#pragma once
// What is found by id or name, and what operations on it leave behind.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api-spec/generated/servicediscovery/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::servicediscovery {

namespace sd = api::servicediscovery;

inline api::ApiError invalid(std::string message) { return api::ApiError::of("InvalidInput", std::move(message)); }

/// By id (ns-...). Error: NamespaceNotFound.
Result<const model::Namespace*> find_namespace(const Context& context, std::string_view id);
/// By id (srv-...). Error: ServiceNotFound.
Result<const model::DiscoveryService*> find_service(const Context& context, std::string_view id);
/// Errors: ServiceNotFound, InstanceNotFound.
Result<const model::DiscoveryInstance*> find_instance(const Context& context, std::string_view service,
                                                      std::string_view instance);

struct OperationTarget {
  std::string_view kind;  // NAMESPACE, SERVICE, INSTANCE
  std::string id;
  std::string room;     // key of the namespace
  std::string service;  // key of the service; empty: none
};
/// Notes that an operation was carried out; its id. The oldest of more than a thousand are forgotten.
std::string note_operation(Context& context, std::string_view type, OperationTarget target);

/// Tags as the model keeps them. Errors: InvalidInput, TooManyTagsException.
Result<std::vector<api::Tag>> with_tags(std::vector<api::Tag> tags, const std::optional<std::vector<sd::Tag>>& given);

/// Whether a value passes one filter: EQ (also when absent), IN, BEGINS_WITH.
template <class Filter>
bool passes(const Filter& filter, std::string_view value) {
  for (const std::string& wanted : *filter.Values) {
    if (filter.Condition == "BEGINS_WITH" ? value.starts_with(wanted) : value == wanted) return true;
  }
  return false;
}

/// At most 100 entries to a page, and the same by default.
inline std::size_t page_of(const std::optional<std::int32_t>& most) {
  return static_cast<std::size_t>(most.value_or(100));
}

}  // namespace drydock::operations::servicediscovery
