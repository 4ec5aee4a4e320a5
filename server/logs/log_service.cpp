#include "server/logs/log_service.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include "model/arn.hpp"
#include "model/task_content.hpp"
#include "server/operations/logs/groups.hpp"

namespace drydock::server {
namespace {

constexpr std::string_view kTarget = "Logs_20140328.";
constexpr std::string_view kPut = "Logs_20140328.PutLogEvents";
constexpr auto kSweep = std::chrono::hours(1);
constexpr std::uint64_t kCrowdedBytes = 32U << 20;
constexpr std::uint64_t kFullBytes = 256U << 20;

http::Response unavailable() {
  http::Response response;
  response.status = 503;
  response.content_type = "application/x-amz-json-1.1";
  response.headers.emplace_back("x-amzn-ErrorType", "ServiceUnavailableException");
  response.body = api::to_json(
      api::ApiError::of("ServiceUnavailableException", "The service cannot complete the request.")
          .explained("Drydock cannot write its log store; its own log says why. It tries again every second."));
  return response;
}

}  // namespace

LogService::LogService(boost::asio::any_io_executor executor, Core& core, LogServiceOptions options)
    : executor_(std::move(executor)), core_(core), options_(std::move(options)) {}

LogService::~LogService() { close(); }

void LogService::close() {
  if (store_) store_->close();
}

std::expected<std::unique_ptr<LogService>, std::string> LogService::open(boost::asio::any_io_executor executor,
                                                                         Core& core, LogServiceOptions options,
                                                                         model::LogLines& lines) {
  std::unique_ptr<LogService> service(new LogService(std::move(executor), core, std::move(options)));
  storage::LogStoreCallbacks callbacks;
  LogService* raw = service.get();
  callbacks.on_stored = [raw](std::uint64_t ticket) {
    boost::asio::post(raw->executor_, [raw, ticket] { raw->stored(ticket); });
  };
  callbacks.on_failed = [raw](const std::string& message) {
    boost::asio::post(raw->executor_, [raw, message] { raw->failed(message); });
  };
  const auto known = [&core](model::LogStreamId stream) { return core.state().find(stream) != nullptr; };
  auto store =
      storage::LogStore::open({service->options_.directory, service->options_.most_bytes}, std::move(callbacks), known);
  if (!store) return std::unexpected(std::move(store.error().message));
  service->store_ = std::move(*store);
  lines.append = [raw](model::LogStreamId stream, std::vector<model::LogLine> texts, model::Instant ingested_at) {
    raw->store_->append(stream, std::move(texts), ingested_at);
  };
  lines.facts = [raw](model::LogStreamId stream) { return raw->store_->facts(stream); };
  lines.read = [raw](const model::LogQuery& query, const std::function<bool(const model::LogEvent&)>& visit,
                     model::LogPosition& reached) {
    const auto end = raw->store_->read(query, visit, reached);
    if (end) return *end;
    spdlog::error("log store: {}", end.error().message);
    return model::LogReading::kComplete;
  };
  return service;
}

bool LogService::takes(const http::Request& request) {
  return std::string_view(request.headers["X-Amz-Target"]).starts_with(kTarget);
}

void LogService::handle(const http::Request& request, http::ReplyFn reply, const Handle& handle) {
  const bool puts = std::string_view(request.headers["X-Amz-Target"]) == kPut;
  if (puts && (store_->failing() || store_->waiting_bytes() > kFullBytes)) return reply(unavailable());
  if (puts) {
    auto done = std::make_shared<http::ReplyFn>(std::move(reply));
    return handle(request, [this, done](http::Response response) {
      auto answer = std::make_shared<http::Response>(std::move(response));
      when_stored(store_->appended(),
                  [done, answer](bool stored) { (*done)(stored ? std::move(*answer) : unavailable()); });
    });
  }
  if (store_->stored() >= store_->appended()) return handle(request, std::move(reply));
  auto copy = std::make_shared<http::Request>(request);
  auto later = std::make_shared<http::ReplyFn>(std::move(reply));
  // What cannot be written now is not shown.
  when_stored(store_->appended(), [copy, later, handle](bool) { handle(*copy, std::move(*later)); });
}

void LogService::when_stored(std::uint64_t ticket, std::function<void(bool)> then) {
  if (ticket <= store_->stored()) return then(true);
  if (store_->failing()) return then(false);
  waiting_.push_back({ticket, std::move(then)});
}

void LogService::stored(std::uint64_t ticket) {
  sweep();
  while (!waiting_.empty() && waiting_.front().ticket <= ticket) {
    const auto then = std::move(waiting_.front().then);
    waiting_.pop_front();
    then(true);
  }
}

void LogService::failed(const std::string& message) {
  spdlog::error("log lines cannot be stored: {}", message);
  const auto refused = std::exchange(waiting_, {});
  for (const Waiting& one : refused) one.then(false);
}

void LogService::committed(std::span<const model::Touched> touched) {
  std::vector<model::LogStreamId> gone;
  for (const model::Touched& entity : touched) {
    if (entity.kind == model::EntityKind::kTask) forget(model::TaskId{entity.id});
    if (entity.kind != model::EntityKind::kLogStream) continue;
    const model::LogStreamId id{entity.id};
    if (core_.state().find(id) == nullptr) gone.push_back(id);
  }
  if (gone.empty()) return;
  core_.when_durable(core_.sequence(), [this, gone = std::move(gone)](const api::ApiError* error) {
    if (error != nullptr) return;
    for (const model::LogStreamId stream : gone) store_->drop(stream);
  });
}

LogService::Opened LogService::open_stream(const std::string& task_arn, const instances::Awslogs& where) {
  const auto arn = model::parse_arn(task_arn);
  if (!arn) return std::unexpected("InvalidParameterException: " + task_arn + " is no task");
  const std::string region = where.region.empty() ? std::string(arn->region) : where.region;
  const model::WorldId world = core_.world(arn->account, region);
  if (!world) return std::unexpected("ServiceUnavailableException: " + core_.storage_error()->message);
  const bool missing = core_.state().log_group_named(world, where.group) == nullptr;
  const bool create = where.create_group || options_.create_missing_groups;
  const auto run = [&](operations::Context& context) {
    return operations::logs::open_stream(context, where.group, where.stream, create);
  };
  const auto opened = core_.run(world, run);
  if (!opened) return std::unexpected(opened.error().code + ": " + opened.error().message);
  if (missing && !where.create_group) {
    spdlog::warn("log group {} of {} was created; ECS would not have started the container", where.group, region);
  }
  return *opened;
}

std::shared_ptr<const instances::LogSink> LogService::sink() {
  auto sink = std::make_shared<instances::LogSink>();
  sink->open = [this](const std::string& task_arn, const instances::Awslogs& where, auto reply) {
    const Opened opened = open_stream(task_arn, where);
    if (!opened) return reply(opened);
    core_.when_durable(core_.sequence(), [opened, reply = std::move(reply)](const api::ApiError* error) {
      if (error != nullptr) return reply(std::unexpected(error->code + ": " + error->message));
      reply(opened);
    });
  };
  // From the thread that reads logs: the store locks.
  sink->position = [this](const std::string& source) -> std::optional<std::string> {
    auto position = store_->position(source);
    return position ? *position : std::nullopt;
  };
  sink->append = [this](model::LogStreamId stream, std::vector<model::LogLine> lines, std::string source,
                        std::string position) {
    return store_->append(stream, std::move(lines), core_.clock().now(),
                          storage::LogSource{std::move(source), std::move(position)});
  };
  sink->crowded = [this] { return store_->waiting_bytes() > kCrowdedBytes; };
  // While nothing can be stored, nobody waits for it: tasks go on.
  sink->stored = [this](std::uint64_t ticket) { return store_->stored() >= ticket || store_->failing(); };
  return sink;
}

std::optional<std::string> LogService::start(const instances::TaskPayload& task,
                                             const api::ContainerDefinition& container, const std::string& runtime_id) {
  if (!instances::uses_awslogs(container)) return std::nullopt;
  const auto where = instances::awslogs_of(container, task.task_arn, runtime_id);
  if (!where) return "CannotCreateContainerError: Error response from daemon: " + where.error();
  const Opened opened = open_stream(task.task_arn, *where);
  if (!opened) return instances::log_stream_failure(task.launch_type, opened.error());
  simulated_[{task.task_arn, container.name.value_or("")}] = *opened;
  return std::nullopt;
}

/// A task that has ended writes no more.
void LogService::forget(model::TaskId id) {
  if (simulated_.empty()) return;
  const model::Task* task = core_.state().find(id);
  if (task == nullptr) return simulated_.clear();  // whatever is still needed is found again
  if (task->last_status != model::TaskStatus::kStopped) return;
  const std::string arn = model::arn_of(core_.state(), *task);
  const auto begin = simulated_.lower_bound(std::pair(arn, std::string()));
  auto end = begin;
  while (end != simulated_.end() && end->first.first == arn) ++end;
  simulated_.erase(begin, end);
}

model::LogStreamId LogService::stream_of(const std::string& task_arn, const std::string& container) {
  const auto arn = model::parse_arn(task_arn);
  const auto uuid = arn ? model::parse_uuid(arn->path.back()) : std::nullopt;
  const model::Task* task = uuid ? core_.state().task_with(*uuid) : nullptr;
  if (task == nullptr) return {};
  const auto& definitions = *model::content_of(core_.state(), *task).containerDefinitions;
  for (std::size_t i = 0; i < definitions.size() && i < task->containers.size(); ++i) {
    if (definitions[i].name != container || !instances::uses_awslogs(definitions[i])) continue;
    const auto where = instances::awslogs_of(definitions[i], task_arn, task->containers[i].runtime_id);
    const auto opened = where ? open_stream(task_arn, *where) : Opened(std::unexpected(where.error()));
    return opened.value_or(model::LogStreamId{});
  }
  return {};
}

void LogService::add(const instances::simulated::LogBook::Line& line) {
  const auto key = std::pair(line.task_arn, line.container);
  auto known = simulated_.find(key);
  if (known == simulated_.end()) known = simulated_.emplace(key, stream_of(line.task_arn, line.container)).first;
  if (!known->second) return;
  store_->append(known->second, {{line.at, line.text}}, core_.now());
}

void LogService::sweep() {
  const model::Instant now = core_.now();
  if (now - swept_at_ < kSweep) return;
  swept_at_ = now;
  const model::State& state = core_.state();
  for (const model::WorldId world : state.worlds()) {
    for (const auto& [name, id] : state.of(world).log_groups) {
      const model::Instant oldest = operations::logs::oldest_kept(state.get(id), now);
      if (oldest == model::Instant{}) continue;
      for (const auto& [stream_name, stream] : state.of(id).streams) {
        const auto facts = store_->facts(stream);
        if (facts.first_at != model::Instant{} && facts.first_at < oldest) store_->expire(stream, oldest);
      }
    }
  }
}

}  // namespace drydock::server
