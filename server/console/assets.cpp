#include "server/console/assets.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace drydock::server::console {
namespace {

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

#include "server/console/assets.inc"

}  // namespace

const Asset* find_asset(std::string_view path) {
  const auto& files = embedded();
  const auto* const found = std::ranges::find(files, path, &Asset::path);
  return found == files.end() ? nullptr : found;
}

}  // namespace drydock::server::console
