#pragma once
// What can go wrong in storage, as a value.

#include <cstdint>
#include <expected>
#include <string>

namespace drydock::storage {

enum class StorageErrorKind : std::uint8_t {
  kInUse,         // another process has the directory, or holds the database locked
  kNotWritable,   // missing permissions, a read-only file system, a file where a directory should be
  kFull,          // no space left
  kDamaged,       // not a Drydock database, or its content is broken
  kNewerVersion,  // written by a newer Drydock
  kInputOutput,   // the operating system reported an error on read, write or sync
  kClosed,        // close() was called before
};

struct StorageError {
  StorageErrorKind kind = StorageErrorKind::kInputOutput;
  /// A sentence for the user; names the file or directory. Never holds row content.
  std::string message;
  /// The last change set that is safe on disk; everything after it is not and will not become so.
  std::uint64_t last_durable_sequence = 0;
};

template <class T>
using Result = std::expected<T, StorageError>;

}  // namespace drydock::storage
