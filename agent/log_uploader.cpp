#include "agent/log_uploader.hpp"

#include <algorithm>
#include <iterator>

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

namespace drydock::agent {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kCrowdedBytes = std::size_t{16} << 20;
constexpr std::size_t kRequestBytes = std::size_t{512} << 10;
constexpr std::size_t kLineOverhead = 32;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

LogUploader::LogUploader(asio::any_io_executor executor, std::shared_ptr<EcsApi> api)
    : executor_(std::move(executor)), api_(std::move(api)) {}

void LogUploader::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

std::shared_ptr<const instances::LogSink> LogUploader::sink() {
  auto sink = std::make_shared<instances::LogSink>();
  sink->open = [self = shared_from_this()](std::string task_arn, instances::Awslogs where, auto reply) {
    instances::docker::spawn(self->executor_, open(self, std::move(task_arn), std::move(where), std::move(reply)),
                             "log stream");
  };
  sink->prepare = [self = shared_from_this()](std::string source, std::function<void()> ready) {
    asio::post(self->executor_, [self, source = std::move(source), ready = std::move(ready)] {
      instances::docker::spawn(self->executor_, prepare(self, source, ready), "position of a log");
    });
  };
  sink->position = [self = shared_from_this()](const std::string& source) -> std::optional<std::string> {
    const std::lock_guard lock(self->mutex_);
    const auto known = self->positions_.find(source);
    return known == self->positions_.end() || known->second.empty() ? std::nullopt : std::optional(known->second);
  };
  sink->append = [self = shared_from_this()](model::LogStreamId stream, std::vector<model::LogLine> lines,
                                             std::string source, std::string position) {
    return self->append(stream, std::move(lines), std::move(source), std::move(position));
  };
  sink->crowded = [self = shared_from_this()] {
    const std::lock_guard lock(self->mutex_);
    return self->waiting_bytes_ > kCrowdedBytes;
  };
  sink->stored = [self = shared_from_this()](std::uint64_t ticket) {
    const std::lock_guard lock(self->mutex_);
    return self->stored_ >= ticket || self->closed_;
  };
  return sink;
}

asio::awaitable<void> LogUploader::open(std::shared_ptr<LogUploader> self, std::string task_arn,
                                        instances::Awslogs where,
                                        std::function<void(std::expected<model::LogStreamId, std::string>)> reply) {
  Json request;
  request["taskArn"] = std::move(task_arn);
  request["group"] = std::move(where.group);
  request["region"] = std::move(where.region);
  request["stream"] = std::move(where.stream);
  request["createGroup"] = where.create_group;
  const auto answer = co_await EcsApi::post(self->api_, "agents/logs/open", dumped(request));
  if (!answer) {
    reply(std::unexpected(answer.error().message));
    co_return;
  }
  const Json body = Json::parse(*answer, nullptr, false);
  if (body.is_object() && body.contains("stream") && body["stream"].is_number_unsigned()) {
    reply(model::LogStreamId{body["stream"].get<std::uint64_t>()});
  } else {
    const bool told = body.is_object() && body.contains("error") && body["error"].is_string();
    reply(std::unexpected(told ? body["error"].get<std::string>() : "the server's answer cannot be read"));
  }
}

asio::awaitable<void> LogUploader::prepare(std::shared_ptr<LogUploader> self, std::string source,
                                           std::function<void()> ready) {
  bool known = false;
  {
    const std::lock_guard lock(self->mutex_);
    known = self->positions_.contains(source);
  }
  if (!known) {
    Json request;
    request["source"] = source;
    const auto answer = co_await EcsApi::post(self->api_, "agents/logs/position", dumped(request));
    const Json body = answer ? Json::parse(*answer, nullptr, false) : Json();
    const bool told = body.is_object() && body.contains("position") && body["position"].is_string();
    const std::lock_guard lock(self->mutex_);
    self->positions_.emplace(source, told ? body["position"].get<std::string>() : "");
  }
  ready();
}

std::uint64_t LogUploader::append(model::LogStreamId stream, std::vector<model::LogLine> lines, std::string source,
                                  std::string position) {
  const std::lock_guard lock(mutex_);
  Batch batch;
  batch.ticket = ++appended_;
  batch.stream = stream;
  for (const model::LogLine& line : lines) batch.bytes += line.text.size() + kLineOverhead;
  batch.lines = std::move(lines);
  std::string& reached = positions_[source];
  batch.after = std::exchange(reached, position);
  batch.source = std::move(source);
  batch.position = std::move(position);
  waiting_bytes_ += batch.bytes;
  waiting_.push_back(std::move(batch));
  if (!std::exchange(uploading_, true)) {
    asio::post(executor_, [self = shared_from_this()] {
      instances::docker::spawn(self->executor_, upload(self), "logs to the server");
    });
  }
  return appended_;
}

/// As much as fits into one request, but at least one batch.
std::string LogUploader::next_request(std::size_t& batches) {
  const std::lock_guard lock(mutex_);
  Json list = Json::array();
  std::size_t bytes = 0;
  batches = 0;
  for (const Batch& batch : waiting_) {
    if (batches != 0 && bytes + batch.bytes > kRequestBytes) break;
    Json one;
    one["stream"] = batch.stream.value;
    one["source"] = batch.source;
    one["after"] = batch.after;
    one["position"] = batch.position;
    one["lines"] = Json::array();
    for (const model::LogLine& line : batch.lines) {
      one["lines"].push_back(Json::array({line.at.time_since_epoch().count(), line.text}));
    }
    list.push_back(std::move(one));
    bytes += batch.bytes;
    ++batches;
  }
  if (batches == 0) {
    uploading_ = false;
    return {};
  }
  Json request;
  request["batches"] = std::move(list);
  return dumped(request);
}

/// Of the first `batches` that wait, those stay that the server did not take: it knows another position of their source
/// than they follow (it was set back to an earlier state), and gets them as what follows that one.
void LogUploader::settle(std::size_t batches, const std::string& answer) {
  const std::lock_guard lock(mutex_);
  const Json body = Json::parse(answer, nullptr, false);
  const Json positions = body.is_object() ? body.value("positions", Json()) : Json();
  std::map<std::string, std::vector<std::size_t>> by_source;
  for (std::size_t i = 0; i < batches; ++i) by_source[waiting_[i].source].push_back(i);
  std::vector<bool> stays(batches, false);
  for (const auto& [source, places] : by_source) {
    if (!positions.is_object() || !positions.contains(source) || !positions[source].is_string()) continue;
    const std::string reached = positions[source].get<std::string>();
    const auto last_stored =
        std::ranges::find(places, reached, [this](std::size_t place) { return waiting_[place].position; });
    if (last_stored == places.end()) waiting_[places.front()].after = reached;
    const auto first = last_stored == places.end() ? places.begin() : last_stored + 1;
    std::for_each(first, places.end(), [&stays](std::size_t place) { stays[place] = true; });
  }
  const std::uint64_t last = waiting_[batches - 1].ticket;
  std::vector<Batch> again;
  for (std::size_t i = 0; i < batches; ++i) {
    if (stays[i]) {
      again.push_back(std::move(waiting_.front()));
    } else {
      waiting_bytes_ -= waiting_.front().bytes;
    }
    waiting_.pop_front();
  }
  stored_ = again.empty() ? last : again.front().ticket - 1;
  waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
}

asio::awaitable<void> LogUploader::upload(std::shared_ptr<LogUploader> self) {
  while (true) {
    std::size_t batches = 0;
    std::string request = self->next_request(batches);
    if (batches == 0) co_return;
    const auto answer = co_await EcsApi::post(self->api_, "agents/logs/append", std::move(request));
    if (self->api_->closed()) co_return;
    if (!answer) spdlog::error("the server refuses lines of logs: {}", answer.error().message);
    self->settle(batches, answer ? *answer : "");
  }
}

}  // namespace drydock::agent
