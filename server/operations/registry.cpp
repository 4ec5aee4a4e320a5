#include "server/operations/registry.hpp"

#include <algorithm>
#include <memory>

#include "api-spec/runtime/decode.hpp"
#include "api-spec/runtime/encode.hpp"
#include "api-spec/runtime/validate.hpp"

namespace drydock::operations {

// Every operation of the model is a function of this shape; a missing one is a link error.
#define DRYDOCK_OPERATION(Name, function) \
  Result<api::Name##Response> function(const api::Name##Request& request, Context& context);
#include "api-spec/generated/operations.inc"
#undef DRYDOCK_OPERATION

namespace {

template <class Request, class Response, Result<Response> (*function)(const Request&, Context&)>
Result<Call> prepare(const api::OperationInfo& info, std::string_view body) {
  auto request = std::make_unique<Request>();
  if (auto decoded = api::decode(body, *info.input, request.get()); !decoded) {
    return std::unexpected(std::move(decoded.error()));
  }
  if (auto error = api::validate(info, request.get())) return std::unexpected(std::move(*error));
  return Call([request = std::move(request)](Context& context) -> Result<std::string> {
    auto response = function(*request, context);
    if (!response) return std::unexpected(std::move(response.error()));
    return api::encode(*response);
  });
}

struct Named {
  std::string_view name;
  Operation operation;
};

const std::vector<Named>& table() {
  static const std::vector<Named> kTable = {
#define DRYDOCK_OPERATION(Name, function) \
  {#Name, {api::find_operation(#Name), &prepare<api::Name##Request, api::Name##Response, function>}},
#include "api-spec/generated/operations.inc"
#undef DRYDOCK_OPERATION
  };
  return kTable;
}

}  // namespace

const Operation* find(std::string_view name) {
  // Generated in alphabetical order.
  const auto it = std::ranges::lower_bound(table(), name, {}, &Named::name);
  return it != table().end() && it->name == name ? &it->operation : nullptr;
}

}  // namespace drydock::operations
