#include "storage/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace drydock::storage {

namespace {

StorageError system_failure(std::string what, int code) {
  StorageErrorKind kind = StorageErrorKind::kInputOutput;
  if (code == ENOSPC || code == EDQUOT) kind = StorageErrorKind::kFull;
  if (code == EACCES || code == EPERM || code == EROFS || code == ENOTDIR || code == EEXIST) {
    kind = StorageErrorKind::kNotWritable;
  }
  return {kind, std::move(what) + ": " + std::strerror(code), 0};
}

Result<void> sync_path(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(system_failure("cannot open " + path.string(), errno));
  const int synced = ::fsync(descriptor);
  const int code = errno;
  ::close(descriptor);
  if (synced != 0) return std::unexpected(system_failure("cannot sync " + path.string(), code));
  return {};
}

std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
  if (size <= 0) return "";
  return " (process " + std::string(text, std::strcspn(text, "\n")) + ")";
}

}  // namespace

std::filesystem::path parent_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

Result<void> sync_directory(const std::filesystem::path& directory) {
  return sync_path(directory, O_RDONLY | O_DIRECTORY);
}

Result<bool> make_directory(const std::filesystem::path& directory) {
  std::error_code code;
  if (std::filesystem::is_directory(directory, code)) return false;
  if (directory.has_parent_path()) std::filesystem::create_directories(directory.parent_path(), code);
  if (!code && ::mkdir(directory.c_str(), 0700) == 0) return true;
  const int reason = code ? code.value() : errno;
  return std::unexpected(system_failure("cannot create the data directory " + directory.string(), reason));
}

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::take(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return std::unexpected(system_failure("cannot write in the data directory " + directory.string(), errno));
  }
  std::unique_ptr<DirectoryLock> lock(new DirectoryLock(descriptor));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return std::unexpected(system_failure("cannot lock the data directory " + directory.string(), errno));
    }
    return std::unexpected(StorageError{StorageErrorKind::kInUse,
                                        "the data directory " + directory.string() + " is in use by another Drydock" +
                                            holder(descriptor) + ". Stop that one, or choose another data directory.",
                                        0});
  }
  // The number is for the message above only: on a full disk the lock holds without it.
  const std::string process = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, process.data(), process.size(), 0);
  }
  return lock;
}

DirectoryLock::~DirectoryLock() { ::close(descriptor_); }

void remove_file(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

Result<void> create_private_file(const std::filesystem::path& path) {
  remove_file(path);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return std::unexpected(system_failure("cannot create " + path.string(), errno));
  ::close(descriptor);
  return {};
}

Result<void> publish_file(const std::filesystem::path& draft, const std::filesystem::path& path) {
  if (auto synced = sync_path(draft, O_RDWR); !synced) return synced;
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    return std::unexpected(system_failure("cannot create " + path.string(), errno));
  }
  return {};
}

std::optional<FileIdentity> identify_file(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

}  // namespace drydock::storage
