#include "scheduler/events/filter.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace drydock::scheduler {
namespace {

using nlohmann::json;
using Parsed = std::expected<Filter, std::string>;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

Parsed text_filter(Filter::Kind kind, const json& value, std::string_view name) {
  Filter filter;
  filter.kind = kind;
  const json* text = &value;
  const bool may_ignore_case = kind == Filter::Kind::kPrefix || kind == Filter::Kind::kSuffix;
  if (may_ignore_case && value.is_object() && value.size() == 1 && value.contains("equals-ignore-case")) {
    filter.ignore_case = true;
    text = &value["equals-ignore-case"];
  }
  if (!text->is_string()) return std::unexpected(std::string(name) + " match pattern must be a string");
  filter.text = text->get<std::string>();
  if (filter.ignore_case || kind == Filter::Kind::kIgnoreCase) filter.text = lower(filter.text);
  if (kind == Filter::Kind::kWildcard && filter.text.find("**") != std::string::npos) {
    return std::unexpected("Consecutive wildcard characters are not allowed");
  }
  return filter;
}

std::optional<NumericBound::Operator> operator_of(std::string_view text) {
  using Operator = NumericBound::Operator;
  constexpr std::array<std::pair<std::string_view, Operator>, 5> kOperators = {{{"=", Operator::kEqual},
                                                                                {"<", Operator::kLess},
                                                                                {"<=", Operator::kLessOrEqual},
                                                                                {">", Operator::kGreater},
                                                                                {">=", Operator::kGreaterOrEqual}}};
  for (const auto& [name, op] : kOperators) {
    if (name == text) return op;
  }
  return std::nullopt;
}

Parsed numeric_filter(const json& value) {
  constexpr double kLargest = 5e9;
  if (!value.is_array() || value.empty()) return std::unexpected("Value of numeric must be an array.");
  Filter filter;
  filter.kind = Filter::Kind::kNumeric;
  for (std::size_t i = 0; i < value.size(); i += 2) {
    const auto op = value[i].is_string() ? operator_of(value[i].get<std::string>()) : std::nullopt;
    if (!op) return std::unexpected("Unrecognized numeric range operator: " + value[i].dump());
    if (i + 1 == value.size() || !value[i + 1].is_number()) {
      return std::unexpected("Value of " + value[i].get<std::string>() + " must be numeric");
    }
    const auto number = value[i + 1].get<double>();
    if (number < -kLargest || number > kLargest) {
      return std::unexpected("Value must be between -5.0E9 and 5.0E9, inclusive");
    }
    filter.bounds.push_back({*op, number});
  }
  if (filter.bounds.size() > 2) return std::unexpected("Too many elements in numeric expression");
  return filter;
}

/// The address as 16 bytes; IPv4 ones begin like ::ffff:0:0. Empty if it is none.
std::vector<unsigned char> address_of(const std::string& text) {
  std::vector<unsigned char> bytes(16, 0);
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes[10] = bytes[11] = 0xFF;
  if (::inet_pton(AF_INET, text.c_str(), bytes.data() + 12) == 1) return bytes;
  return {};
}

struct Network {
  std::vector<unsigned char> address;
  unsigned bits = 0;
};

std::optional<Network> network_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  Network network{address_of(text.substr(0, slash)), 128};
  if (network.address.empty()) return std::nullopt;
  if (slash == std::string::npos) return network;
  unsigned bits = 0;
  const auto read = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
  const unsigned most = text.find(':') == std::string::npos ? 32 : 128;
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || bits > most) return std::nullopt;
  network.bits = bits + (128 - most);
  return network;
}

bool in_network(const std::string& range, const std::string& text) {
  const auto network = network_of(range);
  const auto address = address_of(text);
  if (!network || address.empty()) return false;
  for (unsigned bit = 0; bit < network->bits; ++bit) {
    const unsigned mask = 0x80U >> bit % 8;
    if ((network->address[bit / 8] & mask) != (address[bit / 8] & mask)) return false;
  }
  return true;
}

