#include "storage/logs/log_store.hpp"

#include <utility>

#include "storage/logs/log_reader.hpp"
#include "storage/logs/log_writer.hpp"

namespace drydock::storage {
namespace {

constexpr auto kRetry = std::chrono::seconds(1);
constexpr std::uint64_t kBatchBytes = 16ULL << 20;

}  // namespace

LogStore::LogStore(LogStoreOptions options, LogStoreCallbacks callbacks)
    : options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      writer_(std::make_unique<Writer>()),
      reader_(std::make_unique<Reader>()) {}

LogStore::~LogStore() { close(); }

Result<std::unique_ptr<LogStore>> LogStore::open(LogStoreOptions options, LogStoreCallbacks callbacks,
                                                 const std::function<bool(model::LogStreamId)>& known) {
  const std::filesystem::path path = options.directory / "logs.db";
  std::unique_ptr<LogStore> store(new LogStore(std::move(options), std::move(callbacks)));
  auto connection = LogConnection::open(path);
  if (!connection) return std::unexpected(std::move(connection.error()));
  Writer& writer = *store->writer_;
  writer.connection = std::move(*connection);
  writer.most_bytes = store->options_.most_bytes;
  if (auto loaded = writer.load(); !loaded) return std::unexpected(std::move(loaded.error()));
  if (auto done = writer.forget_unknown(known); !done) return std::unexpected(std::move(done.error()));
  const auto next = writer.connection->next_event();
  if (!next) return std::unexpected(next.error());
  store->next_event_ = *next;
  store->facts_ = writer.facts;
  auto reading = LogReadConnection::open(path);
  if (!reading) return std::unexpected(std::move(reading.error()));
  store->reader_->connection = std::move(*reading);
  store->thread_ = std::thread([raw = store.get()] { raw->work(); });
  return store;
}

std::uint64_t LogStore::enqueue(Job job) {
  const std::lock_guard lock(mutex_);
  if (job.kind == Job::Kind::kDrop) dropped_.insert(model::LogStreamId{job.stream});
  const bool gone = job.kind != Job::Kind::kDrop && dropped_.contains(model::LogStreamId{job.stream});
  if (closing_ || gone) return appended_.load();
  job.first_id = next_event_;
  next_event_ += job.lines.size();
  job.ticket = appended_.load() + 1;
  appended_.store(job.ticket);
  waiting_bytes_ += job.bytes;
  const std::uint64_t ticket = job.ticket;
  jobs_.push_back(std::move(job));
  work_.notify_one();
  return ticket;
}

std::uint64_t LogStore::append(model::LogStreamId stream, std::vector<model::LogLine> lines, model::Instant ingested_at,
                               std::optional<LogSource> source) {
  Job job;
  job.stream = stream.value;
  job.lines = std::move(lines);
  job.when = ingested_at;
  job.source = std::move(source);
  for (const model::LogLine& line : job.lines) job.bytes += line.text.size();
  return enqueue(std::move(job));
}

std::uint64_t LogStore::drop(model::LogStreamId stream) {
  Job job;
  job.kind = Job::Kind::kDrop;
  job.stream = stream.value;
  return enqueue(std::move(job));
}

std::uint64_t LogStore::expire(model::LogStreamId stream, model::Instant before) {
  Job job;
  job.kind = Job::Kind::kExpire;
  job.stream = stream.value;
  job.when = before;
  return enqueue(std::move(job));
}

bool LogStore::write(std::deque<Job>& jobs) {
  const auto written = writer_->write(jobs);
  if (!written) {
    const bool first = !failing_.exchange(true);
    if (callbacks_.on_failed && first) callbacks_.on_failed(written.error().message);
    return false;
  }
  failing_.store(false);
  std::uint64_t bytes = 0;
  for (const Job& job : jobs) bytes += job.bytes;
  const std::uint64_t last = jobs.back().ticket;
  {
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t stream : writer_->touched) {
      const auto known = writer_->facts.find(stream);
      if (known == writer_->facts.end()) {
        facts_.erase(stream);
      } else {
        facts_[stream] = known->second;
      }
    }
    waiting_bytes_ -= bytes;
    stored_.store(last);
  }
  done_.notify_all();
  if (callbacks_.on_stored) callbacks_.on_stored(last);
  return true;
}

void LogStore::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    std::deque<Job> batch;
    for (std::uint64_t bytes = 0; !jobs_.empty() && bytes < kBatchBytes;) {
      bytes += jobs_.front().bytes;
      batch.push_back(std::move(jobs_.front()));
      jobs_.pop_front();
    }
    lock.unlock();
    const bool written = write(batch);
    lock.lock();
    if (written) continue;
    // In front again, in their order.
    while (!batch.empty()) {
      jobs_.push_front(std::move(batch.back()));
      batch.pop_back();
    }
    done_.notify_all();
    if (closing_) return;
    work_.wait_for(lock, kRetry, [this] { return closing_; });
  }
}

model::LogStreamFacts LogStore::facts(model::LogStreamId stream) const {
  const std::lock_guard lock(mutex_);
  const auto it = facts_.find(stream.value);
  return it == facts_.end() ? model::LogStreamFacts{} : it->second;
}

std::uint64_t LogStore::bytes() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t total = 0;
  for (const auto& [stream, known] : facts_) total += known.bytes;
  return total;
}

Result<model::LogReading> LogStore::read(const model::LogQuery& query,
                                         const std::function<bool(const model::LogEvent&)>& visit,
                                         model::LogPosition& reached) {
  std::vector<std::uint64_t> streams;
  {
    const std::lock_guard lock(mutex_);
    for (const model::LogStreamId stream : query.streams) {
      const auto known = facts_.find(stream.value);
      if (known != facts_.end() && known->second.last_at >= query.from) streams.push_back(stream.value);
    }
  }
  return reader_->read(query, streams, visit, reached);
}

Result<std::optional<std::string>> LogStore::position(const std::string& source) {
  // A connection of its own: the reader's belongs to another thread. Asked once per container.
  auto connection = LogReadConnection::open(options_.directory / "logs.db");
  if (!connection) return std::unexpected(std::move(connection.error()));
  return (*connection)->position(source);
}

bool LogStore::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t target = appended_.load();
  done_.wait(lock, [&] { return stored_.load() >= target || failing_.load() || closing_; });
  return stored_.load() >= target;
}

void LogStore::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_all();
  done_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace drydock::storage
