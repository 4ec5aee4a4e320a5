#include "server/sessions/sessions.hpp"

#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace drydock::sessions {
namespace {

constexpr std::size_t kMostInputWaiting = std::size_t{256} << 10;
constexpr std::size_t kMostTokens = 8;
constexpr model::Duration kInputCheck{50};
constexpr model::Duration kAfterTask{5000};
constexpr int kNormal = 1000;
constexpr int kPolicy = 1008;

struct Token {
  std::string text;
  model::Instant expires{};
};

bool equal(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

bool is_port(const operations::SessionWanted& wanted) { return wanted.kind == operations::SessionWanted::Kind::kPort; }

DataChannelOptions channel_options(const operations::SessionWanted& wanted, const std::string& id,
                                   const std::function<model::Uuid()>& new_id) {
  DataChannelOptions options;
  options.session_id = id;
  options.target = wanted.target;
  options.notice = wanted.notice;
  options.new_message_id = new_id;
  if (is_port(wanted)) options.port = PortProperties{wanted.port, wanted.local_port};
  return options;
}

instances::ChannelRequest request_for(const operations::SessionWanted& wanted, const std::string& id, bool terminal) {
  instances::ChannelRequest request;
  request.terminal = terminal;
  request.session_id = id;
  request.task_arn = wanted.task_arn;
  request.container_name = wanted.container_name;
  if (!is_port(wanted)) {
    request.command = wanted.command;
    return request;
  }
  request.kind = instances::ChannelRequest::Kind::kPort;
  request.host = wanted.host;
  std::from_chars(wanted.port.data(), wanted.port.data() + wanted.port.size(), request.port);
  return request;
}

}  // namespace

struct Sessions::Session {
  Session(operations::SessionWanted asked, std::string name, const std::function<model::Uuid()>& new_id)
      : wanted(std::move(asked)), id(std::move(name)), channel(channel_options(wanted, id, new_id)) {}

  operations::SessionWanted wanted;
  std::string id;
  DataChannel channel;
  std::vector<Token> tokens;
  std::shared_ptr<Client> client;
  std::optional<instances::Channel> container;
  std::optional<DirectClient> direct;
  std::uint64_t attempt = 0;  // of connections to a forwarded port
  bool begun = false;
  bool held = false;
  bool over = false;
  model::Instant ends_without_client{};  // never: somebody is connected
  model::Instant armed_for{};
};

struct Sessions::Client {
  std::string session_id;
  Connection connection;
  std::weak_ptr<Session> session;  // once the token was right
  bool settled = false;            // let in or sent away
};

Sessions::Sessions(const model::Clock& clock, SessionsAround around, SessionsOptions options)
    : clock_(clock), around_(std::move(around)), options_(options) {}

Sessions::~Sessions() { *alive_ = false; }

operations::SessionDesk Sessions::desk() {
  operations::SessionDesk desk;
  desk.count = [this](model::TaskId task, std::string_view container) {
    const auto there = [&](const auto& entry) {
      return entry.second->wanted.task == task && entry.second->wanted.container_name == container;
    };
    return static_cast<std::size_t>(std::ranges::count_if(sessions_, there));
  };
  desk.open = [this](operations::SessionWanted wanted, std::string_view host) { return open(std::move(wanted), host); };
  desk.resume = [this](model::WorldId world, std::string_view id, std::string_view host) {
    return resume(world, id, host);
  };
  desk.terminate = [this](model::WorldId world, std::string_view id) { return terminate(world, id); };
  return desk;
}

operations::SessionTicket Sessions::ticket_for(Session& session, std::string_view host) const {
  if (session.tokens.size() >= kMostTokens) session.tokens.erase(session.tokens.begin());
  const Token& token = session.tokens.emplace_back(Token{around_.secret(), clock_.now() + options_.connect_within});
  operations::SessionTicket ticket;
  ticket.id = session.id;
  ticket.token = token.text;
  ticket.stream_url = "ws://" + std::string(host) + "/v1/data-channel/" + session.id + "?role=publish_subscribe";
  return ticket;
}

operations::SessionTicket Sessions::open(operations::SessionWanted wanted, std::string_view host) {
  std::string id = wanted.id_prefix + "-" + model::to_hex(around_.id()).substr(0, 17);
  auto session = std::make_shared<Session>(std::move(wanted), id, around_.id);
  session->ends_without_client = clock_.now() + options_.connect_within;
  sessions_[id] = session;
  arm(session);
  return ticket_for(*session, host);
}

std::optional<operations::SessionTicket> Sessions::resume(model::WorldId world, std::string_view id,
                                                          std::string_view host) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end() || it->second->wanted.world != world) return std::nullopt;
  return ticket_for(*it->second, host);
}

