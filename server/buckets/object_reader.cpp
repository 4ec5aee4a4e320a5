#include "server/buckets/object_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace drydock::server {
namespace {

using instances::ObjectRead;
using Object = std::pair<std::string, std::string>;  // bucket and key

constexpr std::size_t kMostThreads = 16;

struct Job {
  std::uint64_t id = 0;
  Object object;
};

/// What the threads share; one that hangs holds it for longer than the reader lives.
struct Desk {
  ObjectReader::Read read;
  std::mutex mutex;                                          // of all below
  std::function<void(std::uint64_t id, ObjectRead)> answer;  // empty: nobody wants to know
  std::deque<Job> waiting;
  std::set<Object> being_read;
  std::size_t threads = 0;
};

/// The first whose object nobody reads yet: one that hangs must not take more threads than one.
std::optional<Job> take(Desk& desk) {
  const auto free = [&](const Job& job) { return !desk.being_read.contains(job.object); };
  const auto found = std::ranges::find_if(desk.waiting, free);
  if (found == desk.waiting.end()) return std::nullopt;
  Job job = std::move(*found);
  desk.waiting.erase(found);
  desk.being_read.insert(job.object);
  return job;
}

ObjectRead read_one(const Desk& desk, const Object& object) {
  try {
    return desk.read(object.first, object.second);
  } catch (const std::exception& error) {
    return std::unexpected("InternalError: " + std::string(error.what()));
  }
}

/// Reads as long as there is something to read.
void work(const std::shared_ptr<Desk>& desk) {
  std::unique_lock lock(desk->mutex);
  while (const auto job = take(*desk)) {
    lock.unlock();
    ObjectRead read = read_one(*desk, job->object);
    lock.lock();
    desk->being_read.erase(job->object);
    if (desk->answer) desk->answer(job->id, std::move(read));
  }
  --desk->threads;
}

}  // namespace

struct ObjectReader::Impl : std::enable_shared_from_this<ObjectReader::Impl> {
  struct Waiter {
    Waiter(const boost::asio::any_io_executor& executor, std::function<void(ObjectRead)> told)
        : timer(executor), then(std::move(told)) {}
    boost::asio::steady_timer timer;
    std::function<void(ObjectRead)> then;
    std::optional<ObjectRead> read;
    bool briefly = false;
  };

  Impl(boost::asio::any_io_executor io, ReadPatience patient) : executor(std::move(io)), patience(patient) {}

  boost::asio::any_io_executor executor;
  ReadPatience patience;
  std::shared_ptr<Desk> desk = std::make_shared<Desk>();
  std::map<std::uint64_t, Waiter> waiters;  // in the order of their questions
  std::uint64_t last_id = 0;
  std::function<void()> changed;

  void begin(Object object, std::function<void(ObjectRead)> then) {
    const std::uint64_t id = ++last_id;
    Waiter& waiter = waiters.try_emplace(id, executor, std::move(then)).first->second;
    waiter.briefly = patience.brief.count() > 0;
    if (waiter.briefly) {
      wait(id, patience.brief, &Impl::takes_long);
    } else {
      wait(id, patience.most, &Impl::give_up);
    }
    queue({id, std::move(object)});
  }

  void queue(Job job) {
    const std::uint64_t id = job.id;
    const std::lock_guard lock(desk->mutex);
    desk->waiting.push_back(std::move(job));
    if (desk->threads == kMostThreads) return;
    ++desk->threads;
    try {
      std::thread([shared = desk] { work(shared); }).detach();
    } catch (const std::system_error& error) {
      // The threads that there are will come to it.
      if (--desk->threads > 0) return;
      desk->waiting.clear();
      desk->answer(id, std::unexpected("InternalError: no thread to read it: " + std::string(error.what())));
    }
  }

  void wait(std::uint64_t id, std::chrono::milliseconds duration, void (Impl::*then)(std::uint64_t)) {
    boost::asio::steady_timer& timer = waiters.at(id).timer;
    timer.expires_after(duration);
    timer.async_wait([weak = weak_from_this(), id, then](const boost::system::error_code& cancelled) {
      const auto self = weak.lock();
      if (self && !cancelled) (self.get()->*then)(id);
    });
  }

  void takes_long(std::uint64_t id) {
    const auto waiter = waiters.find(id);
    if (waiter == waiters.end() || waiter->second.read) return;
    waiter->second.briefly = false;
    wait(id, patience.most - patience.brief, &Impl::give_up);
    answer();
  }

  void give_up(std::uint64_t id) {
    {
      const std::lock_guard lock(desk->mutex);
      std::erase_if(desk->waiting, [id](const Job& job) { return job.id == id; });
    }
    finish(id, std::unexpected("RequestCanceled: request context canceled caused by: context deadline exceeded"));
  }

  void finish(std::uint64_t id, ObjectRead read) {
    const auto waiter = waiters.find(id);
    if (waiter == waiters.end() || waiter->second.read) return;
    waiter->second.timer.cancel();
    waiter->second.read = std::move(read);
    answer();
  }

  void answer() {
    std::vector<std::pair<std::function<void(ObjectRead)>, ObjectRead>> ready;
    for (auto it = waiters.begin(); it != waiters.end();) {
      Waiter& waiter = it->second;
      if (!waiter.read && waiter.briefly) break;
      if (waiter.read) ready.emplace_back(std::move(waiter.then), std::move(*waiter.read));
      it = waiter.read ? waiters.erase(it) : std::next(it);
    }
    for (auto& [then, read] : ready) then(std::move(read));
    changed();
  }
};

ObjectReader::ObjectReader(const boost::asio::any_io_executor& executor, Read read, ReadPatience patience)
    : impl_(std::make_shared<Impl>(executor, patience)) {
  impl_->changed = [this] {
    if (on_change) on_change();
  };
  impl_->desk->read = std::move(read);
  impl_->desk->answer = [executor, weak = std::weak_ptr(impl_)](std::uint64_t id, ObjectRead result) {
    boost::asio::post(executor, [weak, id, result = std::move(result)]() mutable {
      if (const auto self = weak.lock()) self->finish(id, std::move(result));
    });
  };
}

ObjectReader::~ObjectReader() {
  const std::lock_guard lock(impl_->desk->mutex);
  impl_->desk->answer = nullptr;
  impl_->desk->waiting.clear();
}

void ObjectReader::read(const std::string& bucket, const std::string& key, std::function<void(ObjectRead)> then) {
  impl_->begin({bucket, key}, std::move(then));
}

bool ObjectReader::answers_soon() const {
  return std::ranges::any_of(impl_->waiters, [](const auto& waiter) { return waiter.second.briefly; });
}

}  // namespace drydock::server
