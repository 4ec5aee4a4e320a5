// HTTP load generator: N keep-alive connections, each with one request in flight, one epoll loop.
//   bench_load --port P [--connections N] [--seconds S] [--warmup S] [--target X-Amz-Target] [--body FILE-or-text]
//              [--path /] [--unique-token] [--cpu C]
// --unique-token replaces every @TOKEN@ in the body by 16 hex digits that differ with each request.
// Prints one JSON line: requests answered 2xx, errors (other answers, lost connections), seconds, rps, p50_us, p99_us.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "bench/arguments.hpp"

namespace {

using Clock = std::chrono::steady_clock;

// The header is what an SDK sends, signature and all, so that servers parse what they would have to.
std::string request_text(const std::string& path, const std::string& target, const std::string& body) {
  std::string text = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n";
  if (!target.empty()) text += "X-Amz-Target: " + target + "\r\n";
  text +=
      "Content-Type: application/x-amz-json-1.1\r\nUser-Agent: aws-cli/2.9.19 Python/3.11.2 Linux/6.1\r\n"
      "X-Amz-Date: 20260101T000000Z\r\n"
      "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecs/aws4_request, "
      "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
      "Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  return text + body;
}

class Histogram {
 public:
  void add(Clock::duration latency) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
    ++counts_[static_cast<std::size_t>(std::clamp<std::int64_t>(us, 0, kMax - 1))];
    ++total_;
  }
  std::size_t percentile(double fraction) const {
    const double wanted = fraction * static_cast<double>(total_);
    double seen = 0;
    for (std::size_t us = 0; us < counts_.size(); ++us) {
      seen += static_cast<double>(counts_[us]);
      if (seen >= wanted) return us;
    }
    return counts_.size();
  }

 private:
  static constexpr std::int64_t kMax = 10'000'000;
  std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(kMax);
  std::uint64_t total_ = 0;
};

struct Connection {
  int fd = -1;
  std::string input;
  std::size_t sent = 0;  // of the request
  std::string request;
  Clock::time_point began;
};

// Length of the first response in `input`, 0 while it is incomplete; `status` says how it was.
std::size_t complete_response(std::string_view input, int& status) {
  const std::size_t end = input.find("\r\n\r\n");
  if (end == std::string_view::npos || end < 12) return 0;
  status = std::atoi(input.data() + 9);
  std::size_t length = 0;
  for (std::size_t line = input.find("\r\n"); line < end; line = input.find("\r\n", line + 2)) {
    constexpr std::string_view kName = "content-length:";
    const std::string_view field = input.substr(line + 2, kName.size());
    if (field.size() == kName.size() && strncasecmp(field.data(), kName.data(), kName.size()) == 0) {
      length = static_cast<std::size_t>(std::atoll(input.data() + line + 2 + kName.size()));
      break;
    }
  }
  const std::size_t size = end + 4 + length;
  return input.size() >= size ? size : 0;
}