bool Sessions::terminate(model::WorldId world, std::string_view id) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end() || it->second->wanted.world != world) return false;
  const SessionPtr session = it->second;
  carry_out(session, session->channel.close("", clock_.now()));
  return true;
}

Receiver Sessions::accept(std::string_view session_id, Connection connection) {
  auto client = std::make_shared<Client>();
  client->session_id = session_id;
  client->connection = std::move(connection);
  around_.after(options_.token_within, [this, alive = alive_, client] {
    if (*alive && !client->settled) turn_away(*client);
  });
  Receiver receiver;
  receiver.on_text = [this, alive = alive_, client](std::string_view text) {
    if (*alive) take_token(client, text);
  };
  receiver.on_binary = [this, alive = alive_, client](std::string_view frame) {
    if (!*alive) return;
    if (!client->settled) return turn_away(*client);
    const SessionPtr session = client->session.lock();
    if (session && session->client == client) carry_out(session, session->channel.receive(frame, clock_.now()));
  };
  receiver.on_closed = [this, alive = alive_, client] {
    client->settled = true;
    const SessionPtr session = client->session.lock();
    if (!*alive || !session || session->client != client) return;
    session->client.reset();
    session->channel.disconnected(clock_.now());
    // Drydock's own client does not come back: what it started ends with it.
    if (session->direct) return carry_out(session, session->channel.close("", clock_.now()));
    session->ends_without_client = clock_.now() + options_.resume_within;
    spdlog::info("session {}: the client is gone", session->id);
    arm(session);
  };
  return receiver;
}

void Sessions::take_token(const std::shared_ptr<Client>& client, std::string_view text) {
  if (client->settled) return;
  const auto it = sessions_.find(client->session_id);
  const auto token = token_of(text);
  if (it == sessions_.end() || !token) return turn_away(*client);
  const SessionPtr session = it->second;
  const auto right = std::ranges::find_if(session->tokens, [&](const Token& one) { return equal(one.text, *token); });
  if (right == session->tokens.end() || right->expires <= clock_.now()) return turn_away(*client);
  session->tokens.erase(right);
  client->settled = true;
  client->session = session;
  if (!session->begun && !is_port(session->wanted)) session->direct = direct_client_of(text);
  if (session->direct) session->channel.serve(*session->direct);
  // The former connection may be dead without having said so.
  if (const auto former = std::exchange(session->client, client)) former->connection.close(kNormal);
  session->ends_without_client = {};
  spdlog::info("session {}: a client connected", session->id);
  carry_out(session, session->channel.connected(clock_.now()));
  if (!session->begun) begin(session);
}

// Without a word, clients ask for another token and come back at once, again and again.
void Sessions::turn_away(Client& client) {
  client.settled = true;
  DataChannelOptions options;
  options.session_id = client.session_id;
  options.new_message_id = around_.id;
  DataChannel channel(std::move(options));
  channel.connected(clock_.now());
  const Effects effects = channel.close("The session has ended, or its token is not valid.", clock_.now());
  for (const std::string& frame : effects.frames) client.connection.send(frame);
  client.connection.close(kPolicy);
}

void Sessions::begin(const SessionPtr& session) {
  session->begun = true;
  if (is_port(session->wanted)) return carry_out(session, session->channel.opened(clock_.now()));
  const auto link = around_.link_of(session->wanted.task);
  if (!link)
    return carry_out(session, session->channel.finish("The container instance is not connected.", clock_.now()));
  const bool terminal = !session->direct || session->direct->terminal;
  session->container =
      link->open_channel(request_for(session->wanted, session->id, terminal), events_of(session, session->attempt));
}

void Sessions::open_port(const SessionPtr& session) {
  const auto link = around_.link_of(session->wanted.task);
  if (!link)
    return carry_out(session, session->channel.close("The container instance is not connected.", clock_.now()));
  session->held = false;
  session->container =
      link->open_channel(request_for(session->wanted, session->id, false), events_of(session, ++session->attempt));
}

