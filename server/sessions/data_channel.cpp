#include "server/sessions/data_channel.hpp"

#include <algorithm>

namespace drydock::sessions {
namespace {

constexpr model::Duration kFirstRepeat{200};
constexpr model::Duration kLongestRepeat{1000};

constexpr std::string_view kTimedOut = "Your session timed out due to inactivity and has been terminated.";
constexpr std::string_view kHandshakeTimedOut =
    "Handshake timed out. Please ensure that you have the latest version of the session manager plugin.";

}  // namespace

std::size_t whole_characters(std::string_view text) {
  const std::size_t most = std::min<std::size_t>(text.size(), 3);
  for (std::size_t back = 1; back <= most; ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t length = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

DataChannel::DataChannel(DataChannelOptions options) : options_(std::move(options)) {}

AgentMessage DataChannel::message(std::string_view type, PayloadType payload_type, std::string payload,
                                  model::Instant now) {
  AgentMessage made;
  made.type = type;
  made.created = now;
  made.id = options_.new_message_id();
  made.payload_type = payload_type;
  made.payload = std::move(payload);
  return made;
}

void DataChannel::enqueue(PayloadType type, std::string payload, model::Instant now, Effects& effects) {
  AgentMessage made = message(kOutputStream, type, std::move(payload), now);
  made.sequence = next_output_++;
  made.flags = made.sequence == 0 ? kSyn : 0;
  Sent& sent = unacknowledged_.emplace_back();
  sent.sequence = made.sequence;
  sent.frame = encode(made);
  unacknowledged_bytes_ += sent.frame.size();
  transmit(sent, now, effects);
}

void DataChannel::transmit(Sent& sent, model::Instant now, Effects& effects) {
  if (!connected_) return;
  sent.at = now;
  sent.connection = connection_;
  sent.heard = client_ready_;
  effects.frames.push_back(sent.frame);
}

Effects DataChannel::connected(model::Instant now) {
  Effects effects;
  if (phase_ == Phase::kClosed) return effects;
  connected_ = true;
  paused_ = false;
  ++connection_;
  if (active_at_ == model::Instant{}) active_at_ = now;
  progress_at_ = now;
  requested_at_ = now;
  for (Sent& sent : unacknowledged_) {
    sent.repeats = 0;
    transmit(sent, now, effects);
  }
  begin_handshake(now, effects);
  send_output(now, effects);
  close_when_delivered(now, effects);
  return effects;
}

void DataChannel::disconnected(model::Instant) { connected_ = false; }

Effects DataChannel::opened(model::Instant now) {
  Effects effects;
  if (opened_at_ == model::Instant{}) opened_at_ = now;
  begin_handshake(now, effects);
  return effects;
}

void DataChannel::begin_handshake(model::Instant now, Effects& effects) {
  if (phase_ != Phase::kWaiting || !connected_) return;
  const bool stays = options_.port || direct_;
  const bool there = opened_at_ != model::Instant{} && (stays || now >= opened_at_ + kFirstBytesWait);
  if (!there && pending_.empty() && !ending_) return;
  phase_ = Phase::kRequested;
  requested_at_ = now;
  enqueue(PayloadType::kHandshakeRequest, handshake_request_payload(options_.port), now, effects);
}

Effects DataChannel::output(std::string_view bytes, model::Instant now) {
  return take_output(PayloadType::kOutput, bytes, now);
}

Effects DataChannel::error_output(std::string_view bytes, model::Instant now) {
  return take_output(PayloadType::kErrorOutput, bytes, now);
}

Effects DataChannel::take_output(PayloadType type, std::string_view bytes, model::Instant now) {
  Effects effects;
  if (phase_ == Phase::kClosed || ending_ || bytes.empty()) return effects;
  if (pending_.empty() || pending_.back().type != type) pending_.push_back({type, {}});
  pending_.back().bytes += bytes;
  pending_bytes_ += bytes.size();
  active_at_ = now;
  begin_handshake(now, effects);
  send_output(now, effects);
  return effects;
}

void DataChannel::send_output(model::Instant now, Effects& effects) {
  if (phase_ != Phase::kOpen || paused_ || !connected_) return;
  while (!pending_.empty() && unacknowledged_bytes_ < kMostOnTheWay) {
    Pending& first = pending_.front();
    std::size_t begin = 0;
    for (std::size_t size = next_chunk(0); size != 0 && unacknowledged_bytes_ < kMostOnTheWay;
         size = next_chunk(begin)) {
      enqueue(first.type, first.bytes.substr(begin, size), now, effects);
      begin += size;
    }
    pending_bytes_ -= begin;
    first.bytes.erase(0, begin);
    if (!first.bytes.empty()) break;
    pending_.pop_front();
  }
  if (direct_ && ending_ && pending_.empty() && exit_code_) {
    enqueue(PayloadType::kExitCode, exit_code_payload(*exit_code_), now, effects);
    exit_code_.reset();
  }
}

/// How much of what is pending first goes into a frame: no part of a character on a terminal, unless nothing more
/// comes.
std::size_t DataChannel::next_chunk(std::size_t begin) const {
  const Pending& first = pending_.front();
  const std::string_view chunk = std::string_view(first.bytes).substr(begin, kMostInFrame);
  const bool last = begin + chunk.size() == first.bytes.size() && (ending_ || pending_.size() > 1);
  const bool characters = !options_.port && (!direct_ || direct_->terminal);
  return characters && !last ? whole_characters(chunk) : chunk.size();
}

Effects DataChannel::finish(std::string text, model::Instant now) {
  Effects effects;
  if (phase_ == Phase::kClosed || ending_) return effects;
  ending_ = std::move(text);
  progress_at_ = now;
  begin_handshake(now, effects);
  send_output(now, effects);
  close_when_delivered(now, effects);
  return effects;
}

Effects DataChannel::close(std::string_view text, model::Instant now) {
  Effects effects;
  close_now(text, now, effects);
  return effects;
}

void DataChannel::close_when_delivered(model::Instant now, Effects& effects) {
  if (!ending_ || phase_ != Phase::kOpen || !connected_) return;
  const bool delivered = pending_.empty() && unacknowledged_.empty();
  if (delivered || (!direct_ && now >= progress_at_ + kDrain)) close_now(*ending_, now, effects);
}

void DataChannel::close_now(std::string_view text, model::Instant now, Effects& effects) {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  effects.over = true;
  if (!connected_) return;
  AgentMessage closed = message(kChannelClosed, PayloadType::kNone, {}, now);
  closed.flags = kSyn | kFin;
  closed.payload = channel_closed_payload(closed, options_.session_id, options_.target, text);
  effects.frames.push_back(encode(closed));
  effects.disconnect = true;
}

Effects DataChannel::receive(std::string_view frame, model::Instant now) {
  Effects effects;
  if (phase_ == Phase::kClosed || !connected_) return effects;
  auto received = decode(frame);
  if (!received) return effects;
  if (received->type == kAcknowledge) {
    take_acknowledge(*received, now);
  } else if (received->type == kInputStream) {
    take_input(*received, now, effects);
  } else if (received->type == kPausePublication) {
    paused_ = true;
  } else if (received->type == kStartPublication) {
    paused_ = false;
  }
  if (phase_ == Phase::kClosed) return effects;
  send_output(now, effects);
  close_when_delivered(now, effects);
  return effects;
}

void DataChannel::take_acknowledge(const AgentMessage& received, model::Instant now) {
  const auto sequence = acknowledged_sequence(received.payload);
  if (!sequence) return;
  const auto named = std::ranges::find(unacknowledged_, *sequence, &Sent::sequence);
  if (named == unacknowledged_.end()) return;
  progress_at_ = now;
  const std::uint64_t connection = named->connection;
  // A client acknowledges nothing twice: what it took before its connection broke, and was sent to it again before this
  // one, it has. Only what it was sent before it was ready may have been overlooked.
  const auto taken = [&](const Sent& sent) {
    const bool settled = sent.heard && sent.sequence < *sequence && sent.connection == connection;
    if (!settled && sent.sequence != *sequence) return false;
    unacknowledged_bytes_ -= sent.frame.size();
    return true;
  };
  std::erase_if(unacknowledged_, taken);
}

void DataChannel::take_input(const AgentMessage& received, model::Instant now, Effects& effects) {
  const std::int64_t sequence = received.sequence;
  if (sequence < 0) return;
  const bool full = sequence > next_input_ && early_.size() >= kMostReordered;
  const bool refused = sequence >= next_input_ && !accepts_input_ && received.payload_type == PayloadType::kOutput;
  if (full || refused) return;
  AgentMessage acknowledge = message(kAcknowledge, PayloadType::kNone, acknowledge_payload(received), now);
  acknowledge.flags = kSyn | kFin;
  effects.frames.push_back(encode(acknowledge));
  if (sequence < next_input_) return;
  if (sequence > next_input_) {
    early_.try_emplace(sequence, received);
    return;
  }
  ++next_input_;
  deliver(received, now, effects);
  for (auto next = early_.begin(); next != early_.end() && next->first == next_input_; next = early_.begin()) {
    ++next_input_;
    deliver(next->second, now, effects);
    early_.erase(next);
  }
}

void DataChannel::deliver(const AgentMessage& received, model::Instant now, Effects& effects) {
  if (phase_ == Phase::kClosed) return;
  switch (received.payload_type) {
    case PayloadType::kOutput:
      active_at_ = now;
      effects.deliveries.push_back({Delivery::Kind::kInput, received.payload, {}});
      // With a forwarded port nobody sends a size: whoever sends data has a connection to take some.
      if (options_.port) client_is_ready(now, effects);
      return;
    case PayloadType::kSize:
      if (const auto size = parse_size(received.payload)) {
        effects.deliveries.push_back({Delivery::Kind::kSize, {}, *size});
      }
      return client_is_ready(now, effects);
    case PayloadType::kHandshakeResponse: return handshake_answered(received, now, effects);
    case PayloadType::kFlag: {
      const auto flag = parse_flag(received.payload);
      if (flag == Flag::kDisconnectToPort) effects.deliveries.push_back({Delivery::Kind::kDisconnectPort, {}, {}});
      if (flag == Flag::kEndOfInput) effects.deliveries.push_back({Delivery::Kind::kEndOfInput, {}, {}});
      if (flag == Flag::kTerminateSession) close_now("", now, effects);
      return;
    }
    default: return;
  }
}

void DataChannel::handshake_answered(const AgentMessage& received, model::Instant now, Effects& effects) {
  if (phase_ != Phase::kRequested) return;
  if (const auto refusal = handshake_refusal(received.payload)) return close_now(*refusal, now, effects);
  phase_ = Phase::kGated;
  completed_at_ = now;
  enqueue(PayloadType::kHandshakeComplete, handshake_complete_payload(now - requested_at_, options_.notice), now,
          effects);
}

void DataChannel::client_is_ready(model::Instant now, Effects& effects) {
  client_ready_ = true;
  open_gate(now, effects);
}

void DataChannel::open_gate(model::Instant now, Effects& effects) {
  if (phase_ != Phase::kGated) return;
  phase_ = Phase::kOpen;
  progress_at_ = now;
  send_output(now, effects);
}

model::Instant DataChannel::repeat_at(const Sent& sent) {
  return sent.at + std::min(kLongestRepeat, kFirstRepeat * (1 << std::min(sent.repeats, 4)));
}

Effects DataChannel::wake(model::Instant now) {
  Effects effects;
  if (phase_ == Phase::kClosed) return effects;
  if (!direct_ && active_at_ != model::Instant{} && now >= active_at_ + kIdle) {
    close_now(kTimedOut, now, effects);
    return effects;
  }
  if (!connected_) return effects;
  begin_handshake(now, effects);
  if (phase_ == Phase::kRequested && now >= requested_at_ + kHandshakeTimeout) {
    close_now(kHandshakeTimedOut, now, effects);
    return effects;
  }
  if (phase_ == Phase::kGated && now >= completed_at_ + kGate) open_gate(now, effects);
  if (!unacknowledged_.empty() && now >= repeat_at(unacknowledged_.front())) {
    ++unacknowledged_.front().repeats;
    transmit(unacknowledged_.front(), now, effects);
  }
  close_when_delivered(now, effects);
  return effects;
}

std::optional<model::Instant> DataChannel::next_wake() const {
  if (phase_ == Phase::kClosed) return std::nullopt;
  std::optional<model::Instant> next;
  const auto consider = [&](model::Instant when) { next = next ? std::min(*next, when) : when; };
  if (!direct_ && active_at_ != model::Instant{}) consider(active_at_ + kIdle);
  if (!connected_) return next;
  if (phase_ == Phase::kWaiting && opened_at_ != model::Instant{}) consider(opened_at_ + kFirstBytesWait);
  if (phase_ == Phase::kRequested) consider(requested_at_ + kHandshakeTimeout);
  if (phase_ == Phase::kGated) consider(completed_at_ + kGate);
  if (!unacknowledged_.empty()) consider(repeat_at(unacknowledged_.front()));
  if (!direct_ && ending_ && phase_ == Phase::kOpen) consider(progress_at_ + kDrain);
  return next;
}

}  // namespace drydock::sessions
