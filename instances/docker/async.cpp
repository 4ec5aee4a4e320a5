#include "instances/docker/async.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace drydock::instances::docker {

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace

Signal::Signal(const asio::any_io_executor& executor) : timer_(executor, asio::steady_timer::time_point::max()) {}

asio::awaitable<void> Signal::wait() { co_await timer_.async_wait(kAwait); }

void Signal::notify() { timer_.cancel(); }

Semaphore::Semaphore(const asio::any_io_executor& executor, std::size_t permits)
    : released_(executor), free_(permits) {}

asio::awaitable<Semaphore::Permit> Semaphore::acquire() {
  while (free_ == 0) co_await released_.wait();
  --free_;
  co_return Permit(this);
}

Semaphore::Permit::~Permit() {
  if (owner_ == nullptr) return;
  ++owner_->free_;
  owner_->released_.notify();
}

void Canceller::cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  if (action_) std::exchange(action_, nullptr)();
}

void Canceller::on_cancel(std::function<void()> action) { action_ = std::move(action); }

void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, std::string what) {
  auto finished = [what = std::move(what)](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      spdlog::critical("{}: {}", what, error.what());
    }
  };
  asio::co_spawn(executor, std::move(work), std::move(finished));
}

asio::awaitable<void> sleep_for(std::chrono::milliseconds duration, Canceller* canceller) {
  if (canceller != nullptr && canceller->cancelled()) co_return;
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  if (canceller != nullptr) canceller->on_cancel([&timer] { timer.cancel(); });
  co_await timer.async_wait(kAwait);
  if (canceller != nullptr) canceller->on_cancel(nullptr);
}

}  // namespace drydock::instances::docker
