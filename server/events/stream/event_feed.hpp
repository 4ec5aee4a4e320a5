#pragma once
// Events for those who follow them: the stream and the history under /_drydock/events (docs/events.md). Nothing is
// shown before it is durable. Runs on the core thread.

#include <list>
#include <map>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "scheduler/events/pattern.hpp"
#include "server/admin/replies.hpp"
#include "server/core/core.hpp"
#include "server/events/stream/reader.hpp"

namespace drydock::server {

class EventFeed {
 public:
  /// State is loaded already.
  EventFeed(boost::asio::io_context& io, Core& core);

  /// Looks for events and changes in a commit.
  void committed(std::span<const model::Touched> touched);
  /// GET /_drydock/events: the stream.
  void stream(const http::Request& request, http::ReplyFn reply);
  /// GET /_drydock/events/history
  void history(const http::Request& request, http::ReplyFn reply);
  /// Ends all streams and answers all who wait.
  void close();

 private:
  struct HistoryQuery {
    EventFilter filter;
    std::optional<scheduler::EventPattern> match;
    std::uint64_t since = 0;
    std::size_t limit = 100;
    int wait_seconds = 0;
  };
  struct Page {
    std::string text;
    std::size_t found = 0;
    std::uint64_t next = 0;
  };
  /// Somebody who waits for the first event that matches.
  struct Waiting {
    HistoryQuery query;
    http::ReplyFn reply;
    std::unique_ptr<boost::asio::steady_timer> timer;
  };

  static std::expected<HistoryQuery, std::string> read_history_query(const http::Request& request);
  static std::expected<StreamRequest, std::string> read_stream_request(const http::Request& request);
  [[nodiscard]] Page page(const HistoryQuery& query) const;
  void durable(std::uint64_t visible, std::uint64_t lost, const std::vector<Change>& changes);
  void look_for_those_who_wait();

  boost::asio::io_context& io_;
  Core& core_;
  StreamPosition position_;
  std::map<const StreamReader*, std::shared_ptr<StreamReader>> readers_;
  std::list<Waiting> waiting_;
};

}  // namespace drydock::server
