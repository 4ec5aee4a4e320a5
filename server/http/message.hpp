#pragma once
// Requests and responses as server/http hands them to the rest of the server.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::http {

/// The sockets of this room: bound to one io_context, without a type-erased executor.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

/// Header fields in the order they came. One text block and one index: two allocations however many fields.
/// Names compare without regard to case; a lookup finds the first field of that name, or an empty view.
class Headers {
 public:
  using Field = boost::beast::http::field;

  /// `id` spares the lookup by name; pass Field::unknown for names Beast does not know.
  void add(Field id, std::string_view name, std::string_view value);

  std::string_view operator[](Field id) const;
  std::string_view operator[](std::string_view name) const;
  bool contains(Field id) const { return count(id) != 0; }
  bool contains(std::string_view name) const;
  std::size_t count(Field id) const;

  std::size_t size() const { return entries_.size(); }
  std::string_view name(std::size_t index) const;
  std::string_view value(std::size_t index) const;

 private:
  struct Entry {
    Field id;
    std::uint32_t name_size;
    std::uint32_t value_size;
    std::uint32_t offset;  // of the name; the value follows it
  };
  const Entry* find(Field id) const;
  const Entry* find(std::string_view name) const;
  std::string_view value_of(const Entry& entry) const;

  std::string text_;
  std::vector<Entry> entries_;
};

struct Request {
  boost::beast::http::verb method = boost::beast::http::verb::unknown;
  std::string target;  // origin form: path and query, starts with '/' (or "*" for OPTIONS)
  Headers headers;
  std::string body;
  std::string remote_address;  // without port
};

/// Takes a connection over for good (websocket, event stream): the socket, and the bytes that were read beyond the
/// request. The server has written nothing for this request and counts the connection no longer.
using Takeover = std::move_only_function<void(Socket&&, std::string already_read)>;

struct Response {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beyond Content-Type, Content-Length, Date, Connection
  Takeover takeover;                                         // when set, everything above is ignored
};

/// Answers one request, once: inline from the handler, or later from the same io_context's thread. A reply that is
/// destroyed without having been called answers 500 ServerException, so that no client waits for ever.
using ReplyFn = std::move_only_function<void(Response)>;

/// Called on the connection's thread for each request that passed limits and guard.
using Handler = std::function<void(Request&&, ReplyFn)>;

/// {"__type": type, "message": message} as application/x-amz-json-1.1 with x-amzn-ErrorType (spec/wire.md section 6).
Response error_response(unsigned status, std::string_view type, std::string_view message);

}  // namespace drydock::http
