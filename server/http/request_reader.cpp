#include "server/http/request_reader.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include "server/http/guard.hpp"

namespace drydock::http {
namespace beast_http = boost::beast::http;

RequestReader::RequestReader(const ReaderLimits& limits) : limits_(limits) {
  basic_parser::header_limit(limits.header_bytes);
  basic_parser::body_limit(limits.body_bytes);
}

RequestReader::Progress RequestReader::feed(std::string_view data, std::size_t& consumed) {
  consumed = 0;
  if (!got_some()) {
    // RFC 9112 section 2.2: empty lines before the request line are to be ignored.
    while (data.substr(consumed).starts_with("\r\n")) consumed += 2;
    if (data.substr(consumed) == "\r") return Progress::need_input;
  }
  while (true) {
    if (is_done()) return Progress::complete;
    const std::string_view rest = data.substr(consumed);
    if (rest.empty()) return Progress::need_input;
    consumed += put(boost::asio::const_buffer(rest.data(), rest.size()), error_);
    if (error_ == beast_http::error::need_more) return Progress::need_input;
    if (error_) return Progress::refused;
    if (is_header_done() && !header_told_) {
      header_told_ = true;
      refusal_ = check_header();
      return refusal_ ? Progress::refused : Progress::header;
    }
  }
}

Response RequestReader::refusal() {
  if (refusal_) return std::move(*refusal_);
  if (error_ == beast_http::error::body_limit) {
    return error_response(413, "RequestEntityTooLargeException",
                          "The request body is larger than " + std::to_string(limits_.body_bytes) + " bytes.");
  }
  if (error_ == beast_http::error::header_limit) {
    return error_response(431, "RequestHeaderFieldsTooLargeException",
                          "The request header is larger than " + std::to_string(limits_.header_bytes) + " bytes.");
  }
  return error_response(400, "SerializationException", "Malformed HTTP request: " + error_.message() + ".");
}

std::optional<Response> RequestReader::check_header() const {
  const Headers& headers = request_.headers;
  const auto malformed = [](std::string_view why) {
    return error_response(400, "SerializationException", "Malformed HTTP request: " + std::string(why));
  };
  const std::size_t hosts = headers.count(field::host);
  if (hosts > 1 || (hosts == 0 && version_ >= 11)) return malformed("exactly one Host header is required.");
  if (headers.contains(field::transfer_encoding)) {
    // Anything but plain "chunked" would leave the end of the body to guesses, and so to request smuggling.
    const std::string_view coding = headers[field::transfer_encoding];
    if (version_ < 11 || !boost::beast::iequals({coding.data(), coding.size()}, "chunked")) {
      return malformed("the only Transfer-Encoding understood is chunked, in HTTP/1.1.");
    }
  }
  const bool any_resource = request_.method == beast_http::verb::options && request_.target == "*";
  if (!request_.target.starts_with('/') && !any_resource) return malformed("the request target must be a path.");
  if (headers.contains(field::expect) && version_ >= 11) {
    const std::string_view expect = headers[field::expect];
    if (!boost::beast::iequals({expect.data(), expect.size()}, "100-continue")) {
      return error_response(417, "ExpectationFailedException", "The only expectation understood is 100-continue.");
    }
  }
  return std::nullopt;
}

void RequestReader::on_request_impl(beast_http::verb method, string_view, string_view target, int version,
                                    error_code& error) {
  header_bytes_ += static_cast<std::uint32_t>(std::min<std::size_t>(target.size(), limits_.header_bytes));
  if (header_bytes_ >= limits_.header_bytes) error = beast_http::error::header_limit;
  version_ = version;
  request_.method = method;
  request_.target.assign(target.data(), target.size());
}

void RequestReader::on_field_impl(field id, string_view name, string_view value, error_code& error) {
  // Counted here because the parser's own limit holds for what is unparsed only: a header sent line by line, or
  // trailers, could grow without end.
  header_bytes_ += static_cast<std::uint32_t>(name.size() + value.size() + 4);
  if (header_bytes_ > limits_.header_bytes) {
    error = beast_http::error::header_limit;
    return;
  }
  if (header_told_) return;  // a trailer: never mixed with the header, whose checks are done
  request_.headers.add(id, {name.data(), name.size()}, {value.data(), value.size()});
}

void RequestReader::on_header_impl(error_code&) {}

void RequestReader::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
  // Memory follows what arrives, not what was announced.
  constexpr std::uint64_t kTrusted = 64 * 1024;
  if (length) request_.body.reserve(static_cast<std::size_t>(std::min(*length, kTrusted)));
}

std::size_t RequestReader::on_body_impl(string_view body, error_code&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

std::size_t RequestReader::on_chunk_body_impl(std::uint64_t, string_view body, error_code&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

}  // namespace drydock::http
