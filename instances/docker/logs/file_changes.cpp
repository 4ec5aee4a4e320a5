#include "instances/docker/logs/file_changes.hpp"

#include <cstring>
#include <string>

namespace drydock::instances::docker {

bool FileChanges::begin() {
  if (events_) return true;
  if (refused_) return false;
  const int file = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  refused_ = file < 0;
  if (refused_) return false;
  events_.emplace(executor_, file);
  read_events();
  return true;
}

std::optional<int> FileChanges::watch(int descriptor, std::function<void()> changed) {
  if (!begin()) return std::nullopt;
  // By its name it might be another file by now.
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  const int watch = ::inotify_add_watch(events_->native_handle(), path.c_str(), IN_MODIFY | IN_MOVE_SELF);
  if (watch < 0) return std::nullopt;
  watches_[watch] = std::move(changed);
  return watch;
}

void FileChanges::forget(int watch) {
  if (watches_.erase(watch) != 0 && events_) ::inotify_rm_watch(events_->native_handle(), watch);
}

void FileChanges::read_events() {
  auto taken = [self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
    if (error || !self->events_) return;
    self->deliver(bytes);
    if (self->events_) self->read_events();
  };
  events_->async_read_some(asio::buffer(buffer_), std::move(taken));
}

void FileChanges::deliver(std::size_t bytes) {
  for (std::size_t at = 0; at + sizeof(inotify_event) <= bytes;) {
    inotify_event event{};
    std::memcpy(&event, buffer_.data() + at, sizeof event);
    at += sizeof event + event.len;
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
      for (const auto& [watch, changed] : watches_) changed();
    } else if (const auto found = watches_.find(event.wd); found != watches_.end()) {
      found->second();
    }
  }
}

void FileChanges::close() {
  refused_ = true;
  watches_.clear();
  events_.reset();
}

}  // namespace drydock::instances::docker
