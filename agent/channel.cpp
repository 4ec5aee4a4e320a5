#include "agent/channel.hpp"

#include <spdlog/spdlog.h>

#include "instances/remote/channel_frames.hpp"

namespace drydock::agent {
namespace {

using instances::remote::Frame;
using instances::remote::frame;
using instances::remote::number_of;

constexpr std::size_t kMostInFrame = std::size_t{256} << 10;
constexpr std::size_t kMostQueued = std::size_t{1} << 20;
constexpr std::chrono::milliseconds kBacklogLook{10};

struct Carried : std::enable_shared_from_this<Carried> {
  Carried(asio::any_io_executor on, std::shared_ptr<WebSocket> with)
      : executor(std::move(on)), socket(std::move(with)) {}

  instances::ChannelEvents events() {
    instances::ChannelEvents events;
    const auto self = shared_from_this();
    events.on_open = [self] { self->socket->send(frame(Frame::kOpened)); };
    events.on_bytes = [self](std::string_view bytes) { self->bring(Frame::kOutput, bytes); };
    events.on_error_bytes = [self](std::string_view bytes) { self->bring(Frame::kErrorOutput, bytes); };
    events.on_exit = [self](int code) { self->socket->send(frame(Frame::kExitCode, std::to_string(code))); };
    events.on_end = [self](const std::string& failure) {
      self->ended = true;
      self->socket->send(frame(Frame::kEnd, failure));
      self->socket->close();
    };
    return events;
  }

  void bring(Frame kind, std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kMostInFrame))) {
      socket->send(frame(kind, bytes.substr(0, kMostInFrame)));
    }
    hold();
  }

  /// The command is held up while the server says so, or the way to it is full.
  void hold() {
    if (ended) return;
    const bool wanted = server_holds || socket->queued() > kMostQueued;
    if (wanted == held) return;
    held = wanted;
    channel.hold(wanted);
  }

  void take(std::string_view message) {
    if (message.empty() || ended) return;
    const std::string_view content = message.substr(1);
    switch (static_cast<Frame>(message.front())) {
      case Frame::kInput:
        written += content.size();
        channel.write(content);
        return tell_backlog();
      case Frame::kSize: {
        const std::size_t space = content.find(' ');
        if (space == std::string_view::npos) return;
        const auto rows = number_of(content.substr(0, space));
        const auto columns = number_of(content.substr(space + 1));
        if (rows && columns) channel.resize(static_cast<int>(*rows), static_cast<int>(*columns));
        return;
      }
      case Frame::kEndOfInput: return channel.end_input();
      case Frame::kHold: server_holds = content == "1"; return hold();
      default: return;
    }
  }

  void tell_backlog() {
    const std::size_t backlog = std::min(channel.backlog(), written);
    if (written - backlog != told) {
      told = written - backlog;
      socket->send(frame(Frame::kTaken, std::to_string(told)));
    }
    if (backlog == 0 || looking) return;
    looking = true;
    instances::docker::spawn(executor, look_again(shared_from_this()), "input of a command");
  }

  static asio::awaitable<void> look_again(std::shared_ptr<Carried> self) {
    while (!self->ended && self->told < self->written) {
      co_await instances::docker::sleep_for(kBacklogLook);
      if (!self->ended) self->tell_backlog();
    }
    self->looking = false;
  }

  asio::any_io_executor executor;
  std::shared_ptr<WebSocket> socket;
  instances::Channel channel;
  std::size_t written = 0;
  std::size_t told = 0;
  bool looking = false;
  bool server_holds = false;
  bool held = false;
  bool ended = false;
};

}  // namespace

asio::awaitable<void> carry_channel(asio::any_io_executor executor, WebSocketTarget target,
                                    std::shared_ptr<instances::docker::DockerAgent> agent,
                                    instances::ChannelRequest request) {
  const auto socket = co_await WebSocket::connect(executor, std::move(target));
  if (!socket) {
    spdlog::warn("a session into a container could not be opened: {}", socket.error().message);
    co_return;
  }
  const auto carried = std::make_shared<Carried>(executor, *socket);
  carried->channel = agent->open_channel(request, carried->events());
  (*socket)->on_sent([weak = std::weak_ptr(carried)] {
    if (const auto self = weak.lock()) self->hold();
  });
  while (true) {
    const auto message = co_await WebSocket::read(*socket);
    if (!message) break;
    carried->take(*message);
  }
  // What is left to send goes out before the connection closes; it is closed by then.
  if (!carried->ended) carried->channel.close();
  carried->ended = true;
  carried->channel = {};
}

}  // namespace drydock::agent
