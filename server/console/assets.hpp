#pragma once
// The console's built files, as the program carries them (server/console/embed.cmake).

#include <string_view>

namespace drydock::server::console {

struct Asset {
  std::string_view path;  // below console/dist: "console.js"
  std::string_view content_type;
  std::string_view etag;  // strong, quotes included
  bool gzip = false;      // the bytes are compressed
  std::string_view bytes;
};

/// Null when there is no such file.
const Asset* find_asset(std::string_view path);

}  // namespace drydock::server::console
