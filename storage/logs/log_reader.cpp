#include "storage/logs/log_reader.hpp"

#include <algorithm>
#include <queue>

namespace drydock::storage {
namespace {

/// A block that is being read.
struct Open {
  std::string body;
  std::vector<StoredEvent> events;  // in the order of reading
  std::uint64_t stream = 0;
  std::size_t next = 0;

  [[nodiscard]] const model::LogPosition& position() const { return events[next].position; }
};

/// Merges blocks whose times overlap. `before` orders positions as they are read.
class Merge {
 public:
  Merge(LogReadConnection& connection, const model::LogQuery& query, std::vector<LogBlockRow> blocks)
      : connection_(connection), query_(query), blocks_(std::move(blocks)) {
    if (query_.backward) {
      std::ranges::sort(blocks_, std::ranges::greater{}, &LogBlockRow::last_at);
    } else {
      std::ranges::sort(blocks_, {}, &LogBlockRow::first_at);
    }
  }

  /// Orders the heap: what is read first is in front.
  [[nodiscard]] auto later() const {
    return [backward = query_.backward](const std::unique_ptr<Open>& a, const std::unique_ptr<Open>& b) {
      return backward ? a->position() < b->position() : b->position() < a->position();
    };
  }
  /// The next block to read from, or none at the end. Null with `too_long` when more would have to be opened.
  Result<Open*> next() {
    while (next_block_ < blocks_.size() && (open_.empty() || begins_before(blocks_[next_block_], *open_.front()))) {
      if (bytes_ > query_.most_bytes && visited_) {
        too_long_ = true;
        return nullptr;
      }
      if (auto opened = open(blocks_[next_block_++]); !opened) return std::unexpected(std::move(opened.error()));
    }
    if (open_.empty()) return nullptr;
    visited_ = true;
    return open_.front().get();
  }
  /// Steps over the event that was read.
  void advance() {
    std::ranges::pop_heap(open_, later());
    if (++open_.back()->next < open_.back()->events.size()) {
      std::ranges::push_heap(open_, later());
    } else {
      open_.pop_back();
    }
  }
  [[nodiscard]] bool too_long() const { return too_long_; }

 private:
  /// Whether the block may hold an event that comes before the next one that is open.
  [[nodiscard]] bool begins_before(const LogBlockRow& block, const Open& first) const {
    return query_.backward ? block.last_at >= first.position().at : block.first_at <= first.position().at;
  }
  [[nodiscard]] bool wanted(const model::LogPosition& position) const {
    if (position.at < query_.from || position.at >= query_.until) return false;
    if (!query_.beyond) return true;
    return query_.backward ? position < *query_.beyond : position > *query_.beyond;
  }
  Result<void> open(const LogBlockRow& row) {
    auto body = connection_.body(row.id);
    if (!body) return std::unexpected(std::move(body.error()));
    bytes_ += body->size() + kEventOverhead;
    auto block = std::make_unique<Open>();
    block->body = std::move(*body);
    block->stream = row.stream;
    block->events = events_of(block->body);
    std::erase_if(block->events, [this](const StoredEvent& event) { return !wanted(event.position); });
    if (query_.backward) std::ranges::reverse(block->events);
    if (block->events.empty()) return {};
    open_.push_back(std::move(block));
    std::ranges::push_heap(open_, later());
    return {};
  }

  LogReadConnection& connection_;
  const model::LogQuery& query_;
  std::vector<LogBlockRow> blocks_;
  std::size_t next_block_ = 0;
  std::vector<std::unique_ptr<Open>> open_;  // a heap, the next one in front
  std::uint64_t bytes_ = 0;
  bool visited_ = false;
  bool too_long_ = false;
};

}  // namespace

Result<model::LogReading> LogStore::Reader::read(const model::LogQuery& query,
                                                 const std::vector<std::uint64_t>& streams,
                                                 const std::function<bool(const model::LogEvent&)>& visit,
                                                 model::LogPosition& reached) {
  model::Instant from = query.from;
  model::Instant to = query.until - model::Duration{1};
  if (query.beyond && query.backward) to = std::min(to, query.beyond->at);
  if (query.beyond && !query.backward) from = std::max(from, query.beyond->at);
  if (auto begun = connection->begin(); !begun) return std::unexpected(std::move(begun.error()));
  const std::unique_ptr<LogReadConnection, void (*)(LogReadConnection*)> snapshot(
      connection.get(), [](LogReadConnection* open) { open->end(); });
  std::vector<LogBlockRow> blocks;
  for (const std::uint64_t stream : streams) {
    if (auto found = connection->find(stream, from, to, blocks); !found) return std::unexpected(found.error());
  }
  Merge merge(*connection, query, std::move(blocks));
  while (true) {
    auto block = merge.next();
    if (!block) return std::unexpected(std::move(block.error()));
    if (*block == nullptr) return merge.too_long() ? model::LogReading::kTooLong : model::LogReading::kComplete;
    const StoredEvent& event = (*block)->events[(*block)->next];
    model::LogEvent seen{event.position, model::LogStreamId{(*block)->stream}, event.ingested_at, event.text};
    const bool goes_on = visit(seen);
    reached = event.position;
    if (!goes_on) return model::LogReading::kEnded;
    merge.advance();
  }
}

}  // namespace drydock::storage
