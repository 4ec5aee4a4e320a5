#pragma once
// What storage needs from the file system beside SQLite: the directory and its lock, atomic replacement, identity.

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "storage/error.hpp"

namespace drydock::storage {

/// Makes the directory, mode 0700, and its parents when missing. True if it was missing.
Result<bool> make_directory(const std::filesystem::path& directory);

/// The directory a path is in.
std::filesystem::path parent_of(const std::filesystem::path& path);

/// Makes the entries of a directory durable.
Result<void> sync_directory(const std::filesystem::path& directory);

/// Holds `<directory>/lock`; two processes (or two Stores of one process) cannot hold the same one.
class DirectoryLock {
 public:
  static Result<std::unique_ptr<DirectoryLock>> take(const std::filesystem::path& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// Removes a file if it is there.
void remove_file(const std::filesystem::path& path);

/// Makes an empty file, mode 0600, in the place of whatever was there: rows may hold secrets.
Result<void> create_private_file(const std::filesystem::path& path);

/// Makes the content of `draft` durable, then renames it to `path`. The name is durable once
/// the directory is synced.
Result<void> publish_file(const std::filesystem::path& draft, const std::filesystem::path& path);

/// Which file a path names, to notice that it was removed or replaced behind our back.
struct FileIdentity {
  dev_t device;
  ino_t inode;
  bool operator==(const FileIdentity&) const = default;
};
std::optional<FileIdentity> identify_file(const std::filesystem::path& path);

}  // namespace drydock::storage