class Load {
 public:
  Load(std::uint16_t port, std::string request, bool unique)
      : port_(port), template_(std::move(request)), epoll_(::epoll_create1(0)) {
    if (!unique) return;
    constexpr std::string_view kMark = "@TOKEN@@@@@@@@@@";
    for (std::size_t at = template_.find(kMark); at != std::string::npos; at = template_.find(kMark, at + 1)) {
      tokens_.push_back(at);
    }
    // Different runs must differ, too.
    token_ = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) << 4;
  }

  bool open(std::size_t count) {
    connections_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (!connect(i)) return false;
    }
    return true;
  }

  void run(Clock::duration warmup, Clock::duration duration) {
    measure_from_ = Clock::now() + warmup;
    until_ = measure_from_ + duration;
    for (Connection& connection : connections_) begin(connection);
    std::array<epoll_event, 256> events{};
    while (Clock::now() < until_) {
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        Connection& connection = connections_[event.data.u64];
        if ((event.events & EPOLLOUT) != 0) send_rest(connection);
        if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(connection, event.data.u64);
      }
    }
  }

  void print() const {
    const double seconds = std::chrono::duration<double>(until_ - measure_from_).count();
    std::printf(
        "{\"requests\": %llu, \"errors\": %llu, \"seconds\": %.2f, \"rps\": %.0f, \"p50_us\": %zu, "
        "\"p99_us\": %zu}\n",
        static_cast<unsigned long long>(requests_), static_cast<unsigned long long>(errors_), seconds,
        static_cast<double>(requests_) / seconds, histogram_.percentile(0.5), histogram_.percentile(0.99));
    if (!first_error_.empty()) std::fprintf(stderr, "first error: %s\n", first_error_.c_str());
  }

 private:
  bool connect(std::size_t index) {
    Connection& connection = connections_[index];
    connection.input.clear();
    connection.fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr generic{};
    std::memcpy(&generic, &address, sizeof(generic));
    if (::connect(connection.fd, &generic, sizeof(address)) != 0) {
      std::perror("connect");
      return false;
    }
    const int one = 1;
    ::setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = index;
    if (tokens_.empty()) connection.request = template_;
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) == 0;
  }

  void begin(Connection& connection) {
    if (!tokens_.empty()) {
      connection.request = template_;
      std::array<char, 17> digits{};
      std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(++token_));
      for (const std::size_t at : tokens_) connection.request.replace(at, 16, digits.data(), 16);
    }
    connection.sent = 0;
    connection.began = Clock::now();
    send_rest(connection);
  }

  void send_rest(Connection& connection) {
    while (connection.sent < connection.request.size()) {
      const ssize_t sent = ::send(connection.fd, connection.request.data() + connection.sent,
                                  connection.request.size() - connection.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) break;  // a full socket is told by EPOLLOUT, a lost one by EPOLLHUP
      connection.sent += static_cast<std::size_t>(sent);
    }
    if (connection.sent == connection.request.size()) return;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.u64 = static_cast<std::uint64_t>(&connection - connections_.data());
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
  }

  void receive(Connection& connection, std::size_t index) {
    std::array<char, std::size_t{64} * 1024> buffer;
    while (true) {
      const ssize_t got = ::recv(connection.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got < 0 && errno == EAGAIN) break;
      if (got <= 0) return lost(connection, index);
      connection.input.append(buffer.data(), static_cast<std::size_t>(got));
      if (static_cast<std::size_t>(got) < buffer.size()) break;
    }
    int status = 0;
    const std::size_t size = complete_response(connection.input, status);
    if (size == 0) return;
    count(connection, status);
    // Servers without keep-alive pay for a connection with every request; that is part of what is compared.
    if (closes(connection.input)) {
      ::close(connection.fd);
      if (connect(index)) begin(connection);
      return;
    }
    connection.input.erase(0, size);
    begin(connection);
  }

  static bool closes(std::string_view response) {
    const std::string_view head = response.substr(0, response.find("\r\n\r\n"));
    return head.find("\r\nConnection: close") != std::string_view::npos ||
           head.find("\r\nconnection: close") != std::string_view::npos;
  }

  void count(const Connection& connection, int status) {
    const auto now = Clock::now();
    if (now < measure_from_ || now >= until_) return;
    if (status / 100 == 2) {
      ++requests_;
      histogram_.add(now - connection.began);
    } else {
      ++errors_;
      if (first_error_.empty()) first_error_ = connection.input.substr(0, 600);
    }
  }

  void lost(Connection& connection, std::size_t index) {
    ++errors_;
    if (first_error_.empty()) first_error_ = "connection lost";
    ::close(connection.fd);
    if (connect(index)) begin(connection);
  }

  std::uint16_t port_;
  std::string template_;
  std::vector<std::size_t> tokens_;
  std::uint64_t token_ = 0;
  int epoll_;
  std::vector<Connection> connections_;
  Clock::time_point measure_from_;
  Clock::time_point until_;
  std::uint64_t requests_ = 0;
  std::uint64_t errors_ = 0;
  std::string first_error_;
  Histogram histogram_;
};

std::string body_from(const std::string& argument) {
  std::ifstream file(argument, std::ios::binary);
  if (!file) return argument;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The mark gets the width of the token, so that Content-Length holds for every request.
std::string widen_marks(std::string body) {
  constexpr std::string_view kMark = "@TOKEN@";
  for (std::size_t at = body.find(kMark); at != std::string::npos; at = body.find(kMark, at + 16)) {
    body.replace(at, kMark.size(), "@TOKEN@@@@@@@@@@");
  }
  return body;
}

Clock::duration seconds(double value) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
}

}  // namespace

int main(int argc, char** argv) {
  const drydock::bench::Arguments arguments(argc, argv);
  arguments.pin();
  const bool unique = arguments.flag("--unique-token");
  std::string body = body_from(arguments.text("--body").value_or("{}"));
  if (unique) body = widen_marks(std::move(body));
  Load load(static_cast<std::uint16_t>(arguments.number("--port", 4566)),
            request_text(arguments.text("--path").value_or("/"), arguments.text("--target").value_or(""), body),
            unique);
  if (!load.open(static_cast<std::size_t>(arguments.number("--connections", 1)))) return 1;
  load.run(seconds(arguments.number("--warmup", 0.3)), seconds(arguments.number("--seconds", 3)));
  load.print();
}
