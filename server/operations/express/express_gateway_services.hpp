#pragma once
// Express services: an ordinary service on Fargate with its task definition, made from a few settings
// (spec/services.md section 14.2). What Drydock leaves out of them is in docs/express.md.

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Registers the task definition <cluster>-<service> and makes the service, in a cluster that has FARGATE afterwards;
/// the cluster `default` is made when it is not there. Errors: those of RegisterTaskDefinition and CreateService.
Result<api::CreateExpressGatewayServiceResponse> create_express_gateway_service(
    const api::CreateExpressGatewayServiceRequest& request, Context& context);

/// What is given changes, the rest stays; anything given starts a deployment, also when it is what it was, as on AWS:
/// that is how an image is pulled anew. Errors: ServiceNotFoundException, ServiceNotActiveException, and those of
/// RegisterTaskDefinition and UpdateService.
Result<api::UpdateExpressGatewayServiceResponse> update_express_gateway_service(
    const api::UpdateExpressGatewayServiceRequest& request, Context& context);

/// Error: ResourceNotFoundException for anything but an Express service.
Result<api::DescribeExpressGatewayServiceResponse> describe_express_gateway_service(
    const api::DescribeExpressGatewayServiceRequest& request, Context& context);

/// DeleteService with force; the task definitions stay. Errors: ServiceNotFoundException, ServiceNotActiveException.
Result<api::DeleteExpressGatewayServiceResponse> delete_express_gateway_service(
    const api::DeleteExpressGatewayServiceRequest& request, Context& context);

}  // namespace drydock::operations
