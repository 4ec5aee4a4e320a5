#pragma once
// Pages of lists: opaque tokens that hold the position after which the next page starts (spec/operations.md, E-PG).

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations {

/// A token for "after this key". The key may be any text; the token tells nothing and cannot be made up by accident.
std::string make_token(std::string_view list, std::string_view key);
/// The key back. Error: InvalidParameterException "Invalid token." for anything make_token did not make for `list`.
Result<std::string> read_token(std::string_view list, const std::string& token);

/// Reads maxResults: `fallback` when absent, and an error outside 1..`limit`.
Result<std::size_t> page_size(const std::optional<std::int32_t>& max_results, std::size_t fallback,
                              std::size_t limit = 100);

/// Where the page after `after` starts: found by the index, not by counting, so that late pages cost no more than
/// early ones. For indexes by name, sets of ids, and lists that were put in order for this call.
template <class Value, class KeyOf>
auto seek(const std::map<std::string, Value, std::less<>>& all, const std::string& after, const std::string& prefix,
          const KeyOf&) {
  return after.empty() ? all.lower_bound(prefix) : all.upper_bound(after);
}
template <class Tag, class Order, class KeyOf>
auto seek(const std::set<model::Id<Tag>, Order>& all, const std::string& after, const std::string&, const KeyOf&) {
  return after.empty() ? all.begin() : all.upper_bound(model::Id<Tag>{std::stoull(after)});
}
template <class KeyOf>
auto seek(const std::set<std::string>& all, const std::string& after, const std::string& prefix, const KeyOf&) {
  return after.empty() ? all.lower_bound(prefix) : all.upper_bound(after);
}
template <class Element, class KeyOf>
auto seek(const std::vector<Element>& all, const std::string& after, const std::string&, const KeyOf& key_of) {
  return std::ranges::partition_point(
      all, [&](const Element& element) { return !after.empty() && key_of(element) <= after; });
}

/// Adds one page of an ordered index whose elements `key_of` names (sortable() for ids), skipping what `keep` rejects.
/// With a prefix only names that begin with it. Sets `next_token` when there is more.
template <class Ordered, class Keep, class KeyOf, class Add>
Result<void> fill_page(std::string_view list, const Ordered& all, const std::optional<std::string>& token,
                       std::size_t size, std::optional<std::string>& next_token, Keep keep, KeyOf key_of, Add add,
                       const std::string& prefix = {}) {
  std::string after;
  if (token && !token->empty()) {
    auto key = read_token(list, *token);
    if (!key) return std::unexpected(std::move(key.error()));
    after = std::move(*key);
  }
  std::size_t taken = 0;
  std::string last;
  for (auto it = seek(all, after, prefix, key_of); it != all.end(); ++it) {
    if (!prefix.empty() && !key_of(*it).starts_with(prefix)) break;
    if (!keep(*it)) continue;
    if (taken == size) {
      next_token = make_token(list, last);
      return {};
    }
    add(*it);
    last = key_of(*it);
    ++taken;
  }
  return {};
}

/// The same for a list that was put in order for this call, ascending or descending, by the member `key` of its
/// entries.
template <class Entry, class Add>
Result<void> fill_sorted_page(std::string_view list, const std::vector<Entry>& all, bool descending,
                              const std::optional<std::string>& token, std::size_t size,
                              std::optional<std::string>& next_token, Add add) {
  auto first = all.begin();
  if (token && !token->empty()) {
    const auto after = read_token(list, *token);
    if (!after) return std::unexpected(after.error());
    const auto shown = [&](const Entry& entry) { return descending ? entry.key >= *after : entry.key <= *after; };
    first = std::ranges::partition_point(all, shown);
  }
  const auto left = static_cast<std::size_t>(all.end() - first);
  const auto end = first + static_cast<std::ptrdiff_t>(std::min(size, left));
  for (auto it = first; it != end; ++it) add(*it);
  if (end != all.end()) next_token = make_token(list, std::prev(end)->key);
  return {};
}

/// A number as text of fixed width, so that texts order like numbers.
std::string sortable(std::uint64_t number);

}  // namespace drydock::operations
