#pragma once
// Services: what a caller asks for is stored; tasks are started and stopped afterwards by the reconciler.

#include "api-spec/generated/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// Makes an ACTIVE service with one PRIMARY deployment (none with an EXTERNAL or CODE_DEPLOY controller). The same
/// clientToken and parameters give the service that is there. Errors: spec/operations.md, CreateService.
Result<api::CreateServiceResponse> create_service(const api::CreateServiceRequest& request, Context& context);

/// Changes what is given. A new PRIMARY deployment starts when something it fixes has changed, or when it is forced
/// (spec/services.md section 6).
Result<api::UpdateServiceResponse> update_service(const api::UpdateServiceRequest& request, Context& context);

/// DRAINING while tasks have to stop, else INACTIVE at once. Deleting again returns the service as it is.
Result<api::DeleteServiceResponse> delete_service(const api::DeleteServiceRequest& request, Context& context);

/// In the order asked for, each once; what is not there becomes a failure MISSING.
Result<api::DescribeServicesResponse> describe_services(const api::DescribeServicesRequest& request, Context& context);

/// ACTIVE services by name.
Result<api::ListServicesResponse> list_services(const api::ListServicesRequest& request, Context& context);

/// ACTIVE services of any cluster that use the Service Connect namespace, by ARN. Error: NamespaceNotFoundException for
/// one that no cluster and no service names.
Result<api::ListServicesByNamespaceResponse> list_services_by_namespace(
    const api::ListServicesByNamespaceRequest& request, Context& context);

}  // namespace drydock::operations
