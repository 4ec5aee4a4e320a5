#include "server/events/stream/event_feed.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

#include "server/wire/query_protocol.hpp"

namespace drydock::server {
namespace {

/// As a form writes them: + is a space.
wire::Parameters parameters_of(const http::Request& request) {
  const std::size_t question = request.target.find('?');
  if (question == std::string::npos) return {};
  return wire::read_form(std::string_view(request.target).substr(question + 1));
}

constexpr std::size_t kMostReaders = 64;
constexpr std::size_t kMostWaiting = 256;
constexpr std::size_t kLongestPage = 1000;
constexpr int kLongestWait = 60;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string not_understood(const std::string& name, const std::string& value) {
  return name + "=" + value + " is not understood: docs/events.md lists the parameters.";
}

}  // namespace

EventFeed::EventFeed(boost::asio::io_context& io, Core& core) : io_(io), core_(core) {
  const auto& kept = core.state().events();
  position_.visible = core.state().last_id(model::EntityKind::kEvent);
  position_.lost = kept.empty() ? position_.visible : kept.begin()->value - 1;
}

void EventFeed::committed(std::span<const model::Touched> touched) {
  std::uint64_t visible = 0;
  std::uint64_t lost = 0;
  std::vector<Change> changes;
  const bool wanted = std::ranges::any_of(readers_, [](const auto& entry) { return entry.second->wants_changes(); });
  for (const model::Touched& entity : touched) {
    if (entity.kind == model::EntityKind::kEvent) {
      if (entity.before == nullptr) visible = std::max(visible, entity.id);
      if (core_.state().find(model::EventId{entity.id}) == nullptr) lost = std::max(lost, entity.id);
    } else if (wanted) {
      if (auto change = change_of(core_.state(), entity)) changes.push_back(std::move(*change));
    }
  }
  if (visible == 0 && lost == 0 && changes.empty()) return;
  core_.when_durable(core_.sequence(), [this, visible, lost, changes = std::move(changes)](const api::ApiError* error) {
    if (error == nullptr) durable(visible, lost, changes);
  });
}

void EventFeed::durable(std::uint64_t visible, std::uint64_t lost, const std::vector<Change>& changes) {
  position_.visible = std::max(position_.visible, visible);
  position_.lost = std::max(position_.lost, lost);
  // Readers leave the list when they close.
  std::vector<std::shared_ptr<StreamReader>> readers;
  readers.reserve(readers_.size());
  for (const auto& [address, reader] : readers_) readers.push_back(reader);
  for (const auto& reader : readers) {
    if (reader->wants_changes()) {
      for (const Change& change : changes) reader->add(change);
    }
    reader->wake();
  }
  if (visible != 0) look_for_those_who_wait();
}

std::expected<StreamRequest, std::string> EventFeed::read_stream_request(const http::Request& request) {
  StreamRequest wanted;
  for (const auto& [name, value] : parameters_of(request)) {
    if (name == "since") {
      wanted.since = number_of(value);
      if (!wanted.since) return std::unexpected(not_understood(name, value));
    } else if (name == "changes" && (value == "true" || value == "only" || value == "false")) {
      wanted.changes = value != "false";
      wanted.events = value != "only";
    } else if (!take_filter(wanted.filter, name, value)) {
      return std::unexpected(not_understood(name, value));
    }
  }
  if (const auto last = number_of(request.headers["Last-Event-ID"])) wanted.since = last;
  return wanted;
}

void EventFeed::stream(const http::Request& request, http::ReplyFn reply) {
  if (!reads(request)) return reply(message_reply(405, "Use GET."));
  auto wanted = read_stream_request(request);
  if (!wanted) return reply(message_reply(400, wanted.error()));
  if (readers_.size() >= kMostReaders) {
    return reply(
        message_reply(503, "There are as many event streams as there may be (" + std::to_string(kMostReaders) + ")."));
  }
  http::Response response;
  if (request.method == boost::beast::http::verb::head) {
    response.content_type = "text/event-stream";
    return reply(std::move(response));
  }
  response.takeover = [this, wanted = std::move(*wanted)](http::Socket&& socket, const std::string&) mutable {
    auto reader = std::make_shared<StreamReader>(core_, position_, std::move(wanted), std::move(socket),
                                                 [this](const StreamReader* closed) { readers_.erase(closed); });
    readers_.emplace(reader.get(), reader);
    reader->start();
  };
  reply(std::move(response));
}

std::expected<EventFeed::HistoryQuery, std::string> EventFeed::read_history_query(const http::Request& request) {
  HistoryQuery query;
  for (const auto& [name, value] : parameters_of(request)) {
    const auto number = number_of(value);
    if (name == "since" && number) {
      query.since = *number;
    } else if (name == "limit" && number && *number >= 1 && *number <= kLongestPage) {
      query.limit = *number;
    } else if (name == "wait" && number && *number <= kLongestWait) {
      query.wait_seconds = static_cast<int>(*number);
    } else if (name == "match") {
      auto pattern = scheduler::EventPattern::parse(value);
      if (!pattern) return std::unexpected("match is not valid. Reason: " + pattern.error());
      query.match = std::move(*pattern);
    } else if (!take_filter(query.filter, name, value)) {
      return std::unexpected(not_understood(name, value));
    }
  }
  return query;
}

EventFeed::Page EventFeed::page(const HistoryQuery& query) const {
  const model::State& state = core_.state();
  const auto& kept = state.events();
  const auto end = kept.upper_bound(model::EventId{position_.visible});
  Page page;
  page.next = query.since;
  page.text = "{\"events\":[";
  bool more = false;
  for (auto it = kept.upper_bound(model::EventId{query.since}); it != end; ++it) {
    if (page.found == query.limit) {
      more = true;
      break;
    }
    page.next = it->value;
    const model::Event& event = state.get(*it);
    if (!query.filter.wants(state, event)) continue;
    if (query.match && !query.match->matches(nlohmann::json::parse(event.json, nullptr, false))) continue;
    if (page.found++ != 0) page.text += ',';
    page.text += "{\"sequence\":" + std::to_string(it->value) + ",\"event\":" + event.json + "}";
  }
  const bool any = kept.begin() != end;
  page.text += "],\"next\":" + std::to_string(page.next);
  page.text += ",\"oldest\":" + std::to_string(any ? kept.begin()->value : 0);
  page.text += ",\"latest\":" + std::to_string(any ? std::prev(end)->value : 0);
  page.text += more ? ",\"more\":true}" : ",\"more\":false}";
  return page;
}

void EventFeed::history(const http::Request& request, http::ReplyFn reply) {
  if (!reads(request)) return reply(message_reply(405, "Use GET."));
  auto query = read_history_query(request);
  if (!query) return reply(message_reply(400, query.error()));
  Page now = page(*query);
  if (now.found > 0 || query->wait_seconds == 0) return reply(json_text_reply(200, std::move(now.text)));
  if (waiting_.size() >= kMostWaiting) return reply(message_reply(503, "Too many wait for events already."));
  // What was looked at need not be looked at again.
  query->since = std::max(query->since, now.next);
  auto timer = std::make_unique<boost::asio::steady_timer>(io_, std::chrono::seconds(query->wait_seconds));
  waiting_.push_back({std::move(*query), std::move(reply), std::move(timer)});
  const auto self = std::prev(waiting_.end());
  self->timer->async_wait([this, self](const boost::system::error_code& error) {
    if (error) return;
    http::ReplyFn late = std::exchange(self->reply, nullptr);
    Page then = page(self->query);
    waiting_.erase(self);
    if (late) late(json_text_reply(200, std::move(then.text)));
  });
}

void EventFeed::look_for_those_who_wait() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!it->reply) {
      ++it;
      continue;
    }
    Page found = page(it->query);
    if (found.found == 0) {
      it->query.since = std::max(it->query.since, found.next);
      ++it;
      continue;
    }
    http::ReplyFn reply = std::exchange(it->reply, nullptr);
    // A timer that is just going off has its handler queued already: the entry goes when that has run.
    if (it->timer->cancel() == 0) {
      ++it;
      reply(json_text_reply(200, std::move(found.text)));
      continue;
    }
    it = waiting_.erase(it);
    reply(json_text_reply(200, std::move(found.text)));
  }
}

void EventFeed::close() {
  std::vector<std::shared_ptr<StreamReader>> readers;
  for (const auto& [address, reader] : readers_) readers.push_back(reader);
  for (const auto& reader : readers) reader->end("shutdown", "Drydock stops.");
  for (Waiting& one : waiting_) {
    if (one.reply) one.reply(json_text_reply(200, page(one.query).text));
    one.timer->cancel();
  }
  waiting_.clear();
}

}  // namespace drydock::server
