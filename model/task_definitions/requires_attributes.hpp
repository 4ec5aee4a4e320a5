#pragma once
// requiresAttributes: what a container instance must have registered to run a task definition.

#include <vector>

#include "api-spec/generated/types.hpp"

namespace drydock::model {

/// The attributes that follow from a task definition whose `compatibilities` are filled in: names only, each once,
/// in order. The names are those the container agent registers.
std::vector<api::Attribute> required_attributes(const api::TaskDefinition& definition);

}  // namespace drydock::model
