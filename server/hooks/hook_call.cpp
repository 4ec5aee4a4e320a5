#include "server/hooks/hook_call.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

extern char** environ;

namespace drydock::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Error = boost::system::error_code;

constexpr std::size_t kMaxAnswer = 6U << 20U;  // Lambda's limit
constexpr auto kReapEvery = std::chrono::milliseconds(20);

std::string too_late() { return "the function did not answer within 15 minutes"; }

/// One HTTP request; keeps itself alive until it is over.
class UrlCall : public std::enable_shared_from_this<UrlCall> {
 public:
  UrlCall(asio::io_context& io, const HookTarget& target, std::string payload, HookCallDone done,
          std::chrono::seconds limit)
      : resolver_(io), stream_(io), target_(target), done_(std::move(done)), limit_(limit) {
    request_.method(bhttp::verb::post);
    request_.target(target.path);
    request_.version(11);
    request_.set(bhttp::field::host, target.host + ":" + target.port);
    request_.set(bhttp::field::content_type, "application/json");
    request_.set(bhttp::field::connection, "close");
    request_.body() = std::move(payload);
    request_.prepare_payload();
    answer_.body_limit(kMaxAnswer);
  }

  void start() {
    stream_.expires_after(limit_);
    resolver_.async_resolve(target_.host, target_.port, [self = shared_from_this()](Error error, const auto& found) {
      if (error) return self->end(std::unexpected(error.message()));
      self->stream_.async_connect(found, [self](Error failed, const auto&) {
        if (failed) return self->end(std::unexpected(self->words(failed)));
        self->send();
      });
    });
  }

 private:
  void send() {
    bhttp::async_write(stream_, request_, [self = shared_from_this()](Error error, std::size_t) {
      if (error) return self->end(std::unexpected(self->words(error)));
      bhttp::async_read(self->stream_, self->buffer_, self->answer_, [self](Error failed, std::size_t) {
        if (failed) return self->end(std::unexpected(self->words(failed)));
        const unsigned status = self->answer_.get().result_int();
        if (status / 100 != 2) {
          return self->end(std::unexpected("the target answered with HTTP status " + std::to_string(status)));
        }
        self->end(std::move(self->answer_.get().body()));
      });
    });
  }
  std::string words(const Error& error) const {
    if (error != beast::error::timeout) return error.message();
    return limit_ == kHookCallLimit ? too_late() : "no answer within " + std::to_string(limit_.count()) + " seconds";
  }
  void end(std::expected<std::string, std::string> result) {
    Error ignored;
    stream_.socket().close(ignored);
    done_(std::move(result));
  }

  asio::ip::tcp::resolver resolver_;
  beast::tcp_stream stream_;
  HookTarget target_;
  bhttp::request<bhttp::string_body> request_;
  beast::flat_buffer buffer_;
  bhttp::response_parser<bhttp::string_body> answer_;
  HookCallDone done_;
  std::chrono::seconds limit_;
};

/// One command; keeps itself alive until its output has ended and its exit code is known.
class CommandCall : public std::enable_shared_from_this<CommandCall> {
 public:
  CommandCall(asio::io_context& io, std::string payload, HookCallDone done)
      : input_(io), output_(io), timer_(io), limit_(io), payload_(std::move(payload)), done_(std::move(done)) {}

  void start(const std::string& command) {
    if (!spawn(command)) {
      return asio::post(timer_.get_executor(), [self = shared_from_this()] {
        self->done_(std::unexpected("the command could not be started"));
      });
    }
    limit_.expires_after(kHookCallLimit);
    limit_.async_wait([self = shared_from_this()](Error error) {
      if (error) return;
      self->late_ = true;
      ::kill(-self->process_, SIGKILL);
    });
    asio::async_write(input_, asio::buffer(payload_), [self = shared_from_this()](Error, std::size_t) {
      Error ignored;
      self->input_.close(ignored);
    });
    read();
  }

 private:
  bool spawn(const std::string& command) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0) return false;
    if (::pipe2(out.data(), O_CLOEXEC) != 0) {
      ::close(in[0]);
      ::close(in[1]);
      return false;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    std::string shell = "sh";
    std::string option = "-c";
    std::string text = command;
    const std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
    const int failed = ::posix_spawn(&process_, "/bin/sh", &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    ::close(in[0]);
    ::close(out[1]);
    if (failed != 0) {
      ::close(in[1]);
      ::close(out[0]);
      return false;
    }
    input_.assign(in[1]);
    output_.assign(out[0]);
    return true;
  }

  void read() {
    output_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](Error error, std::size_t size) {
      self->text_.append(self->chunk_.data(), size);
      if (self->text_.size() > kMaxAnswer) ::kill(-self->process_, SIGKILL);
      if (error) return self->reap();
      self->read();
    });
  }
  void reap() {
    int status = 0;
    if (::waitpid(process_, &status, WNOHANG) == 0) {
      timer_.expires_after(kReapEvery);
      timer_.async_wait([self = shared_from_this()](Error error) {
        if (!error) self->reap();
      });
      return;
    }
    limit_.cancel();
    if (late_) return done_(std::unexpected(too_late()));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return done_(std::move(text_));
    done_(std::unexpected(WIFEXITED(status) ? "the command ended with exit code " + std::to_string(WEXITSTATUS(status))
                                            : std::string("the command was ended by a signal")));
  }

  asio::posix::stream_descriptor input_;
  asio::posix::stream_descriptor output_;
  asio::steady_timer timer_;
  asio::steady_timer limit_;
  std::string payload_;
  std::string text_;
  std::array<char, 16384> chunk_{};
  HookCallDone done_;
  pid_t process_ = 0;
  bool late_ = false;
};

}  // namespace

void call_hook_target(asio::io_context& io, const HookTarget& target, std::string payload, HookCallDone done,
                      std::chrono::seconds limit) {
  switch (target.kind) {
    case HookTarget::Kind::kUrl:
      std::make_shared<UrlCall>(io, target, std::move(payload), std::move(done), limit)->start();
      return;
    case HookTarget::Kind::kCommand:
      std::make_shared<CommandCall>(io, std::move(payload), std::move(done))->start(target.text);
      return;
    case HookTarget::Kind::kSucceed:
      asio::post(io, [done = std::move(done)]() mutable { done(R"({"hookStatus":"SUCCEEDED"})"); });
      return;
  }
}

}  // namespace drydock::server
