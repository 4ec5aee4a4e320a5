#pragma once
// HTTP/1.1 to the server over TCP, with kept connections. Everything on one executor of one thread.

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "agent/signer.hpp"
#include "instances/docker/async.hpp"

namespace drydock::agent {

namespace asio = boost::asio;

struct HttpRequest {
  std::string method = "POST";
  std::string target = "/";
  HeaderList headers;  // beside Host and Content-Length
  std::string body;
  std::chrono::seconds timeout{30};  // for the whole answer
};

struct HttpReply {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// "name:port", as the Host header has it.
std::string authority_of(const cli::Endpoint& endpoint);

class HttpClient {
 public:
  HttpClient(asio::any_io_executor executor, cli::Endpoint endpoint);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// One request and its answer, of any status; the error says why there is none. A kept connection that the server
  /// has closed meanwhile is replaced, so that a request may reach it twice.
  static asio::awaitable<std::expected<HttpReply, std::string>> call(std::shared_ptr<HttpClient> self,
                                                                     HttpRequest request);
  /// Ends all calls.
  void close();

  [[nodiscard]] const cli::Endpoint& endpoint() const { return endpoint_; }

 private:
  struct Connection;
  using ConnectionPtr = std::shared_ptr<Connection>;

  asio::any_io_executor executor_;
  cli::Endpoint endpoint_;
  std::vector<ConnectionPtr> idle_;
  std::vector<std::weak_ptr<Connection>> active_;
  bool closed_ = false;
};

}  // namespace drydock::agent
