#pragma once
// Pages of lists: opaque tokens that hold the position after which the next page starts (spec/operations.md, E-PG).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/operations/context.hpp"

namespace drydock::operations {

/// A token for "after this key". The key may be any text; the token tells nothing and cannot be made up by accident.
std::string make_token(std::string_view list, std::string_view key);
/// The key back. Error: InvalidParameterException "Invalid token." for anything make_token did not make for `list`.
Result<std::string> read_token(std::string_view list, const std::string& token);

/// Reads maxResults: `fallback` when absent, and an error outside 1..`limit`.
Result<std::size_t> page_size(const std::optional<std::int32_t>& max_results, std::size_t fallback,
                              std::size_t limit = 100);

/// Fills `items` with one page of an ordered container whose elements `key_of` names, skipping what `keep` rejects.
/// Keys must ascend as text in the container's order. Sets `next_token` when there is more.
template <class Ordered, class Keep, class KeyOf, class Add>
Result<void> fill_page(std::string_view list, const Ordered& all, const std::optional<std::string>& token,
                       std::size_t size, std::optional<std::string>& next_token, Keep keep, KeyOf key_of, Add add) {
  std::string after;
  if (token && !token->empty()) {
    auto key = read_token(list, *token);
    if (!key) return std::unexpected(std::move(key.error()));
    after = std::move(*key);
  }
  std::size_t taken = 0;
  std::string last;
  for (const auto& element : all) {
    const std::string key = key_of(element);
    if (!after.empty() && key <= after) continue;
    if (!keep(element)) continue;
    if (taken == size) {
      next_token = make_token(list, last);
      return {};
    }
    add(element);
    last = key;
    ++taken;
  }
  return {};
}

/// A number as text of fixed width, so that texts order like numbers.
std::string sortable(std::uint64_t number);

}  // namespace drydock::operations
