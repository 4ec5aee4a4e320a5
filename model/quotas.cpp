#include "model/quotas.hpp"

#include <algorithm>
#include <charconv>

namespace drydock::model {
namespace {

/// row_of() takes the enumerator for the row's number.
constexpr bool in_order() {
  for (std::size_t i = 0; i < kQuotas.size(); ++i) {
    if (static_cast<std::size_t>(kQuotas[i].quota) != i) return false;
  }
  return true;
}
static_assert(in_order());

std::string changeable_names() {
  std::string names;
  for (const QuotaRow& row : kQuotas) {
    if (row.changeable) names.append(names.empty() ? "" : ", ").append(row.name);
  }
  return names;
}

}  // namespace

Quotas::Quotas() {
  for (const QuotaRow& row : kQuotas) values_[static_cast<std::size_t>(row.quota)] = row.value;
}

std::expected<void, std::string> Quotas::set(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string_view name = assignment.substr(0, equals);
  const auto row = std::ranges::find(kQuotas, name, &QuotaRow::name);
  if (equals == std::string_view::npos || row == kQuotas.end()) {
    return std::unexpected("\"" + std::string(assignment) +
                           "\" is not NAME=VALUE with one of these names: " + changeable_names());
  }
  if (!row->changeable) {
    return std::unexpected(std::string(name) + " is part of the API and stays " + std::to_string(row->value));
  }
  const std::string_view text = assignment.substr(equals + 1);
  int value = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || value < 0) {
    return std::unexpected("\"" + std::string(text) + "\" is not a value for " + std::string(name) +
                           ": it takes a whole number from 0 on");
  }
  values_[static_cast<std::size_t>(row->quota)] = value;
  set_[static_cast<std::size_t>(row->quota)] = true;
  return {};
}

}  // namespace drydock::model
