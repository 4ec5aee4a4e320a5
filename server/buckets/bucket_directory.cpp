#include "server/buckets/bucket_directory.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace drydock::server {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxObject = 1U << 20U;

bool is_inside(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

std::expected<std::string, std::string> read_object(const std::string& directory, const std::string& bucket,
                                                    const std::string& key) {
  if (directory.empty()) {
    return std::unexpected("NoSuchBucket: there are no buckets here; --s3-dir names the directory that has them");
  }
  std::error_code error;
  const fs::path root = fs::weakly_canonical(directory, error);
  const fs::path folder = fs::weakly_canonical(root / bucket, error);
  if (error || bucket == "." || !is_inside(folder, root) || !fs::is_directory(folder, error)) {
    return std::unexpected("NoSuchBucket: The specified bucket does not exist");
  }
  // Links are followed before the check: a key cannot name what is outside.
  const fs::path path = fs::weakly_canonical(folder / key, error);
  if (error || !is_inside(path, folder)) return std::unexpected("AccessDenied: Access Denied");
  if (!fs::is_regular_file(path, error)) return std::unexpected("NoSuchKey: The specified key does not exist.");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxObject) return std::unexpected("EntityTooLarge: environment files have at most 1 MiB here");
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected("AccessDenied: Access Denied");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace drydock::server
