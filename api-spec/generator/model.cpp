#include "api-spec/generator/model.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace drydock::generator {

namespace {

using Json = nlohmann::ordered_json;  // the model's order of members is the order on the wire

const std::set<std::string> kTypes = {"structure", "list",   "map",     "string",   "integer",
                                      "long",      "double", "boolean", "timestamp"};

constexpr int kPageSize = 100;  // of most lists; rules.json names the others

// Names of the runtime that a shape must not take.
const std::set<std::string> kReservedNames = {"StructInfo",    "MemberInfo", "TypeInfo",   "ApiError",
                                              "OperationInfo", "Kind",       "Pattern",    "Timestamp",
                                              "Document",      "Limits",     "MemberRule", "MapEntry"};

[[noreturn]] void fail(const std::string& text) { throw std::runtime_error(text); }
[[noreturn]] void fail(const std::string& where, const std::string& text) { fail(where + ": " + text); }

Json load(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) fail("cannot read " + path.string());
  return Json::parse(in);
}

Limits limits_of(const Json& value) {
  Limits limits;
  if (value.contains("min")) limits.min = value["min"].get<double>();
  if (value.contains("max")) limits.max = value["max"].get<double>();
  limits.pattern = value.value("pattern", "");
  return limits;
}

Shape shape_of(const std::string& name, const Json& value) {
  Shape shape;
  shape.name = name;
  shape.type = value.at("type");
  if (!kTypes.contains(shape.type)) fail("shape " + name + " has the unknown type " + shape.type);
  if (shape.type == "structure" && value.value("document", false)) shape.type = "document";
  if (shape.type == "structure" && kReservedNames.contains(name)) fail("shape " + name + " needs another name");
  shape.limits = limits_of(value);
  if (value.contains("enum")) shape.enum_values = value["enum"];
  const auto reference = [](const Json& member) {
    return member.is_string() ? member.get<std::string>() : member.at("shape").get<std::string>();
  };
  if (shape.type == "list") shape.element = reference(value.at("member"));
  if (shape.type == "map") shape.element = reference(value.at("value"));
  if (shape.type != "structure") return shape;
  std::set<std::string> required;
  for (const auto& member : value.value("required", Json::array())) required.insert(member.get<std::string>());
  for (const auto& [key, member] : value.at("members").items()) {
    shape.members.push_back({key, reference(member), required.contains(key), std::nullopt});
  }
  return shape;
}

Operation operation_of(const std::string& name, const Json& value, Model& model) {
  Operation operation;
  operation.name = name;
  operation.input = value.value("input", "");
  operation.output = value.value("output", "");
  // Every operation has both, so that handlers all look alike.
  const auto ensure = [&](std::string& shape, const char* suffix) {
    if (!shape.empty()) return;
    shape = name + suffix;
    Shape empty;
    empty.name = shape;
    empty.type = "structure";
    model.shapes.emplace(shape, empty);
  };
  ensure(operation.input, "Request");
  ensure(operation.output, "Response");
  for (const auto& error : value.value("errors", Json::array())) operation.errors.push_back(error);
  operation.read_only = value.value("readonly", false);
  return operation;
}

void order(const Model& model, const std::string& name, std::map<std::string, int>& state,
           std::vector<const Shape*>& out) {
  const auto found = model.shapes.find(name);
  if (found == model.shapes.end()) fail("shape " + name + " is named but not defined");
  const Shape& shape = found->second;
  int& mark = state[name];
  if (mark == 2) return;
  if (mark == 1) fail("shape " + name + " contains itself");
  mark = 1;
  if (!shape.element.empty()) order(model, shape.element, state, out);
  for (const Member& member : shape.members) order(model, member.shape, state, out);
  state[name] = 2;
  if (shape.type == "structure") out.push_back(&shape);
}

Rule rule_of(const std::string& where, const Json& value) {
  static const std::set<std::string> known = {"handler", "required", "notEmpty", "emptyAllowed", "noun",  "error",
                                              "missing", "invalid",  "min",      "max",          "values"};
  for (const auto& [key, ignored] : value.items()) {
    if (!known.contains(key)) fail("rules: " + where, "unknown key " + key);
  }
  Rule rule;
  rule.handler = value.value("handler", false);
  rule.required = value.value("required", false);
  rule.not_empty = value.value("notEmpty", false);
  rule.empty_allowed = value.value("emptyAllowed", false);
  rule.noun = value.value("noun", "");
  rule.error = value.value("error", "");
  rule.missing = value.value("missing", "");
  rule.invalid = value.value("invalid", "");
  rule.limits = limits_of(value);
  if (value.contains("values")) rule.enum_values = value["values"];
  return rule;
}

