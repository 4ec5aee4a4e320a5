#include "instances/docker/logs/log_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace drydock::instances::docker {
namespace {

constexpr std::size_t kChunk = 256U << 10;

std::filesystem::path older(const std::filesystem::path& path) { return path.string() + ".1"; }

std::uint64_t inode_of(const std::filesystem::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

LogFile::LogFile(LogFile&& other) noexcept
    : path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      file_(std::exchange(other.file_, -1)),
      inode_(other.inode_),
      offset_(other.offset_),
      at_mark_(other.at_mark_),
      renamed_(other.renamed_) {}

LogFile::~LogFile() {
  if (file_ >= 0) ::close(file_);
}

bool LogFile::begin_with(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  struct stat status{};
  if (file < 0 || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (file >= 0) ::close(file);
    return false;
  }
  if (file_ >= 0) ::close(file_);
  file_ = file;
  inode_ = status.st_ino;
  offset_ = 0;
  renamed_ = false;
  return true;
}

std::optional<LogFile> LogFile::open(std::filesystem::path path, const LogMark& from) {
  LogFile log(std::move(path));
  for (const auto& candidate : {log.path_, older(log.path_)}) {
    if (from.inode == 0 || !log.begin_with(candidate) || log.inode_ != from.inode) continue;
    // Marks are between lines; what is not there is another file that got the same number.
    char before = '\n';
    const bool there = from.offset == 0 || ::pread(log.file_, &before, 1, static_cast<off_t>(from.offset - 1)) == 1;
    if (!there || before != '\n') continue;
    log.offset_ = from.offset;
    log.at_mark_ = true;
    return log;
  }
  // The older one last: a file that is renamed meanwhile is the older one then.
  const bool newest = log.begin_with(log.path_);
  const bool oldest = log.begin_with(older(log.path_));
  if (!newest && !oldest) return std::nullopt;
  return log;
}

std::string_view LogFile::read_some() {
  buffer_.resize(kChunk);
  const ssize_t size = ::pread(file_, buffer_.data(), buffer_.size(), static_cast<off_t>(offset_));
  if (size <= 0) return {};
  offset_ += static_cast<std::uint64_t>(size);
  return {buffer_.data(), static_cast<std::size_t>(size)};
}

bool LogFile::next_file() {
  // Whoever is two files behind has lost one, unless it is still there as the older one.
  const bool older_is_next = inode_of(older(path_)) != inode_ && inode_of(older(path_)) != 0;
  return (older_is_next && begin_with(older(path_))) || begin_with(path_);
}

std::string_view LogFile::read() {
  while (true) {
    if (const std::string_view data = read_some(); !data.empty()) return data;
    if (renamed_) {
      if (!next_file()) return {};
      continue;
    }
    const std::uint64_t newest = inode_of(path_);
    if (newest == 0 || newest == inode_) return {};
    // The driver wrote its last line before it renamed the file.
    renamed_ = true;
  }
}

}  // namespace drydock::instances::docker
