#include "cli/exec/streams.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace drydock::cli {
namespace {

constexpr std::size_t kPiece = 16384;

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

/// In the background a terminal's keys are the shell's: reading them would stop this process.
bool may_read() { return ::isatty(STDIN_FILENO) == 0 || ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

std::string read_piece() {
  std::array<char, kPiece> bytes;
  while (may_read()) {
    const ssize_t size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size > 0) return {bytes.data(), static_cast<std::size_t>(size)};
    if (size == 0 || errno != EINTR) break;
  }
  return {};
}

}  // namespace

InputReader::InputReader(std::function<void(std::string)> on_bytes) : gate_(std::make_shared<Gate>()) {
  auto read = [gate = gate_, on_bytes = std::move(on_bytes)] {
    while (true) {
      {
        std::unique_lock lock(gate->mutex);
        gate->changed.wait(lock, [&] { return gate->asked || gate->over; });
        if (gate->over) return;
        gate->asked = false;
      }
      std::string bytes = read_piece();
      const bool end = bytes.empty();
      const std::scoped_lock lock(gate->mutex);
      if (gate->over) return;
      on_bytes(std::move(bytes));
      if (end) return;
    }
  };
  std::thread(std::move(read)).detach();
}

InputReader::~InputReader() {
  const std::scoped_lock lock(gate_->mutex);
  gate_->over = true;
  gate_->changed.notify_all();
}

void InputReader::ask() {
  const std::scoped_lock lock(gate_->mutex);
  gate_->asked = true;
  gate_->changed.notify_all();
}

OutputWriter::OutputWriter() : queue_(std::make_shared<Queue>()) {
  thread_ = std::thread([queue = queue_] {
    bool failed = false;
    while (true) {
      Piece piece;
      {
        std::unique_lock lock(queue->mutex);
        queue->changed.wait(lock, [&] { return !queue->pieces.empty() || queue->over; });
        if (queue->pieces.empty() || queue->dropped) return;
        piece = std::move(queue->pieces.front());
        queue->pieces.pop_front();
      }
      failed = failed || !write_all(piece.descriptor, piece.bytes);
      const std::scoped_lock lock(queue->mutex);
      if (!queue->over) piece.then(failed);
    }
  });
}

OutputWriter::~OutputWriter() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(queue_->mutex);
    queue_->over = true;
    queue_->dropped = true;
    queue_->changed.notify_all();
  }
  // It may stand in a write that nobody takes.
  thread_.detach();
}

void OutputWriter::write(int descriptor, std::string bytes, std::function<void(bool)> then) {
  const std::scoped_lock lock(queue_->mutex);
  queue_->pieces.push_back({descriptor, std::move(bytes), std::move(then)});
  queue_->changed.notify_all();
}

void OutputWriter::finish() {
  {
    const std::scoped_lock lock(queue_->mutex);
    queue_->over = true;
    queue_->changed.notify_all();
  }
  thread_.join();
}

}  // namespace drydock::cli
