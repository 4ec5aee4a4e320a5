#include "cli/exec/client_channel.hpp"

#include <algorithm>

namespace drydock::cli {

using sessions::AgentMessage;
using sessions::PayloadType;

std::string ClientChannel::message(std::string_view type, PayloadType payload_type, std::string payload, Instant now,
                                   std::int64_t sequence, std::uint64_t flags) {
  AgentMessage made;
  made.type = type;
  made.created = now;
  made.sequence = sequence;
  made.flags = flags;
  // They only have to differ within the session.
  made.id = {0x4000U, ++ids_};
  made.payload_type = payload_type;
  made.payload = std::move(payload);
  return sessions::encode(made);
}

std::string ClientChannel::send(PayloadType type, std::string payload, Instant now) {
  if (unacknowledged_.empty()) progress_at_ = now;
  const std::int64_t sequence = next_++;
  std::string frame = message(sessions::kInputStream, type, std::move(payload), now, sequence, 0);
  unacknowledged_.push_back({sequence, frame});
  waiting_bytes_ += frame.size();
  return frame;
}

std::string ClientChannel::input(std::string bytes, Instant now) {
  return send(PayloadType::kOutput, std::move(bytes), now);
}

std::string ClientChannel::end_of_input(Instant now) {
  return send(PayloadType::kFlag, sessions::flag_payload(sessions::Flag::kEndOfInput), now);
}

std::string ClientChannel::size(sessions::Size size, Instant now) {
  return send(PayloadType::kSize, sessions::size_payload(size), now);
}

std::vector<std::string> ClientChannel::repeat(Instant now) {
  std::vector<std::string> frames;
  if (unacknowledged_.empty() || now < progress_at_ + kRepeat) return frames;
  progress_at_ = now;
  frames.reserve(unacknowledged_.size());
  for (const Sent& sent : unacknowledged_) frames.push_back(sent.frame);
  return frames;
}

void ClientChannel::acknowledged(std::int64_t sequence, Instant now) {
  const auto sent = std::ranges::find(unacknowledged_, sequence, &Sent::sequence);
  if (sent == unacknowledged_.end()) return;
  progress_at_ = now;
  waiting_bytes_ -= sent->frame.size();
  unacknowledged_.erase(sent);
}

Received ClientChannel::receive(std::string_view frame, Instant now) {
  Received received;
  const auto message = sessions::decode(frame);
  if (!message) return received;
  if (message->type == sessions::kAcknowledge) {
    if (const auto sequence = sessions::acknowledged_sequence(message->payload)) acknowledged(*sequence, now);
  } else if (message->type == sessions::kChannelClosed) {
    received.closed = sessions::closing_text_of(message->payload);
  } else if (message->type == sessions::kOutputStream && message->sequence == expected_) {
    ++expected_;
    std::string acknowledge =
        this->message(sessions::kAcknowledge, PayloadType::kNone, sessions::acknowledge_payload(*message), now, 0,
                      sessions::kSyn | sessions::kFin);
    take(*message, std::move(acknowledge), now, received);
  }
  return received;
}

void ClientChannel::take(const AgentMessage& message, std::string acknowledge, Instant now, Received& received) {
  switch (message.payload_type) {
    case PayloadType::kOutput:
    case PayloadType::kErrorOutput:
      received.written.push_back(
          {message.payload_type == PayloadType::kErrorOutput, message.payload, std::move(acknowledge)});
      return;
    case PayloadType::kHandshakeRequest: {
      received.frames.push_back(std::move(acknowledge));
      auto response = sessions::handshake_response_payload(message.payload);
      if (!response) {
        received.closed = "The server asks for a type of session that has no terminal.";
        return;
      }
      received.frames.push_back(send(PayloadType::kHandshakeResponse, std::move(*response), now));
      return;
    }
    case PayloadType::kHandshakeComplete:
      received.open = true;
      received.notice = sessions::notice_of(message.payload);
      break;
    case PayloadType::kExitCode:
      // It counts as taken behind all that was written: the server closes the channel then.
      exit_code_ = sessions::parse_exit_code(message.payload);
      received.written.push_back({false, {}, std::move(acknowledge)});
      return;
    default: break;
  }
  received.frames.push_back(std::move(acknowledge));
}

}  // namespace drydock::cli
