#pragma once
// The sessions of this Drydock: who may connect to which, what runs at their other ends, and when they are over
// (spec/execute-command.md sections 1, 3 and 7). Runs on the core thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "instances/instance_link.hpp"
#include "model/clock.hpp"
#include "server/operations/sessions/session_desk.hpp"
#include "server/sessions/data_channel.hpp"

namespace drydock::sessions {

/// A client's connection. Both may be called when it is gone.
struct Connection {
  std::function<void(std::string frame)> send;
  /// After everything that was sent; `code` is the websocket's.
  std::function<void(int code)> close;
};

/// What comes from a client's connection.
struct Receiver {
  std::function<void(std::string_view text)> on_text;
  std::function<void(std::string_view frame)> on_binary;
  std::function<void()> on_closed;
};

struct SessionsOptions {
  model::Duration connect_within{std::chrono::minutes(5)};  // how long a token is valid
  model::Duration resume_within{std::chrono::minutes(1)};   // how long a session lives without its client
  model::Duration token_within{std::chrono::seconds(15)};   // from the connection to its token
};

/// Where sessions get everything from that is not theirs.
struct SessionsAround {
  /// The instance where a task runs; null when none is connected.
  std::function<std::shared_ptr<instances::InstanceLink>(model::TaskId)> link_of;
  /// Runs something after a while, never from inside the call.
  std::function<void(model::Duration, std::function<void()>)> after;
  /// 32 bytes nobody can guess, as text fit for a URL.
  std::function<std::string()> secret;
  std::function<model::Uuid()> id;
};

class Sessions {
 public:
  Sessions(const model::Clock& clock, SessionsAround around, SessionsOptions options = {});
  ~Sessions();
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  /// What operations get. It must not outlive the sessions.
  operations::SessionDesk desk();

  /// A client connected to the address of this session. It has to show its token first; whoever has none that is valid
  /// is told so and sent away.
  Receiver accept(std::string_view session_id, Connection connection);

  /// The task is to stop, or has: its sessions end before its containers do. Those of Drydock's own client end with
  /// their commands, to tell their exit codes, and at the latest a little after the task.
  void task_stops(model::TaskId task, bool stopped);
  /// Ends all of them.
  void close_all(std::string_view text, int code);
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  struct Session;
  struct Client;
  using SessionPtr = std::shared_ptr<Session>;

  operations::SessionTicket open(operations::SessionWanted wanted, std::string_view host);
  std::optional<operations::SessionTicket> resume(model::WorldId world, std::string_view id, std::string_view host);
  bool terminate(model::WorldId world, std::string_view id);
  operations::SessionTicket ticket_for(Session& session, std::string_view host) const;
  void take_token(const std::shared_ptr<Client>& client, std::string_view text);
  void turn_away(Client& client);
  void begin(const SessionPtr& session);
  void open_port(const SessionPtr& session);
  instances::ChannelEvents events_of(const SessionPtr& session, std::uint64_t attempt);
  void carry_out(const SessionPtr& session, const Effects& effects, int code = 1000);
  void deliver(const SessionPtr& session, const Delivery& delivery);
  void arm(const SessionPtr& session);
  void wake(const SessionPtr& session);
  void forget(const SessionPtr& session);

  const model::Clock& clock_;
  SessionsAround around_;
  SessionsOptions options_;
  std::map<std::string, SessionPtr, std::less<>> sessions_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace drydock::sessions
