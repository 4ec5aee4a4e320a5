#include "api-spec/generator/emit.hpp"

namespace drydock::generator {

std::string banner(const Model& model) {
  const std::string rules =
      model.service.empty() ? "ecs.json and rules" : model.service + ".json and " + model.service + "_rules";
  return "// Generated from api-spec/" + rules + ".json; do not edit.\n";
}

std::string include_folder(const Model& model) {
  return "api-spec/generated/" + (model.service.empty() ? "" : model.service + "/");
}

std::string name_space(const Model& model) {
  return "drydock::api" + (model.service.empty() ? "" : "::" + model.service);
}

namespace {

std::string types(const Model& model) {
  std::string out = "#pragma once\n" + banner(model);
  out +=
      "// The structures of the API. Members keep the wire's spelling; absent and empty are different things.\n\n"
      "#include \"api-spec/runtime/schema.hpp\"\n\nnamespace " +
      name_space(model) + " {\n";
  for (const Shape* shape : model.declaration) {
    out += "\nstruct " + shape->name + " {\n";
    for (const Member& member : shape->members) {
      out += "  std::optional<" + cpp_type(model, member.shape) + "> " + identifier(member.name) + "{};\n";
    }
    out += "  friend bool operator==(const " + shape->name + "&, const " + shape->name + "&) = default;\n};\n";
  }
  if (!model.service.empty()) out += "\n}  // namespace " + name_space(model) + "\n\nnamespace drydock::api {\n";
  out += '\n';
  const std::string scope = model.service.empty() ? "" : model.service + "::";
  for (const Shape* shape : model.declaration) {
    out += "template <> const StructInfo& schema_of<" + scope + shape->name + ">();\n";
  }
  return out + "\n}  // namespace drydock::api\n";
}

std::string operations(const Model& model) {
  std::string out = "#pragma once\n" + banner(model);
  out += "// The operations of the API.\n\n#include \"" + include_folder(model) +
         "types.hpp\"\n#include \"api-spec/runtime/operation.hpp\"\n\nnamespace " + name_space(model) +
         " {\n\n/// Everything before the operation's name in X-Amz-Target, without the dot.\n"
         "inline constexpr std::string_view kTargetPrefix = " +
         literal(model.target_prefix) + R"(;

/// All operations, in alphabetical order.
std::span<const OperationInfo> operations();

/// Null when there is no such operation. Case matters.
const OperationInfo* find_operation(std::string_view name);

/// The values of an enumeration by its name in the model, e.g. "LaunchType"; empty when there is no such one.
std::span<const std::string_view> enum_values(std::string_view shape);

}  // namespace )" +
         name_space(model) + "\n";
  return out;
}

std::string errors(const Model& model) {
  std::string out = "#pragma once\n" + banner(model);
  out += "// The error shapes of the API.\n\n#include \"api-spec/runtime/operation.hpp\"\n\nnamespace " +
         name_space(model) + " {\n\ninline constexpr ErrorInfo kErrors[] = {\n";
  for (const ErrorShape& error : model.errors) {
    out += "    {" + literal(error.code) + ", " + std::to_string(error.http_status) + "},\n";
  }
  return out + "};\n\n}  // namespace " + name_space(model) + "\n";
}

}  // namespace

void emit_types(const Model& model, Files& files) {
  files["types.hpp"] = types(model);
  files["operations.hpp"] = operations(model);
  files["errors.hpp"] = errors(model);
  std::string& list = files["operations.inc"];
  list = banner(model);
  for (const Operation& operation : model.operations) {
    list += "DRYDOCK_OPERATION(" + operation.name + ", " + snake_case(operation.name) + ")\n";
  }
}

}  // namespace drydock::generator
