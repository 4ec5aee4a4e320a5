#pragma once
// The service model as the generator sees it.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drydock::generator {

struct Limits {
  std::optional<double> min;
  std::optional<double> max;
  std::string pattern;
  bool empty() const { return !min && !max && pattern.empty(); }
};

/// One member's entry in rules.json.
struct Rule {
  bool handler = false;
  bool required = false;
  bool not_empty = false;
  bool empty_allowed = false;
  std::string noun;
  std::string error;
  std::string missing;
  std::string invalid;
  Limits limits;
  std::vector<std::string> enum_values;
};

struct Member {
  std::string name;
  std::string shape;
  bool required = false;
  std::optional<Rule> rule;
};

struct Shape {
  std::string name;
  std::string type;  // structure, list, map, string, integer, long, double, boolean, timestamp, document
  std::vector<Member> members;
  std::string element;  // of a list; the values of a map
  std::vector<std::string> enum_values;
  Limits limits;
};

struct Operation {
  std::string name;
  std::string input;
  std::string output;
  std::vector<std::string> errors;
  bool read_only = false;
  std::string input_token, limit_key, result_key;
  int default_page_size = 0;
  int max_page_size = 0;
  std::string error = "InvalidParameterException";  // what a refused member gives
};

struct ErrorShape {
  std::string code;
  int http_status = 400;
};

struct Model {
  std::string service;  // name of a service other than ECS: its folder and namespace
  std::string target_prefix;
  std::vector<Operation> operations;
  std::vector<ErrorShape> errors;
  std::map<std::string, Shape> shapes;    // without exceptions
  std::vector<const Shape*> declaration;  // structures, each after those it holds
};

/// Reads the model and the rules. Throws std::runtime_error naming what does not fit, e.g. a rule for a member that
/// does not exist, a shape of an unknown type, or a structure that contains itself.
Model read_model(const std::filesystem::path& model, const std::filesystem::path& rules);

/// A member's name as a C++ identifier: keywords get a trailing underscore.
std::string identifier(const std::string& name);

/// A C++ string literal, quotes included.
std::string literal(const std::string& text);

/// The C++ type of a shape's value.
std::string cpp_type(const Model& model, const std::string& shape);

/// "RunTask" → "run_task".
std::string snake_case(const std::string& name);

}  // namespace drydock::generator
