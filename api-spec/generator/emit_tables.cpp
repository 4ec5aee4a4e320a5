#include <algorithm>
#include <array>
#include <charconv>

#include "api-spec/generator/emit.hpp"

namespace drydock::generator {

namespace {

std::string number(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

std::string pattern(const std::string& text) {
  if (text.empty()) return "Pattern::kNone";
  if (text == R"(([\p{L}\p{Z}\p{N}_.:/=+\-@]*))") return "Pattern::kTagText";
  if (text == R"([a-zA-Z0-9\.\*\-]+)") return "Pattern::kInstanceType";
  return "Pattern::kUnknown";
}

std::string limits(const std::string& name, const Limits& value) {
  std::string out = "constexpr Limits " + name + "{";
  if (value.min) out += ".min = " + number(*value.min) + ", ";
  if (value.max) out += ".max = " + number(*value.max) + ", ";
  return out + ".pattern = " + pattern(value.pattern) + "};\n";
}

std::string kind(const Shape& shape) {
  std::string out = "Kind::k" + shape.type;
  out[7] = static_cast<char>(out[7] - 'a' + 'A');
  return out;
}

std::string strings(const std::string& name, const std::vector<std::string>& values) {
  std::string out = "constexpr std::string_view " + name + "[] = {";
  for (const std::string& value : values) out += "\n    " + literal(value) + ",";
  return out + "};\n";
}

// One shape as a value.
std::string type_table(const Model& model, const Shape& shape) {
  std::string out;
  if (!shape.limits.empty()) out += limits("kLimits_" + shape.name, shape.limits);
  if (!shape.enum_values.empty()) out += strings("kEnum_" + shape.name, shape.enum_values);
  out += "constinit const TypeInfo kType_" + shape.name + "{.kind = " + kind(shape) +
         ", .name = " + literal(shape.name) + ", .optional = &kOptionalAccess<" + cpp_type(model, shape.name) + ">";
  if (!shape.element.empty()) {
    const std::string sequence = cpp_type(model, shape.name);
    out += ", .sequence = &kSequenceAccess<" + sequence.substr(12, sequence.size() - 13) + ">, .element = &kType_" +
           shape.element;
  }
  if (shape.type == "structure") out += ", .structure = &kStruct_" + shape.name;
  if (!shape.limits.empty()) out += ", .limits = &kLimits_" + shape.name;
  if (!shape.enum_values.empty()) out += ", .enum_values = kEnum_" + shape.name;
  return out + "};\n";
}

std::string rule_table(const std::string& name, const Rule& rule) {
  std::string out;
  if (!rule.limits.empty()) out += limits(name + "_limits", rule.limits);
  if (!rule.enum_values.empty()) out += strings(name + "_values", rule.enum_values);
  out += "constexpr MemberRule " + name + "{";
  const auto flag = [&](const char* key, bool value) {
    if (value) out += std::string(".") + key + " = true, ";
  };
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) out += std::string(".") + key + " = " + literal(value) + ", ";
  };
  flag("handler", rule.handler);
  flag("required", rule.required);
  flag("not_empty", rule.not_empty);
  flag("empty_allowed", rule.empty_allowed);
  text("noun", rule.noun);
  text("error", rule.error);
  text("missing", rule.missing);
  text("invalid", rule.invalid);
  out += rule.limits.empty() ? ".limits = nullptr" : ".limits = &" + name + "_limits";
  return out + (rule.enum_values.empty() ? "};\n" : ", .enum_values = " + name + "_values};\n");
}

std::string struct_table(const Shape& shape) {
  std::string out = "static_assert(std::is_standard_layout_v<" + shape.name + ">);\n";
  for (const Member& member : shape.members) {
    if (member.rule) out += rule_table("kRule_" + shape.name + "_" + member.name, *member.rule);
  }
  if (!shape.members.empty()) {
    out += "constexpr MemberInfo kMembers_" + shape.name + "[] = {\n";
    for (const Member& member : shape.members) {
      out += "    {" + literal(member.name) + ", &kType_" + member.shape + ", offsetof(" + shape.name + ", " +
             identifier(member.name) + "), " + (member.required ? "true" : "false");
      if (member.rule) out += ", &kRule_" + shape.name + "_" + member.name;
      out += "},\n";
    }
    out += "};\n";
  }
  const std::string members = shape.members.empty() ? "{}" : "kMembers_" + shape.name;
  return out + "constinit const StructInfo kStruct_" + shape.name + "{" + literal(shape.name) + ", " + members + "};\n";
}

std::string schema_function(const Model& model, const std::string& name) {
  if (!model.service.empty()) {
    const std::string scoped = model.service + "::" + name;
    return "template <>\nconst StructInfo& schema_of<" + scoped + ">() { return " + model.service +
           "::tables::kStruct_" + name + "; }\n";
  }
  return "template <>\nconst StructInfo& schema_of<" + name + ">() { return tables::kStruct_" + name + "; }\n";
}

std::string operation_table(const Model& model) {
  std::string out = banner(model) + "#include \"" + include_folder(model) +
                    "operations.hpp\"\n\n#include <algorithm>\n#include <array>\n\n#include \"" +
                    include_folder(model) + "tables.hpp\"\n\nnamespace " + name_space(model) +
                    " {\n\n"
                    "using namespace tables;\n\nnamespace {\n\n";
  std::vector<const Operation*> sorted;
  sorted.reserve(model.operations.size());
  for (const Operation& operation : model.operations) sorted.push_back(&operation);
  std::ranges::sort(sorted, {}, &Operation::name);
  for (const Operation* operation : sorted) {
    if (!operation->errors.empty()) out += strings("kErrors_" + operation->name, operation->errors);
  }
  out += "\nconstinit const OperationInfo kOperations[] = {\n";
  for (const Operation* operation : sorted) {
    out += "    {" + literal(operation->name) + ", &kStruct_" + operation->input + ", &kStruct_" + operation->output +
           (operation->read_only ? ", true, " : ", false, ") +
           (operation->errors.empty() ? "{}" : "kErrors_" + operation->name) + ", " + literal(operation->error) + ", " +
           literal(operation->input_token) + ", " + literal(operation->limit_key) + ", " +
           literal(operation->result_key) + ", " + std::to_string(operation->default_page_size) + ", " +
           std::to_string(operation->max_page_size) + "},\n";
  }
  const auto enums =
      std::ranges::count_if(model.shapes, [](const auto& entry) { return !entry.second.enum_values.empty(); });
  out += "};\n\nconstinit const std::array<const TypeInfo*, " + std::to_string(enums) + "> kEnums = {\n";
  for (const auto& [name, shape] : model.shapes) {
    if (!shape.enum_values.empty()) out += "    &kType_" + name + ",\n";
  }
  return out + R"(};

}  // namespace

std::span<const OperationInfo> operations() { return kOperations; }

const OperationInfo* find_operation(std::string_view name) {
  const auto found = std::ranges::lower_bound(kOperations, name, {}, &OperationInfo::name);
  return found != std::end(kOperations) && found->name == name ? found : nullptr;
}

std::span<const std::string_view> enum_values(std::string_view shape) {
  const auto name_of = [](const TypeInfo* type) { return type->name; };
  const auto found = std::ranges::lower_bound(kEnums, shape, {}, name_of);
  if (found == kEnums.end() || (*found)->name != shape) return {};
  return (*found)->enum_values;
}

}  // namespace )" +
         name_space(model) + "\n";
}

}  // namespace

