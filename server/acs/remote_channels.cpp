#include "server/acs/remote_channels.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "instances/remote/channel_frames.hpp"
#include "server/http/websocket.hpp"
#include "server/sessions/secret.hpp"
#include "server/wire/query.hpp"

namespace drydock::server::acs {
namespace {

using instances::remote::Frame;
using instances::remote::frame;
using instances::remote::number_of;

constexpr std::chrono::seconds kAnsweredWithin{15};
constexpr int kNormalClosure = 1000;
// Whoever writes looks at the backlog; this is what a mistake of theirs is stopped at.
constexpr std::size_t kMostQueued = std::size_t{64} << 20;
constexpr std::size_t kMostInFrame = std::size_t{1} << 20;

constexpr const char* kNoAnswer = "The container instance did not open the channel in time. Try again.";
constexpr const char* kLost = "The connection with the container instance was lost.";

std::string query_value(const wire::Parameters& query, std::string_view name) {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

/// One channel, from open() until nobody wants to know of it any more.
struct RemoteChannels::Remote {
  Remote(const boost::asio::any_io_executor& executor, std::string of, instances::ChannelEvents tell)
      : arn(std::move(of)), events(std::move(tell)), timer(executor) {}

  void send(std::string message) {
    if (over) return;
    if (socket) {
      socket->send(std::move(message));
    } else {
      early.push_back(std::move(message));
    }
  }

  void connected(const http::WebSocket& with) {
    timer.cancel();
    socket = with;
    for (std::string& message : early) socket->send(std::move(message));
    early.clear();
  }

  void receive(std::string_view message) {
    if (over || message.empty()) return;
    const std::string_view content = message.substr(1);
    switch (static_cast<Frame>(message.front())) {
      case Frame::kOpened: return call(events.on_open);
      case Frame::kOutput: return call(events.on_bytes, content);
      case Frame::kErrorOutput: return call(events.on_error_bytes, content);
      case Frame::kTaken:
        if (const auto count = number_of(content)) taken = static_cast<std::size_t>(*count);
        return;
      case Frame::kExitCode:
        if (const auto code = number_of(content)) call(events.on_exit, static_cast<int>(*code));
        return;
      case Frame::kEnd: return end(std::string(content));
      default: return;
    }
  }

  /// Nothing follows. The events may let go of the channel, and so of this.
  void end(std::string failure) {
    if (std::exchange(over, true)) return;
    finish();
    const instances::ChannelEvents last = std::exchange(events, {});
    call(last.on_end, std::move(failure));
  }

  void finish() {
    over = true;
    timer.cancel();
    early.clear();
    if (socket) socket->close(kNormalClosure);
  }

  template <class Event, class... Arguments>
  static void call(const Event& event, Arguments&&... arguments) {
    if (event) event(std::forward<Arguments>(arguments)...);
  }

  std::string arn;
  instances::ChannelEvents events;
  boost::asio::steady_timer timer;  // until the instance has connected
  std::optional<http::WebSocket> socket;
  std::deque<std::string> early;
  std::size_t written = 0;
  std::size_t taken = 0;
  bool over = false;
};

RemoteChannels::RemoteChannels(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

RemoteChannels::~RemoteChannels() {
  for (const auto& [id, remote] : std::exchange(*waiting_, {})) remote->finish();
}

std::string RemoteChannels::new_id() { return sessions::new_secret(); }

instances::Channel RemoteChannels::open(const std::string& id, const std::string& container_instance_arn,
                                        instances::ChannelEvents events) {
  const auto remote = std::make_shared<Remote>(executor_, container_instance_arn, std::move(events));
  (*waiting_)[id] = remote;
  remote->timer.expires_after(kAnsweredWithin);
  remote->timer.async_wait([waiting = std::weak_ptr(waiting_), id](const boost::system::error_code& error) {
    const auto still = waiting.lock();
    if (error || !still) return;
    const auto found = still->extract(id);
    if (found) found.mapped()->end(kNoAnswer);
  });
  instances::Channel channel;
  channel.write = [remote](std::string_view bytes) {
    if (bytes.empty()) return;
    remote->written += bytes.size();
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kMostInFrame))) {
      remote->send(frame(Frame::kInput, bytes.substr(0, kMostInFrame)));
    }
  };
  channel.resize = [remote](int rows, int columns) {
    remote->send(frame(Frame::kSize, std::to_string(rows) + " " + std::to_string(columns)));
  };
  channel.end_input = [remote] { remote->send(frame(Frame::kEndOfInput)); };
  channel.hold = [remote](bool hold) { remote->send(frame(Frame::kHold, hold ? "1" : "0")); };
  channel.backlog = [remote] { return remote->over ? 0 : remote->written - std::min(remote->taken, remote->written); };
  channel.close = [remote, waiting = std::weak_ptr(waiting_), id] {
    if (const auto still = waiting.lock()) still->erase(id);
    remote->finish();
    // They hold whoever holds this channel; one of them may be what calls this.
    boost::asio::post(remote->timer.get_executor(), [remote] { remote->events = {}; });
  };
  return channel;
}

void RemoteChannels::session_ended(const std::string& container_instance_arn) {
  std::vector<RemotePtr> ended;
  for (const auto& [id, remote] : *waiting_) {
    if (remote->arn == container_instance_arn) ended.push_back(remote);
  }
  std::erase_if(*waiting_, [&](const auto& entry) { return entry.second->arn == container_instance_arn; });
  // Never from inside of the call.
  for (const RemotePtr& remote : ended) boost::asio::post(executor_, [remote] { remote->end(kLost); });
}

void RemoteChannels::handle(const http::Request& request, http::ReplyFn reply) {
  const wire::Parameters query = wire::query_of(request.target);
  const std::string id = query_value(query, "channelId");
  const auto found = waiting_->find(id);
  if (found == waiting_->end() || found->second->arn != query_value(query, "containerInstanceArn")) {
    return reply(http::error_response(404, "ResourceNotFoundException", "Nobody waits for this channel."));
  }
  http::WebSocketLimits limits;
  limits.message_bytes = kMostInFrame * 2;
  limits.queued_bytes = kMostQueued;
  auto opened = [waiting = std::weak_ptr(waiting_), id](const http::WebSocket& socket) {
    http::WebSocketEvents events;
    const auto still = waiting.lock();
    const auto node = still ? still->extract(id) : Waiting::node_type{};
    events.on_text = [](std::string_view) {};
    if (!node) {
      socket.close(kNormalClosure);
      events.on_binary = [](std::string_view) {};
      events.on_closed = [] {};
      return events;
    }
    const RemotePtr& remote = node.mapped();
    events.on_binary = [remote](std::string_view message) { remote->receive(message); };
    events.on_closed = [remote] { remote->end(kLost); };
    // The connection counts as open only after this call.
    boost::asio::post(remote->timer.get_executor(), [remote, socket] {
      if (remote->over) return socket.close(kNormalClosure);
      remote->connected(socket);
    });
    return events;
  };
  reply(http::upgrade_to_websocket(request, limits, std::move(opened)));
}

}  // namespace drydock::server::acs
