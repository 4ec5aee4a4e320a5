#include "server/operations/ssm/names.hpp"
#include "server/operations/ssm/ssm.hpp"

namespace drydock::operations::ssm {
namespace {

bool remove(const std::string& name, Context& context) {
  const auto reference = model::read_parameter_reference(context.state(), context.world, name);
  const model::Parameter* parameter = context.state().parameter_named(reference.world, reference.name);
  if (parameter == nullptr || !reference.selector.empty()) return false;
  context.tx.remove(parameter->id);
  return true;
}

}  // namespace

Result<api::ssm::DeleteParameterResponse> delete_parameter(const api::ssm::DeleteParameterRequest& request,
                                                           Context& context) {
  if (remove(*request.Name, context)) return api::ssm::DeleteParameterResponse{};
  return std::unexpected(api::ApiError::of("ParameterNotFound", "Parameter " + *request.Name + " not found."));
}

Result<api::ssm::DeleteParametersResponse> delete_parameters(const api::ssm::DeleteParametersRequest& request,
                                                             Context& context) {
  api::ssm::DeleteParametersResponse response;
  auto& deleted = response.DeletedParameters.emplace();
  auto& invalid = response.InvalidParameters.emplace();
  for (const std::string& name : *request.Names) (remove(name, context) ? deleted : invalid).push_back(name);
  return response;
}

}  // namespace drydock::operations::ssm
