#include "api-spec/generator/emit.hpp"

namespace drydock::generator {

namespace {

std::string types(const Model& model) {
  std::string out = std::string("#pragma once\n") + kBanner;
  out +=
      "// The structures of the API. Members keep the wire's spelling; absent and empty are different things.\n\n"
      "#include \"api-spec/runtime/schema.hpp\"\n\nnamespace drydock::api {\n";
  for (const Shape* shape : model.declaration) {
    out += "\nstruct " + shape->name + " {\n";
    for (const Member& member : shape->members) {
      out += "  std::optional<" + cpp_type(model, member.shape) + "> " + identifier(member.name) + "{};\n";
    }
    out += "  friend bool operator==(const " + shape->name + "&, const " + shape->name + "&) = default;\n};\n";
  }
  out += '\n';
  for (const Shape* shape : model.declaration) {
    out += "template <> const StructInfo& schema_of<" + shape->name + ">();\n";
  }
  return out + "\n}  // namespace drydock::api\n";
}

std::string operations(const Model& model) {
  std::string out = std::string("#pragma once\n") + kBanner;
  out += R"(// The operations of the API.

#include <span>
#include <string_view>

#include "api-spec/generated/types.hpp"

namespace drydock::api {

/// Everything before the operation's name in X-Amz-Target, without the dot.
inline constexpr std::string_view kTargetPrefix = )" +
         literal(model.target_prefix) + R"(;

struct OperationInfo {
  std::string_view name;
  const StructInfo* input;
  const StructInfo* output;
  bool read_only;
  std::span<const std::string_view> errors;  ///< codes the model lists
  std::string_view validation_error;         ///< code that a refused member gives
  // Paging; empty and 0 when the operation has none. The answer's token has the name of the request's.
  std::string_view input_token;
  std::string_view limit_key;
  std::string_view result_key;
  int default_page_size;
  int max_page_size;
};

/// All operations, in alphabetical order.
std::span<const OperationInfo> operations();

/// Null when there is no such operation. Case matters.
const OperationInfo* find_operation(std::string_view name);

/// The values of an enumeration by its name in the model, e.g. "LaunchType"; empty when there is no such one.
std::span<const std::string_view> enum_values(std::string_view shape);

}  // namespace drydock::api
)";
  return out;
}

std::string errors(const Model& model) {
  std::string out = std::string("#pragma once\n") + kBanner;
  out +=
      "// The error shapes of the API.\n\n#include <string_view>\n\nnamespace drydock::api {\n\n"
      "struct ErrorInfo {\n  std::string_view code;\n  int http_status;\n};\n\n"
      "inline constexpr ErrorInfo kErrors[] = {\n";
  for (const ErrorShape& error : model.errors) {
    out += "    {" + literal(error.code) + ", " + std::to_string(error.http_status) + "},\n";
  }
  return out + "};\n\n}  // namespace drydock::api\n";
}

}  // namespace

void emit_types(const Model& model, Files& files) {
  files["types.hpp"] = types(model);
  files["operations.hpp"] = operations(model);
  files["errors.hpp"] = errors(model);
  std::string& list = files["operations.inc"];
  list = kBanner;
  for (const Operation& operation : model.operations) {
    list += "DRYDOCK_OPERATION(" + operation.name + ", " + snake_case(operation.name) + ")\n";
  }
}

}  // namespace drydock::generator
