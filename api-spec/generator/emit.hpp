#pragma once
// The generated files, as text.

#include <map>
#include <string>

#include "api-spec/generator/model.hpp"

namespace drydock::generator {

/// How many files the tables are split into, so that they compile in parallel.
inline constexpr int kTableFiles = 4;

inline constexpr const char* kBanner = "// Generated from api-spec/ecs.json and rules.json; do not edit.\n";

using Files = std::map<std::string, std::string>;  // name → contents

/// types.hpp, operations.hpp, operations.inc, errors.hpp.
void emit_types(const Model& model, Files& files);

/// tables.hpp, tables_0.cpp …, operations.cpp.
void emit_tables(const Model& model, Files& files);

}  // namespace drydock::generator
