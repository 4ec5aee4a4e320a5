#pragma once
// One session's conversation with its client, over as many connections as it takes: handshake, numbering,
// acknowledgements, repetition, the closing order (spec/execute-command.md sections 4, 5 and 7). Pure: frames and bytes
// in, Effects out, time is given.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/sessions/protocol/agent_message.hpp"
#include "server/sessions/protocol/payloads.hpp"

namespace drydock::sessions {

struct DataChannelOptions {
  std::string session_id;
  std::string target;
  std::optional<PortProperties> port;  // absent: a terminal
  std::string notice;                  // shown before the session begins
  std::function<model::Uuid()> new_message_id;
};

/// Something for the container's side.
struct Delivery {
  enum class Kind { kInput, kSize, kDisconnectPort, kEndOfInput };
  Kind kind = Kind::kInput;
  std::string bytes;  // kInput
  Size size;          // kSize
};

/// What a step has to lead to, in this order.
struct Effects {
  std::vector<std::string> frames;   // to the client
  bool disconnect = false;           // after the frames
  std::vector<Delivery> deliveries;  // in their order
  bool over = false;                 // nothing follows; what runs in the container is to be ended
};

class DataChannel {
 public:
  explicit DataChannel(DataChannelOptions options);

  /// A client connected and showed its token; one that was connected before counts as gone. What it has not
  /// acknowledged is sent again.
  Effects connected(model::Instant now);
  void disconnected(model::Instant now);
  /// A frame from the client. One that cannot be read changes nothing.
  Effects receive(std::string_view frame, model::Instant now);

  /// The container's side is there (the command runs). The handshake waits for its first bytes a little: a client whose
  /// input is at its end leaves right after the handshake, and takes only what is there by then.
  Effects opened(model::Instant now);
  Effects output(std::string_view bytes, model::Instant now);
  /// Standard error of a command without a terminal.
  Effects error_output(std::string_view bytes, model::Instant now);
  /// How the command ended; told to a client of Drydock's own, before the end of the channel.
  void exited(int code) { exit_code_ = code; }
  /// The container's side is at its end. What is left is delivered first, then the channel closes with `text`.
  Effects finish(std::string text, model::Instant now);
  /// The channel closes now; `text` tells the user why.
  Effects close(std::string_view text, model::Instant now);

  /// Time has passed.
  Effects wake(model::Instant now);
  /// When to call wake(), if nothing happens before.
  [[nodiscard]] std::optional<model::Instant> next_wake() const;

  /// The client is Drydock's own: it takes all that is left before its end however slowly it does, stays when its
  /// input is at its end, and does not time out while it is connected. Before connected().
  void serve(const DirectClient& client) { direct_ = client; }

  /// False while so much is on its way to the client that no more should be brought.
  [[nodiscard]] bool wants_output() const { return pending_bytes_ + unacknowledged_bytes_ < kMostOnTheWay; }
  /// While the container takes no more input, the client's messages are left to be repeated.
  void accept_input(bool accept) { accepts_input_ = accept; }

  static constexpr std::size_t kMostOnTheWay = std::size_t{1} << 20;
  static constexpr std::size_t kMostInFrame = 4096;
  static constexpr std::size_t kMostReordered = 1000;
  static constexpr model::Duration kFirstBytesWait{250};
  static constexpr model::Duration kHandshakeTimeout{15'000};
  static constexpr model::Duration kGate{1000};
  static constexpr model::Duration kDrain{2000};
  static constexpr model::Duration kIdle{std::chrono::minutes(20)};

 private:
  enum class Phase {
    kWaiting,    // for the container's side
    kRequested,  // the client has been asked
    kGated,      // it agreed, but cannot take output yet
    kOpen,
    kClosed,
  };
  struct Sent {
    std::int64_t sequence;
    std::string frame;
    model::Instant at{};
    int repeats = 0;
    std::uint64_t connection = 0;  // of the last time it was sent; 0: not yet
    bool heard = false;            // the client could take it then
  };
  struct Pending {
    PayloadType type = PayloadType::kOutput;
    std::string bytes;
  };

  AgentMessage message(std::string_view type, PayloadType payload_type, std::string payload, model::Instant now);
  void enqueue(PayloadType type, std::string payload, model::Instant now, Effects& effects);
  void transmit(Sent& sent, model::Instant now, Effects& effects);
  void begin_handshake(model::Instant now, Effects& effects);
  void client_is_ready(model::Instant now, Effects& effects);
  void open_gate(model::Instant now, Effects& effects);
  Effects take_output(PayloadType type, std::string_view bytes, model::Instant now);
  [[nodiscard]] std::size_t next_chunk(std::size_t begin) const;
  void send_output(model::Instant now, Effects& effects);
  void take_acknowledge(const AgentMessage& received, model::Instant now);
  void take_input(const AgentMessage& received, model::Instant now, Effects& effects);
  void deliver(const AgentMessage& received, model::Instant now, Effects& effects);
  void handshake_answered(const AgentMessage& received, model::Instant now, Effects& effects);
  void close_when_delivered(model::Instant now, Effects& effects);
  void close_now(std::string_view text, model::Instant now, Effects& effects);
  [[nodiscard]] static model::Instant repeat_at(const Sent& sent);

  DataChannelOptions options_;
  Phase phase_ = Phase::kWaiting;
  bool connected_ = false;
  bool paused_ = false;
  bool accepts_input_ = true;
  bool client_ready_ = false;  // has shown that it takes output
  std::uint64_t connection_ = 0;
  model::Instant opened_at_{};     // never: the container's side is not there yet
  model::Instant requested_at_{};  // of the handshake, on this connection
  model::Instant completed_at_{};  // of the handshake
  model::Instant active_at_{};     // last input or output
  model::Instant progress_at_{};   // last thing that brought the end nearer
  std::int64_t next_output_ = 0;
  std::int64_t next_input_ = 0;
  std::deque<Sent> unacknowledged_;
  std::size_t unacknowledged_bytes_ = 0;
  std::deque<Pending> pending_;  // output that is not in a frame yet
  std::size_t pending_bytes_ = 0;
  std::optional<DirectClient> direct_;
  std::optional<int> exit_code_;
  std::map<std::int64_t, AgentMessage> early_;
  std::optional<std::string> ending_;  // set once the container's side is at its end
};

/// How many bytes of the text can be cut off without splitting a UTF-8 sequence at its end; at most three are kept
/// back. Bytes that are no UTF-8 are not.
std::size_t whole_characters(std::string_view text);

}  // namespace drydock::sessions