instances::ChannelEvents Sessions::events_of(const SessionPtr& session, std::uint64_t attempt) {
  // An end of an earlier attempt is not this one's.
  const auto current = [this, alive = alive_, weak = std::weak_ptr(session), attempt]() -> SessionPtr {
    SessionPtr strong = weak.lock();
    return *alive && strong && !strong->over && strong->attempt == attempt ? strong : nullptr;
  };
  instances::ChannelEvents events;
  events.on_open = [this, current] {
    if (const auto one = current()) carry_out(one, one->channel.opened(clock_.now()));
  };
  events.on_bytes = [this, current](std::string_view bytes) {
    if (const auto one = current()) carry_out(one, one->channel.output(bytes, clock_.now()));
  };
  events.on_error_bytes = [this, current](std::string_view bytes) {
    if (const auto one = current()) carry_out(one, one->channel.error_output(bytes, clock_.now()));
  };
  events.on_exit = [current](int code) {
    if (const auto one = current()) one->channel.exited(code);
  };
  events.on_end = [this, current](std::string failure) {
    const auto one = current();
    if (!one) return;
    if (!is_port(one->wanted)) return carry_out(one, one->channel.finish(std::move(failure), clock_.now()));
    // The next bytes open another connection.
    one->container.reset();
    if (!failure.empty()) carry_out(one, one->channel.close(failure, clock_.now()));
  };
  return events;
}

void Sessions::carry_out(const SessionPtr& session, const Effects& effects, int code) {
  if (session->over) return;
  const std::shared_ptr<Client> client = session->client;
  if (client) {
    for (const std::string& frame : effects.frames) client->connection.send(frame);
    if (effects.disconnect) client->connection.close(code);
  }
  for (const Delivery& delivery : effects.deliveries) deliver(session, delivery);
  if (effects.over) return forget(session);
  const bool hold = !session->channel.wants_output();
  if (session->container && hold != session->held) {
    session->held = hold;
    session->container->hold(hold);
  }
  arm(session);
}

void Sessions::deliver(const SessionPtr& session, const Delivery& delivery) {
  if (session->over) return;
  switch (delivery.kind) {
    case Delivery::Kind::kInput:
      if (is_port(session->wanted) && !session->container) open_port(session);
      if (!session->container) return;
      session->container->write(delivery.bytes);
      if (session->container->backlog() > kMostInputWaiting) session->channel.accept_input(false);
      return;
    case Delivery::Kind::kSize:
      if (session->container) session->container->resize(delivery.size.rows, delivery.size.columns);
      return;
    case Delivery::Kind::kEndOfInput:
      if (session->container) session->container->end_input();
      return;
    case Delivery::Kind::kDisconnectPort:
      if (session->container) session->container->close();
      session->container.reset();
      session->held = false;
      ++session->attempt;
      return;
  }
}

void Sessions::arm(const SessionPtr& session) {
  if (session->over) return;
  auto next = session->channel.next_wake();
  const auto consider = [&](model::Instant when) { next = next ? std::min(*next, when) : when; };
  if (session->ends_without_client != model::Instant{}) consider(session->ends_without_client);
  if (session->container && session->container->backlog() > kMostInputWaiting) consider(clock_.now() + kInputCheck);
  if (!next || (session->armed_for != model::Instant{} && session->armed_for <= *next)) return;
  session->armed_for = *next;
  const auto due = [this, alive = alive_, weak = std::weak_ptr(session), at = *next] {
    const SessionPtr strong = weak.lock();
    // Another one may have been set for an earlier time since.
    if (!*alive || !strong || strong->over || strong->armed_for != at) return;
    strong->armed_for = {};
    wake(strong);
  };
  around_.after(std::max(*next - clock_.now(), model::Duration{0}), due);
}

void Sessions::wake(const SessionPtr& session) {
  const model::Instant now = clock_.now();
  if (session->ends_without_client != model::Instant{} && now >= session->ends_without_client) {
    spdlog::info("session {}: ends without a client", session->id);
    return carry_out(session, session->channel.close("", now));
  }
  if (session->container) session->channel.accept_input(session->container->backlog() <= kMostInputWaiting);
  carry_out(session, session->channel.wake(now));
}

void Sessions::task_stops(model::TaskId task, bool stopped) {
  std::vector<SessionPtr> ending;
  for (const auto& [id, session] : sessions_) {
    if (session->wanted.task == task) ending.push_back(session);
  }
  for (const SessionPtr& session : ending) {
    if (!session->direct) {
      carry_out(session, session->channel.close("", clock_.now()));
    } else if (stopped) {
      around_.after(kAfterTask, [this, alive = alive_, weak = std::weak_ptr(session)] {
        const SessionPtr left = weak.lock();
        if (*alive && left) carry_out(left, left->channel.close("", clock_.now()));
      });
    }
  }
}

void Sessions::close_all(std::string_view text, int code) {
  const auto all = sessions_;
  for (const auto& [id, session] : all) carry_out(session, session->channel.close(text, clock_.now()), code);
}

void Sessions::forget(const SessionPtr& session) {
  session->over = true;
  if (session->container) session->container->close();
  session->container.reset();
  session->client.reset();
  spdlog::info("session {}: over", session->id);
  sessions_.erase(session->id);
}

}  // namespace drydock::sessions
