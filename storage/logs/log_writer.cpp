#include "storage/logs/log_writer.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace drydock::storage {
namespace {

constexpr std::size_t kBlockBytes = 64U << 10;
constexpr std::size_t kTailBytes = 3500;  // fits into a page of the database
constexpr std::size_t kMostTails = 4096;
constexpr int kBlocksAtOnce = 64;

bool in_order(const std::vector<StoredEvent>& events) {
  return std::ranges::is_sorted(events, {}, &StoredEvent::position);
}

}  // namespace

Result<void> LogStore::Writer::put_block(std::uint64_t stream, std::optional<std::int64_t>& block,
                                         const std::vector<StoredEvent>& events, std::size_t from, std::size_t to) {
  std::string body;
  LogBlockRow row;
  for (std::size_t i = from; i < to; ++i) {
    append_event(body, events[i]);
    row.bytes += events[i].text.size();
  }
  row.id = block ? *block : ++last_block;
  block.reset();
  row.stream = stream;
  row.first_at = events[from].position.at;
  row.last_at = events[to - 1].position.at;
  if (auto put = connection->put_block(row, body); !put) return put;
  if (body.size() >= kTailBytes) return {};
  if (tails.size() >= kMostTails) tails.clear();
  tails[stream] = {row.id, std::move(body)};
  return {};
}

Result<void> LogStore::Writer::append(std::uint64_t stream, const Lines& jobs) {
  touched.insert(stream);
  model::LogStreamFacts& known = facts[stream];
  std::optional<std::int64_t> block;
  std::string before;
  std::vector<StoredEvent> events;
  std::map<std::string_view, const std::string*> sources;  // where they are last
  if (const auto tail = tails.find(stream); tail != tails.end()) {
    block = tail->second.block;
    before = std::move(tail->second.body);
    tails.erase(tail);
    events = events_of(before);
  }
  for (const Job* job : jobs) {
    std::uint64_t id = job->first_id;
    for (const model::LogLine& line : job->lines) {
      events.push_back({{line.at, id++}, job->when, line.text});
      known.first_at = known.first_at == model::Instant{} ? line.at : std::min(known.first_at, line.at);
      known.last_at = std::max(known.last_at, line.at);
      known.bytes += line.text.size();
      total_bytes += line.text.size();
    }
    if (!job->lines.empty()) known.last_ingested_at = std::max(known.last_ingested_at, job->when);
    if (job->source) sources[job->source->name] = &job->source->position;
  }
  for (const auto& [name, position] : sources) {
    if (auto put = connection->put_source(stream, name, *position); !put) return put;
  }
  if (!in_order(events)) std::ranges::stable_sort(events, {}, &StoredEvent::position);
  std::size_t from = 0;
  std::size_t size = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    size += events[i].text.size() + kEventOverhead;
    if (size < kBlockBytes && i + 1 < events.size()) continue;
    if (auto put = put_block(stream, block, events, from, i + 1); !put) return put;
    from = i + 1;
    size = 0;
  }
  return connection->put_facts(stream, known);
}

Result<void> LogStore::Writer::remove(const std::vector<LogBlockRow>& blocks) {
  std::set<std::uint64_t> streams;
  for (const LogBlockRow& block : blocks) {
    if (auto removed = connection->remove_block(block.id); !removed) return removed;
    total_bytes -= std::min(total_bytes, block.bytes);
    model::LogStreamFacts& known = facts[block.stream];
    known.bytes -= std::min(known.bytes, block.bytes);
    if (const auto tail = tails.find(block.stream); tail != tails.end() && tail->second.block == block.id) {
      tails.erase(tail);
    }
    streams.insert(block.stream);
  }
  for (const std::uint64_t stream : streams) {
    const auto first = connection->first_in(stream);
    if (!first) return std::unexpected(first.error());
    touched.insert(stream);
    facts[stream].first_at = *first;
    if (auto put = connection->put_facts(stream, facts[stream]); !put) return put;
  }
  return {};
}

Result<void> LogStore::Writer::stay_within_bounds() {
  while (total_bytes > most_bytes) {
    auto oldest = connection->oldest_blocks(kBlocksAtOnce);
    if (!oldest) return std::unexpected(std::move(oldest.error()));
    if (oldest->empty()) return {};
    std::uint64_t freed = 0;
    std::size_t count = 0;
    while (count < oldest->size() && total_bytes > most_bytes + freed) freed += (*oldest)[count++].bytes;
    oldest->resize(count);
    if (auto removed = remove(*oldest); !removed) return removed;
  }
  return {};
}

Result<void> LogStore::Writer::drop(std::uint64_t stream) {
  tails.erase(stream);
  touched.insert(stream);
  if (const auto known = facts.find(stream); known != facts.end()) {
    total_bytes -= std::min(total_bytes, known->second.bytes);
    facts.erase(known);
  }
  return connection->drop_stream(stream);
}

Result<void> LogStore::Writer::write_in_transaction(const std::deque<Job>& jobs) {
  std::map<std::uint64_t, Lines> appends;
  const auto append_all = [&]() -> Result<void> {
    for (const auto& [stream, lines] : appends) {
      if (auto done = append(stream, lines); !done) return done;
    }
    appends.clear();
    return {};
  };
  std::uint64_t next_event = 0;
  for (const Job& job : jobs) {
    next_event = std::max(next_event, job.first_id + job.lines.size());
    if (job.kind == Job::Kind::kAppend) {
      appends[job.stream].push_back(&job);
      continue;
    }
    if (auto done = append_all(); !done) return done;
    if (job.kind == Job::Kind::kDrop) {
      if (auto done = drop(job.stream); !done) return done;
      continue;
    }
    const auto blocks = connection->blocks_before(job.stream, job.when);
    if (!blocks) return std::unexpected(blocks.error());
    if (auto done = remove(*blocks); !done) return done;
  }
  if (auto done = append_all(); !done) return done;
  if (auto done = stay_within_bounds(); !done) return done;
  return next_event == 0 ? Result<void>{} : connection->put_next_event(next_event);
}

Result<void> LogStore::Writer::load() {
  auto all = connection->all_facts();
  if (!all) return std::unexpected(std::move(all.error()));
  facts = std::move(*all);
  tails.clear();
  total_bytes = 0;
  for (const auto& [stream, known] : facts) total_bytes += known.bytes;
  const auto last = connection->last_block();
  if (!last) return std::unexpected(last.error());
  last_block = *last;
  stale_ = false;
  return {};
}

Result<void> LogStore::Writer::write(const std::deque<Job>& jobs) {
  if (stale_) {
    if (auto loaded = load(); !loaded) return loaded;
  }
  if (auto begun = connection->begin(); !begun) return begun;
  touched.clear();
  auto written = write_in_transaction(jobs);
  if (written) written = connection->commit();
  if (written) return {};
  connection->roll_back();
  stale_ = true;
  return written;
}

Result<void> LogStore::Writer::forget_unknown(const std::function<bool(model::LogStreamId)>& known) {
  std::deque<Job> jobs;
  for (const auto& [stream, ignored] : facts) {
    if (known(model::LogStreamId{stream})) continue;
    Job job;
    job.kind = Job::Kind::kDrop;
    job.stream = stream;
    jobs.push_back(std::move(job));
  }
  return jobs.empty() ? Result<void>{} : write(jobs);
}

}  // namespace drydock::storage
