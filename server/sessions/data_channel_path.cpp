#include "server/sessions/data_channel_path.hpp"

#include <memory>

#include "server/http/websocket.hpp"

namespace drydock::sessions {
namespace {

// Each has two sockets; a process may have as many open files as its limit says, often 1024.
constexpr std::size_t kMostConnections = 400;

}  // namespace

http::Handler data_channel_path(Sessions& sessions) {
  const auto open = std::make_shared<std::size_t>(0);
  return [&sessions, open](const http::Request& request, http::ReplyFn reply) {
    if (*open >= kMostConnections) {
      return reply(http::error_response(503, "ServerException", "Too many sessions are connected."));
    }
    std::string id = request.target.substr(kDataChannelPath.size());
    id = id.substr(0, id.find('?'));
    auto opened = [&sessions, open, id = std::move(id)](const http::WebSocket& socket) {
      ++*open;
      Connection connection;
      connection.send = [socket](std::string frame) { socket.send(std::move(frame)); };
      connection.close = [socket](int code) { socket.close(code); };
      Receiver receiver = sessions.accept(id, std::move(connection));
      http::WebSocketEvents events;
      events.on_text = std::move(receiver.on_text);
      events.on_binary = std::move(receiver.on_binary);
      events.on_closed = [open, closed = std::move(receiver.on_closed)] {
        --*open;
        closed();
      };
      return events;
    };
    reply(http::upgrade_to_websocket(request, {}, std::move(opened)));
  };
}

}  // namespace drydock::sessions
