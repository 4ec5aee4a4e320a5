#include "api-spec/runtime/validate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "api-spec/generated/types.hpp"
#include "api-spec/runtime/json_reader.hpp"

namespace drydock::api {

namespace {

// A member or an element under a member, and the way to it.
struct Place {
  const Place* parent = nullptr;
  const MemberInfo* member = nullptr;
  std::optional<std::size_t> index{};
};

std::string path_of(const Place& place) {
  std::string path = place.parent == nullptr ? "" : path_of(*place.parent);
  if (place.index) return path + "[" + std::to_string(*place.index) + "]";
  if (place.member == nullptr) return path;
  return path.empty() ? std::string(place.member->name) : path + "." + std::string(place.member->name);
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// "containerInstances" → "container instances", or "Container Instances".
std::string words(std::string_view name, bool capitals) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool starts = i == 0 || (is_upper(name[i]) && !is_upper(name[i - 1]));
    if (starts && i > 0) out += ' ';
    out += starts && capitals ? upper(name[i]) : lower(name[i]);
  }
  return out;
}

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

std::string join(std::span<const std::string_view> values) {
  std::string out;
  for (const std::string_view value : values) {
    if (!out.empty()) out += ',';
    out += value;
  }
  return out;
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  if (const std::size_t at = text.find(what); at != std::string::npos) text.replace(at, what.size(), with);
}

template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

bool is_empty(const TypeInfo& type, const void* value) {
  if (type.kind == Kind::kString) return is_blank(as<std::string>(value));
  return type.sequence != nullptr && type.sequence->size(value) == 0;
}

// Letters, separators and numbers of all scripts count as tag text. Beyond ASCII every valid code point passes:
// telling a letter from a symbol there takes Unicode tables, and refusing less than ECS does hurts nobody.
bool is_tag_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9');
    return letter || static_cast<unsigned char>(c) >= 0x80 || std::string_view(" _.:/=+-@").contains(c);
  });
}

bool is_instance_type(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || is_upper(c) || (c >= '0' && c <= '9');
    return letter || c == '.' || c == '*' || c == '-';
  });
}

bool matches(Pattern pattern, std::string_view text) {
  switch (pattern) {
    case Pattern::kTagText: return is_tag_text(text);
    case Pattern::kInstanceType: return is_instance_type(text);
    case Pattern::kNone:
    case Pattern::kUnknown: break;
  }
  return true;
}

class Validator {
 public:
  explicit Validator(const OperationInfo& operation) : operation_(operation) {}

  std::optional<ApiError> run(const void* request) {
    const Place root;
    if (!required_in(*operation_.input, request, root)) return std::move(error_);
    if (!limits_in(*operation_.input, request, root)) return std::move(error_);
    return std::nullopt;
  }

 private:
  bool required_in(const StructInfo& schema, const void* value, const Place& place);
  bool required_below(const TypeInfo& type, const void* value, const Place& place);
  bool limits_in(const StructInfo& schema, const void* value, const Place& place);
  bool check(const TypeInfo& type, const void* value, const Place& place, const MemberRule* rule);
  bool check_below(const TypeInfo& type, const void* value, const Place& place);
  bool check_string(const TypeInfo& type, const std::string& text, const Place& place, const MemberRule* rule);
  bool check_range(double value, const Limits* limits, const Place& place);
  bool check_size(std::size_t size, const Limits* limits, std::string_view unit, const Place& place);
  bool check_tags(const std::vector<Tag>& tags, const Place& place);
  bool missing(const Place& place);
  bool refuse(std::string message, const Place& place, std::string_view value = {});
  bool fail(std::string message, const Place& place, const MemberRule* rule);

  const OperationInfo& operation_;
  std::optional<ApiError> error_;
};

// The member that a place belongs to: an element is spoken of by the name of its list.
const MemberInfo& member_of(const Place& place) {
  const Place* at = &place;
  while (at->member == nullptr) at = at->parent;
  return *at->member;
}

std::string noun(const Place& place) {
  const MemberInfo& member = member_of(place);
  if (member.rule != nullptr && !member.rule->noun.empty()) return std::string(member.rule->noun);
  return words(member.name, false);
}