void apply_rules(Model& model, const Json& rules) {
  for (Operation& operation : model.operations) operation.error = rules.value("error", operation.error);
  const Json members = rules.value("members", Json::object());
  for (const auto& [where, value] : members.items()) {
    const auto dot = where.find('.');
    const auto shape = model.shapes.find(where.substr(0, dot));
    bool found = false;
    if (dot != std::string::npos && shape != model.shapes.end()) {
      for (Member& member : shape->second.members) {
        if (member.name != where.substr(dot + 1)) continue;
        member.rule = rule_of(where, value);
        found = true;
      }
    }
    if (!found) fail("rules: the model has no member " + where);
  }
  const Json operations = rules.value("operations", Json::object());
  for (const auto& [name, value] : operations.items()) {
    bool found = false;
    for (Operation& operation : model.operations) {
      if (operation.name != name) continue;
      operation.error = value.value("error", operation.error);
      operation.default_page_size = value.value("defaultPageSize", operation.default_page_size);
      operation.max_page_size = value.value("maxPageSize", operation.max_page_size);
      found = true;
    }
    if (!found) fail("rules: the model has no operation " + name);
  }
}

// Lists that the model's own paginators leave out, and the bounds of a page.
void complete_paging(Model& model, Operation& operation) {
  Shape& input = model.shapes.at(operation.input);
  const auto find = [&](const char* name) -> Member* {
    const auto found = std::ranges::find(input.members, name, &Member::name);
    return found == input.members.end() ? nullptr : &*found;
  };
  const bool capital = find("MaxResults") != nullptr;  // Application Auto Scaling
  Member* limit = find(capital ? "MaxResults" : "maxResults");
  const char* token = capital ? "NextToken" : "nextToken";
  if (limit == nullptr || find(token) == nullptr) return;
  operation.input_token = token;
  operation.limit_key = limit->name;
  if (operation.default_page_size == 0) operation.default_page_size = kPageSize;
  if (operation.max_page_size == 0) operation.max_page_size = kPageSize;
  if (!limit->rule) limit->rule = Rule{};
  limit->rule->limits.min = 1;
  limit->rule->limits.max = operation.max_page_size;
  for (const Member& member : model.shapes.at(operation.output).members) {
    const bool list = model.shapes.at(member.shape).type == "list";
    if (list && operation.result_key.empty()) operation.result_key = member.name;
  }
}

}  // namespace

Model read_model(const std::filesystem::path& model_path, const std::filesystem::path& rules_path) {
  const Json root = load(model_path);
  Model model;
  model.target_prefix = root.at("metadata").value("targetPrefix", "");
  for (const auto& [name, value] : root.at("shapes").items()) {
    if (!value.value("exception", false)) model.shapes.emplace(name, shape_of(name, value));
  }
  for (const auto& [name, value] : root.at("errors").items()) {
    model.errors.push_back({name, value.value("httpStatus", 400)});
  }
  for (const auto& [name, value] : root.at("operations").items()) {
    Operation operation = operation_of(name, value, model);
    if (const auto pages = root.value("paginators", Json::object()); pages.contains(name)) {
      operation.input_token = pages[name].value("inputToken", "");
      operation.limit_key = pages[name].value("limitKey", "");
      operation.result_key = pages[name].value("resultKey", "");
    }
    model.operations.push_back(std::move(operation));
  }
  apply_rules(model, load(rules_path));
  for (Operation& operation : model.operations) complete_paging(model, operation);
  std::map<std::string, int> state;
  for (const auto& [name, shape] : model.shapes) order(model, name, state, model.declaration);
  return model;
}

std::string identifier(const std::string& name) {
  static const std::set<std::string> keywords = {
      "alignas",  "and",      "asm",     "auto",     "bool",     "break",    "case",     "catch",     "char",
      "class",    "concept",  "const",   "continue", "co_await", "co_yield", "decltype", "default",   "delete",
      "do",       "double",   "else",    "enum",     "explicit", "export",   "extern",   "false",     "float",
      "for",      "friend",   "goto",    "if",       "inline",   "int",      "long",     "mutable",   "namespace",
      "new",      "noexcept", "not",     "nullptr",  "operator", "or",       "private",  "protected", "public",
      "register", "requires", "return",  "short",    "signed",   "sizeof",   "static",   "struct",    "switch",
      "template", "this",     "throw",   "true",     "try",      "typedef",  "typeid",   "typename",  "union",
      "unsigned", "using",    "virtual", "void",     "volatile", "while",    "xor"};
  return keywords.contains(name) ? name + "_" : name;
}

std::string literal(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string cpp_type(const Model& model, const std::string& name) {
  const Shape& shape = model.shapes.at(name);
  // Members of other services are often called like their types: only a qualified name still means the type there.
  const std::string scope = model.service.empty() ? "" : model.service + "::";
  const std::string own = model.service.empty() ? "" : "api::";
  if (shape.type == "structure") return scope + shape.name;
  if (shape.type == "list") return "std::vector<" + cpp_type(model, shape.element) + ">";
  if (shape.type == "map") {
    return "std::vector<std::pair<std::string, " + cpp_type(model, shape.element) + ">>";
  }
  static const std::map<std::string, std::string> scalars = {
      {"string", "std::string"}, {"integer", "std::int32_t"}, {"long", "std::int64_t"}, {"double", "double"},
      {"boolean", "bool"},       {"timestamp", "Timestamp"},  {"document", "Document"}};
  const bool of_runtime = shape.type == "timestamp" || shape.type == "document";
  return (of_runtime ? own : "") + scalars.at(shape.type);
}

std::string snake_case(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (upper && !out.empty()) out += '_';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

}  // namespace drydock::generator
