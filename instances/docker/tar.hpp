#pragma once
// Archives as the engine takes them. Pure.

#include <string>
#include <vector>

namespace drydock::instances::docker {

struct TarFile {
  std::string path;  // below 100 characters
  std::string content;
  unsigned mode = 0644;
};

/// A ustar archive of these files, owned by root.
std::string tar_archive(const std::vector<TarFile>& files);

}  // namespace drydock::instances::docker