bool Validator::fail(std::string message, const Place& place, const MemberRule* rule) {
  const std::string_view code = rule != nullptr && !rule->error.empty() ? rule->error : operation_.validation_error;
  error_ = ApiError::of(code, std::move(message)).explained("See " + path_of(place) + " in the request.");
  return false;
}

bool Validator::refuse(std::string message, const Place& place, std::string_view value) {
  const MemberInfo& member = member_of(place);
  if (member.rule != nullptr && !member.rule->invalid.empty()) {
    message = member.rule->invalid;
    const TypeInfo& type = member.type->element != nullptr ? *member.type->element : *member.type;
    replace(message, "{values}", join(member.rule->enum_values.empty() ? type.enum_values : member.rule->enum_values));
    replace(message, "{value}", value);
  }
  return fail(std::move(message), place, member.rule);
}

bool Validator::missing(const Place& place) {
  const MemberInfo& member = member_of(place);
  if (member.rule != nullptr && !member.rule->missing.empty()) {
    return fail(std::string(member.rule->missing), place, member.rule);
  }
  std::string name(member.name);
  name[0] = upper(name[0]);
  if (member.rule != nullptr && !member.rule->noun.empty()) {
    name = member.rule->noun;
    name[0] = upper(name[0]);
  }
  switch (member.type->kind) {
    case Kind::kList:
    case Kind::kMap: return fail(words(member.name, true) + " cannot be empty.", place, member.rule);
    case Kind::kString: return fail(name + " can not be blank.", place, member.rule);
    default: return fail(name + " is missing", place, member.rule);
  }
}

bool Validator::required_in(const StructInfo& schema, const void* value, const Place& place) {
  const bool top = place.parent == nullptr && place.member == nullptr;
  for (const MemberInfo& member : schema.members) {
    const MemberRule* rule = member.rule;
    const bool left_alone = rule != nullptr && rule->handler;
    const Place here{&place, &member, {}};
    const void* present = member.type->optional->get(static_cast<const char*>(value) + member.offset);
    const bool required = member.required || (rule != nullptr && rule->required);
    if (present == nullptr) {
      if (required && !left_alone) return missing(here);
      continue;
    }
    const bool not_empty = rule != nullptr && rule->not_empty;
    const bool empty_allowed = rule != nullptr && rule->empty_allowed;
    const bool must_hold = not_empty || (top && required && !empty_allowed);
    if (must_hold && !left_alone && is_empty(*member.type, present)) return missing(here);
    if (!required_below(*member.type, present, here)) return false;
  }
  return true;
}

bool Validator::required_below(const TypeInfo& type, const void* value, const Place& place) {
  if (type.kind == Kind::kStructure) return required_in(*type.structure, value, place);
  if (type.sequence == nullptr || (type.element->structure == nullptr && type.element->sequence == nullptr)) {
    return true;
  }
  const std::size_t size = type.sequence->size(value);
  for (std::size_t i = 0; i < size; ++i) {
    const void* element = static_cast<const char*>(type.sequence->at(value, i)) + type.sequence->value_offset;
    if (!required_below(*type.element, element, Place{&place, nullptr, i})) return false;
  }
  return true;
}

bool Validator::limits_in(const StructInfo& schema, const void* value, const Place& place) {
  for (const MemberInfo& member : schema.members) {
    const void* present = member.type->optional->get(static_cast<const char*>(value) + member.offset);
    if (present == nullptr) continue;
    if (member.rule != nullptr && member.rule->handler) {
      if (!check_below(*member.type, present, Place{&place, &member, {}})) return false;
      continue;
    }
    if (!check(*member.type, present, Place{&place, &member, {}}, member.rule)) return false;
  }
  return true;
}

bool Validator::check_range(double value, const Limits* limits, const Place& place) {
  if (limits == nullptr) return true;
  const std::string name(member_of(place).name);
  if (limits->min && value < *limits->min) {
    return refuse(name + " must be at least " + number_text(*limits->min), place, number_text(value));
  }
  if (limits->max && value > *limits->max) {
    return refuse(name + " must be at most " + number_text(*limits->max), place, number_text(value));
  }
  return true;
}