Parsed anything_but(const json& value) {
  Filter filter;
  filter.kind = Filter::Kind::kAnythingBut;
  const auto add = [&](const json& element) -> std::expected<void, std::string> {
    if (element.is_object() || element.is_array()) {
      return std::unexpected("Inside anything-but list, start|null|boolean is not supported.");
    }
    filter.inner.emplace_back().value = element;
    return {};
  };
  if (value.is_array()) {
    if (value.empty()) return std::unexpected("Empty arrays are not allowed");
    for (const json& element : value) {
      if (auto added = add(element); !added) return std::unexpected(std::move(added.error()));
    }
    return filter;
  }
  if (!value.is_object()) {
    if (auto added = add(value); !added) return std::unexpected(std::move(added.error()));
    return filter;
  }
  const std::string name = value.size() == 1 ? value.begin().key() : "";
  if (name != "prefix" && name != "suffix" && name != "equals-ignore-case" && name != "wildcard") {
    return std::unexpected("Unsupported anything-but pattern: " + name);
  }
  const json alternatives = value[name].is_array() ? value[name] : json::array({value[name]});
  if (alternatives.empty()) return std::unexpected("Empty arrays are not allowed");
  for (const json& alternative : alternatives) {
    auto inner = parse_filter(json{{name, alternative}});
    if (!inner) return inner;
    filter.inner.push_back(std::move(*inner));
  }
  return filter;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (in < text.size()) {
    // A backslash takes the meaning from the star or backslash behind it.
    const bool escaped = at + 1 < pattern.size() && pattern[at] == '\\';
    const std::size_t wanted = escaped ? at + 1 : at;
    if (!escaped && at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in;
    } else if (wanted < pattern.size() && pattern[wanted] == text[in]) {
      at = wanted + 1;
      ++in;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

bool within(const NumericBound& bound, double number) {
  switch (bound.op) {
    case NumericBound::Operator::kEqual: return number == bound.value;
    case NumericBound::Operator::kLess: return number < bound.value;
    case NumericBound::Operator::kLessOrEqual: return number <= bound.value;
    case NumericBound::Operator::kGreater: return number > bound.value;
    case NumericBound::Operator::kGreaterOrEqual: return number >= bound.value;
  }
  return false;
}

bool text_holds(const Filter& filter, const std::string& given) {
  const std::string text = filter.ignore_case ? lower(given) : given;
  switch (filter.kind) {
    case Filter::Kind::kPrefix: return text.starts_with(filter.text);
    case Filter::Kind::kSuffix: return text.ends_with(filter.text);
    case Filter::Kind::kIgnoreCase: return lower(text) == filter.text;
    case Filter::Kind::kWildcard: return matches_wildcard(filter.text, text);
    case Filter::Kind::kCidr: return in_network(filter.text, text);
    default: return false;
  }
}

}  // namespace

Parsed parse_filter(const json& element) {
  if (element.is_array()) return std::unexpected("Match value must be String, number, true, false, or null");
  if (!element.is_object()) {
    Filter filter;
    filter.value = element;
    return filter;
  }
  if (element.size() != 1) return std::unexpected("Only one key allowed in match expression");
  const std::string name = element.begin().key();
  const json& value = element.begin().value();
  if (name == "prefix") return text_filter(Filter::Kind::kPrefix, value, name);
  if (name == "suffix") return text_filter(Filter::Kind::kSuffix, value, name);
  if (name == "equals-ignore-case") return text_filter(Filter::Kind::kIgnoreCase, value, name);
  if (name == "wildcard") return text_filter(Filter::Kind::kWildcard, value, name);
  if (name == "numeric") return numeric_filter(value);
  if (name == "anything-but") return anything_but(value);
  if (name == "cidr") {
    auto filter = text_filter(Filter::Kind::kCidr, value, "prefix");
    if (filter && !network_of(filter->text)) return std::unexpected("Malformed CIDR, one '/' required");
    return filter;
  }
  if (name == "exists") {
    if (!value.is_boolean()) return std::unexpected("exists match pattern must be either true or false.");
    Filter filter;
    filter.kind = Filter::Kind::kExists;
    filter.exists = value.get<bool>();
    return filter;
  }
  return std::unexpected("Unrecognized match type " + name);
}

bool holds(const Filter& filter, const json& value) {
  switch (filter.kind) {
    case Filter::Kind::kValue:
      return value.is_number() && filter.value.is_number() ? value.get<double>() == filter.value.get<double>()
                                                           : value == filter.value;
    case Filter::Kind::kNumeric:
      return value.is_number() && std::ranges::all_of(filter.bounds, [&](const NumericBound& bound) {
               return within(bound, value.get<double>());
             });
    case Filter::Kind::kAnythingBut:
      return std::ranges::none_of(filter.inner, [&](const Filter& inner) { return holds(inner, value); });
    case Filter::Kind::kExists: return filter.exists;
    default: return value.is_string() && text_holds(filter, value.get_ref<const std::string&>());
  }
}

}  // namespace drydock::scheduler
