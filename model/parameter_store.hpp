#pragma once
// How parameters are named and their versions found (Systems Manager's rules).

#include <string>
#include <string_view>

#include "model/state.hpp"

namespace drydock::model {

/// arn:<partition>:ssm:<region>:<account>:parameter/<name>
std::string arn_of(const State& state, const Parameter& parameter);

/// A reference as GetParameter takes it: a name or an ARN, and after a colon a version's number or a label.
struct ParameterReference {
  WorldId world;
  std::string name;      // of a parameter that exists, when there is one
  std::string selector;  // with its colon; empty for the newest version
};

/// The parameter's world is `here` unless an ARN says otherwise; none (a zero id) for a world that never was.
ParameterReference read_parameter_reference(const State& state, WorldId here, std::string_view text);

struct FoundParameter {
  const Parameter* parameter = nullptr;       // null: there is no such parameter
  const ParameterVersion* version = nullptr;  // null: it has no such version or label
};

FoundParameter find_parameter(const State& state, const ParameterReference& reference);

}  // namespace drydock::model
