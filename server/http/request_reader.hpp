#pragma once
// Bytes to one Request, with limits. Holds Beast's incremental parser; knows nothing of sockets.
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "server/http/message.hpp"

namespace drydock::http {

struct ReaderLimits {
  std::uint32_t header_bytes = 16 * 1024;
  std::uint64_t body_bytes = 4 * 1024 * 1024;
};

/// Reads one request; a fresh one is made for the next. Trailers of chunked bodies are read and dropped.
class RequestReader final : private boost::beast::http::basic_parser<true> {
 public:
  enum class Progress {
    need_input,  // all complete parts of the data are consumed
    header,      // once per request: the header is complete, more may follow
    complete,    // take() has the request
    refused,     // refusal() has the answer; nothing more can be read from this connection
  };

  explicit RequestReader(const ReaderLimits& limits);

  /// Parses from the front of `data` and says through `consumed` how much of it is done with. Never reads beyond the
  /// end of the request.
  Progress feed(std::string_view data, std::size_t& consumed);

  /// Whether any byte of the request was seen.
  bool started() const { return got_some(); }
  bool header_done() const { return is_header_done(); }
  bool complete() const { return is_done(); }
  /// After the header: may the connection serve another request?
  bool wants_keep_alive() const { return keep_alive(); }
  bool is_http_1_0() const { return version_ < 11; }
  /// Bytes of the body that Content-Length announces and that have not come yet; none for chunked bodies.
  std::uint64_t body_remaining() const { return content_length_remaining().value_or(0); }

  const Request& request() const { return request_; }
  Request take() { return std::move(request_); }
  Response refusal();

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;
  using field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb method, string_view method_text, string_view target, int version,
                       error_code& error) override;
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(field id, string_view name, string_view value, error_code& error) override;
  void on_header_impl(error_code& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) override;
  std::size_t on_body_impl(string_view body, error_code& error) override;
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t remaining, string_view body, error_code& error) override;
  void on_finish_impl(error_code&) override {}

  std::optional<Response> check_header() const;

  ReaderLimits limits_;
  std::uint32_t header_bytes_ = 0;
  int version_ = 11;
  bool header_told_ = false;
  error_code error_;
  std::optional<Response> refusal_;
  Request request_;
};

}  // namespace drydock::http
