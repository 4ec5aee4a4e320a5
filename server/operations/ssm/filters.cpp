#include "server/operations/ssm/filters.hpp"

#include <algorithm>

#include "server/operations/ssm/names.hpp"

namespace drydock::operations::ssm {
namespace {

constexpr std::string_view kMetadataKeys[] = {"Name", "Type", "KeyId", "Path", "Label", "Tier", "DataType"};
constexpr std::string_view kValueKeys[] = {"Type", "KeyId", "Label"};

bool is_key(const std::string& key, FilterUse use) {
  if (use == FilterUse::kValues) return std::ranges::find(kValueKeys, key) != std::end(kValueKeys);
  return key.starts_with("tag:") || std::ranges::find(kMetadataKeys, key) != std::end(kMetadataKeys);
}

bool is_option(const ParameterFilter& filter) {
  if (filter.key == "Path") return filter.option == "OneLevel" || filter.option == "Recursive";
  if (filter.option == "Equals") return true;
  if (filter.option == "BeginsWith") return filter.key == "Name" || filter.key == "KeyId";
  return filter.option == "Contains" && filter.key == "Name";
}

bool is_at_path(const std::string& name, std::string path, bool recursive) {
  if (!path.ends_with('/')) path += '/';
  if (!name.starts_with(path)) return false;
  return recursive || name.find('/', path.size()) == std::string::npos;
}

/// What of the parameter a key looks at.
std::vector<std::string> looked_at(const model::Parameter& parameter, const std::string& key) {
  const model::ParameterVersion& newest = parameter.newest();
  if (key == "Name") return {parameter.name};
  if (key == "Type") return {to_text(newest.type)};
  if (key == "KeyId") return {newest.key_id};
  if (key == "Label") return newest.labels;
  if (key == "Tier") return {newest.tier};
  if (key == "DataType") return {newest.data_type};
  std::vector<std::string> values;
  for (const api::Tag& tag : parameter.tags) {
    if ("tag:" + tag.key.value_or("") == key) values.push_back(tag.value.value_or(""));
  }
  return values;
}

bool matches(const ParameterFilter& filter, const std::string& text, const std::string& value) {
  if (filter.option == "BeginsWith") return text.starts_with(value);
  if (filter.option == "Contains") return text.find(value) != std::string::npos;
  return text == value;
}

bool passes_one(const model::Parameter& parameter, const ParameterFilter& filter) {
  if (filter.key == "Path") {
    return std::ranges::any_of(filter.values, [&](const std::string& path) {
      return is_at_path(parameter.name, path, filter.option == "Recursive");
    });
  }
  const auto texts = looked_at(parameter, filter.key);
  if (filter.values.empty()) return !texts.empty();
  return std::ranges::any_of(texts, [&](const std::string& text) {
    return std::ranges::any_of(filter.values, [&](const std::string& value) { return matches(filter, text, value); });
  });
}

}  // namespace

Result<std::vector<ParameterFilter>> read_filters(
    const std::optional<std::vector<api::ssm::ParameterStringFilter>>& filters, FilterUse use) {
  std::vector<ParameterFilter> read;
  for (const auto& given : filters.value_or(std::vector<api::ssm::ParameterStringFilter>{})) {
    ParameterFilter& filter = read.emplace_back();
    filter.key = *given.Key;
    filter.option = given.Option.value_or(filter.key == "Path" ? "OneLevel" : "Equals");
    filter.values = given.Values.value_or(std::vector<std::string>{});
    if (!is_key(filter.key, use)) {
      return std::unexpected(
          api::ApiError::of("InvalidFilterKey", "The specified filter key isn't valid here: " + filter.key));
    }
    if (!is_option(filter)) {
      return std::unexpected(
          api::ApiError::of("InvalidFilterOption", "The following filter option is not valid: " + filter.option +
                                                       ". It belongs to the key " + filter.key + "."));
    }
    if (filter.values.empty() && !filter.key.starts_with("tag:")) {
      return std::unexpected(
          api::ApiError::of("InvalidFilterValue", "The following filter has no values: " + filter.key));
    }
  }
  return read;
}

std::vector<ParameterFilter> read_old_filters(const std::vector<api::ssm::ParametersFilter>& filters) {
  std::vector<ParameterFilter> read;
  for (const auto& given : filters) {
    read.push_back({*given.Key, *given.Key == "Name" ? "BeginsWith" : "Equals", *given.Values});
  }
  return read;
}

bool passes(const model::Parameter& parameter, const std::vector<ParameterFilter>& filters) {
  return std::ranges::all_of(filters, [&](const ParameterFilter& filter) { return passes_one(parameter, filter); });
}

}  // namespace drydock::operations::ssm
