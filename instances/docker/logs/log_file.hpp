#pragma once
// The file in which the engine's json-file driver keeps a container's log, read as it grows. When it is full, the
// driver renames it to <path>.1 and begins a new one.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instances/docker/logs/log_mark.hpp"

namespace drydock::instances::docker {

class LogFile {
 public:
  /// Absent when this process may not read it, or it is not on this machine. Reading begins where the mark is, if it is
  /// in a file that is still there, or else at the beginning of the oldest file.
  static std::optional<LogFile> open(std::filesystem::path path, const LogMark& from);
  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&&) = delete;
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile();

  /// Whether reading began at the mark.
  [[nodiscard]] bool at_mark() const { return at_mark_; }
  /// The next bytes, all of one file; empty at the end of what there is now. They live until the next call.
  std::string_view read();
  /// Of the file that read() read last.
  [[nodiscard]] std::uint64_t inode() const { return inode_; }
  [[nodiscard]] int descriptor() const { return file_; }

 private:
  explicit LogFile(std::filesystem::path path) : path_(std::move(path)) {}
  bool begin_with(const std::filesystem::path& path);
  std::string_view read_some();
  /// Goes on to the file that was begun after this one. False: this is the newest.
  bool next_file();

  std::filesystem::path path_;
  std::vector<char> buffer_;
  int file_ = -1;
  std::uint64_t inode_ = 0;
  std::uint64_t offset_ = 0;
  bool at_mark_ = false;
  bool renamed_ = false;  // seen to be no longer the newest: what it has now is all
};

}  // namespace drydock::instances::docker
