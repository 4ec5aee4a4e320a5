#pragma once
// Software version consistency (spec/services.md section 3.2): the digest that the first task of a deployment finds for
// an image's tag is the image of the deployment's later tasks, wherever the tag has moved since.

#include "model/transaction.hpp"

namespace drydock::scheduler {

/// Keeps in the revision of the service's PRIMARY deployment what its tasks have reported, once per container. Nothing
/// for containers with versionConsistency `disabled`, and for images that have no digest in a registry.
void pin_images(model::Transaction& tx, model::ServiceId service);

}  // namespace drydock::scheduler