bool Validator::check_size(std::size_t size, const Limits* limits, std::string_view unit, const Place& place) {
  if (limits == nullptr) return true;
  const auto count = static_cast<double>(size);
  const auto text = [&](const char* bound, double limit) {
    return noun(place) + bound + number_text(limit) + " " + std::string(unit);
  };
  if (limits->max && count > *limits->max) return refuse(text(" can have at most ", *limits->max), place);
  if (limits->min && count < *limits->min) return refuse(text(" must have at least ", *limits->min), place);
  return true;
}

bool Validator::check_string(const TypeInfo& type, const std::string& text, const Place& place,
                             const MemberRule* rule) {
  const auto values = rule != nullptr && !rule->enum_values.empty() ? rule->enum_values : type.enum_values;
  if (!values.empty() && std::ranges::find(values, text) == values.end()) {
    return refuse(noun(place) + " should be one of [" + join(values) + "]", place, text);
  }
  const Limits* limits = rule != nullptr && rule->limits != nullptr ? rule->limits : type.limits;
  if (limits == nullptr) return true;
  // Counting is only needed when the bytes alone do not settle it.
  const bool long_text = limits->max && static_cast<double>(text.size()) > *limits->max;
  if (!check_size(long_text ? count_code_points(text) : text.size(), limits, "characters", place)) return false;
  if (matches(limits->pattern, text)) return true;
  return refuse(noun(place) + " contains invalid characters.", place, text);
}

bool Validator::check_tags(const std::vector<Tag>& tags, const Place& place) {
  std::vector<std::string_view> keys;
  for (const Tag& tag : tags) {
    if (!tag.key) continue;
    std::string start = tag.key->substr(0, 4);
    std::ranges::transform(start, start.begin(), lower);
    if (start == "aws:") return refuse("Tag keys can not start with 'aws:', which is reserved.", place, *tag.key);
    keys.emplace_back(*tag.key);
  }
  std::ranges::sort(keys);
  if (const auto twice = std::ranges::adjacent_find(keys); twice != keys.end()) {
    return refuse("Tag keys must be unique. Duplicate key: " + std::string(*twice), place, *twice);
  }
  return true;
}

bool Validator::check(const TypeInfo& type, const void* value, const Place& place, const MemberRule* rule) {
  const Limits* limits = rule != nullptr && rule->limits != nullptr ? rule->limits : type.limits;
  switch (type.kind) {
    case Kind::kString: return check_string(type, as<std::string>(value), place, rule);
    case Kind::kInteger: return check_range(as<std::int32_t>(value), limits, place);
    case Kind::kLong: return check_range(static_cast<double>(as<std::int64_t>(value)), limits, place);
    case Kind::kDouble: return check_range(as<double>(value), limits, place);
    case Kind::kBoolean:
    case Kind::kTimestamp:
    case Kind::kDocument: return true;
    case Kind::kStructure: return limits_in(*type.structure, value, place);
    case Kind::kList:
    case Kind::kMap: break;
  }
  if (!check_size(type.sequence->size(value), limits, "items", place)) return false;
  if (!check_below(type, value, place)) return false;
  return type.element->structure != &schema_of<Tag>() || check_tags(as<std::vector<Tag>>(value), place);
}

// What a structure, list or map holds; nothing for plain values.
bool Validator::check_below(const TypeInfo& type, const void* value, const Place& place) {
  if (type.kind == Kind::kStructure) return limits_in(*type.structure, value, place);
  if (type.sequence == nullptr) return true;
  const std::size_t size = type.sequence->size(value);
  for (std::size_t i = 0; i < size; ++i) {
    const void* element = static_cast<const char*>(type.sequence->at(value, i)) + type.sequence->value_offset;
    if (!check(*type.element, element, Place{&place, nullptr, i}, nullptr)) return false;
  }
  return true;
}

}  // namespace

std::optional<ApiError> validate(const OperationInfo& operation, const void* request) {
  return Validator(operation).run(request);
}

}  // namespace drydock::api