void emit_tables(const Model& model, Files& files) {
  std::string& header = files["tables.hpp"];
  const std::string scope = name_space(model) + "::tables";
  header =
      "#pragma once\n" + banner(model) + "#include \"api-spec/runtime/schema.hpp\"\n\nnamespace " + scope + " {\n\n";
  for (const auto& [name, shape] : model.shapes) {
    header += "extern const TypeInfo kType_" + name + ";\n";
    if (shape.type == "structure") header += "extern const StructInfo kStruct_" + name + ";\n";
  }
  header += "\n}  // namespace " + scope + "\n";

  const std::size_t parts = model.service.empty() ? kTableFiles : 1;
  std::array<std::string, kTableFiles> bodies;
  std::array<std::string, kTableFiles> schemas;
  std::size_t next = 0;
  for (const auto& [name, shape] : model.shapes) {
    std::string& body = bodies[next % parts];
    if (shape.type == "structure") {
      body += "\n" + struct_table(shape);
      schemas[next % parts] += schema_function(model, name);
    }
    body += type_table(model, shape);
    ++next;
  }
  for (std::size_t i = 0; i < parts; ++i) {
    files["tables_" + std::to_string(i) + ".cpp"] =
        banner(model) + "#include \"" + include_folder(model) + "tables.hpp\"\n\n#include <type_traits>\n\n" +
        "#include \"" + include_folder(model) + "types.hpp\"\n\nnamespace " + scope + " {\n" + bodies[i] +
        "\n}  // namespace " + scope + "\n\nnamespace drydock::api {\n\n" + schemas[i] +
        "\n}  // namespace drydock::api\n";
  }
  files["operations.cpp"] = operation_table(model);
}

}  // namespace drydock::generator
