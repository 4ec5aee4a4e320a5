#pragma once
// Channels into containers of instances on other machines: the instance is told of each by its session, and opens a
// websocket for it (instances/remote/channel_frames.hpp). Runs on the core thread.

#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "instances/channel.hpp"
#include "server/http/message.hpp"

namespace drydock::server::acs {

class RemoteChannels {
 public:
  explicit RemoteChannels(boost::asio::any_io_executor executor);
  /// Channels that are open end without an event.
  ~RemoteChannels();
  RemoteChannels(const RemoteChannels&) = delete;
  RemoteChannels& operator=(const RemoteChannels&) = delete;

  /// An id that nobody can guess: whoever has it may answer.
  static std::string new_id();
  /// The channel is there at once; what is written waits until the instance has connected. Whoever calls this tells the
  /// instance (DrydockOpenChannelMessage with this id). If it does not connect in time the channel ends.
  instances::Channel open(const std::string& id, const std::string& container_instance_arn,
                          instances::ChannelEvents events);
  /// The instance's session broke: channels of it that it has not answered end.
  void session_ended(const std::string& container_instance_arn);

  /// GET .../channel?containerInstanceArn=...&channelId=...: the instance answers.
  void handle(const http::Request& request, http::ReplyFn reply);

 private:
  struct Remote;
  using RemotePtr = std::shared_ptr<Remote>;
  using Waiting = std::map<std::string, RemotePtr>;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();  // for their instance, by id
};

}  // namespace drydock::server::acs
