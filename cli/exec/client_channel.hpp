#pragma once
// The client's half of a session's data channel, as Drydock's own command line speaks it (spec/execute-command.md
// sections 4 and 5, docs/exec.md "drydock exec"). Pure; over one connection, which is not made again.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/sessions/protocol/agent_message.hpp"
#include "server/sessions/protocol/payloads.hpp"

namespace drydock::cli {

/// What the command wrote. It counts as taken, and more comes, once `acknowledge` has been sent.
struct Written {
  bool error = false;  // to standard error
  std::string bytes;
  std::string acknowledge;
};

/// What a frame leads to.
struct Received {
  std::vector<std::string> frames;  // to send, in their order
  std::vector<Written> written;
  bool open = false;                  // from now on there may be input
  std::string notice;                 // comes with `open`: to show before anything else
  std::optional<std::string> closed;  // it is over; the text says why, unless it is empty
};

class ClientChannel {
 public:
  using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

  /// A frame from the server. One that cannot be read, or that came before, changes nothing.
  Received receive(std::string_view frame, Instant now);

  /// Each returns the frame to send.
  std::string input(std::string bytes, Instant now);
  std::string end_of_input(Instant now);
  std::string size(sessions::Size size, Instant now);

  /// Frames to send again: while the container takes no input, the server lets it be repeated.
  std::vector<std::string> repeat(Instant now);
  /// Of frames that were not taken yet.
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  /// How the command ended, once it did.
  std::optional<int> exit_code() const { return exit_code_; }

  static constexpr std::chrono::milliseconds kRepeat{200};

 private:
  struct Sent {
    std::int64_t sequence;
    std::string frame;
  };

  std::string message(std::string_view type, sessions::PayloadType payload_type, std::string payload, Instant now,
                      std::int64_t sequence, std::uint64_t flags);
  std::string send(sessions::PayloadType type, std::string payload, Instant now);
  void take(const sessions::AgentMessage& message, std::string acknowledge, Instant now, Received& received);
  void acknowledged(std::int64_t sequence, Instant now);

  std::int64_t expected_ = 0;
  std::int64_t next_ = 0;
  std::uint64_t ids_ = 0;
  std::deque<Sent> unacknowledged_;
  std::size_t waiting_bytes_ = 0;
  Instant progress_at_{};
  std::optional<int> exit_code_;
};

}  // namespace drydock::cli
