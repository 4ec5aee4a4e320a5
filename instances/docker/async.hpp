#pragma once
// Small coroutine tools of this room. Everything here lives on one executor that runs on one thread.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <string>

namespace drydock::instances::docker {

namespace asio = boost::asio;

/// "Something changed": wakes every coroutine that waits at that moment. A waiter checks its condition before and
/// after; on one thread nothing can slip in between the check and the wait.
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor);
  asio::awaitable<void> wait();
  void notify();

 private:
  asio::steady_timer timer_;
};

/// At most `permits` coroutines at a time hold a Permit. The semaphore must outlive its permits.
class Semaphore {
 public:
  Semaphore(const asio::any_io_executor& executor, std::size_t permits);

  class Permit {
   public:
    explicit Permit(Semaphore* owner) : owner_(owner) {}
    Permit(Permit&& other) noexcept : owner_(other.owner_) { other.owner_ = nullptr; }
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    Permit& operator=(Permit&&) = delete;
    ~Permit();

   private:
    Semaphore* owner_;
  };

  asio::awaitable<Permit> acquire();

 private:
  Signal released_;
  std::size_t free_;
};

/// Lets one coroutine end a call that another one is waiting for. cancel() may come before the call begins.
class Canceller {
 public:
  void cancel();
  bool cancelled() const { return cancelled_; }
  /// Set by the call while it runs: how to end it. Empty otherwise.
  void on_cancel(std::function<void()> action);

 private:
  bool cancelled_ = false;
  std::function<void()> action_;
};

/// Starts a coroutine on its own. An exception that leaves it is a bug and is logged as `what`.
void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, std::string what);

/// Waits out a duration of real time, or returns at once when `canceller` (may be null) is cancelled.
asio::awaitable<void> sleep_for(std::chrono::milliseconds duration, Canceller* canceller = nullptr);

}  // namespace drydock::instances::docker
