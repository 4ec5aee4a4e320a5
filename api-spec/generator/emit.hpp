#pragma once
// The generated files, as text.

#include <map>
#include <string>

#include "api-spec/generator/model.hpp"

namespace drydock::generator {

/// How many files the tables of ECS are split into, so that they compile in parallel; other services are small.
inline constexpr int kTableFiles = 4;

/// The first line of every generated file.
std::string banner(const Model& model);
/// Where the generated headers are included from, with a slash at the end.
std::string include_folder(const Model& model);
/// "drydock::api", with the service's own namespace behind it.
std::string name_space(const Model& model);

using Files = std::map<std::string, std::string>;  // name → contents

/// types.hpp, operations.hpp, operations.inc, errors.hpp.
void emit_types(const Model& model, Files& files);

/// tables.hpp, tables_0.cpp …, operations.cpp.
void emit_tables(const Model& model, Files& files);

}  // namespace drydock::generator
