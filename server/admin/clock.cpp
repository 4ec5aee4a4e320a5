#include "server/admin/clock.hpp"

#include <set>

#include "server/admin/run_goal.hpp"
#include "server/virtual_time/time_values.hpp"

namespace drydock::server {
namespace {

constexpr auto kDefaultLimit = std::chrono::hours(1);

const char* to_text(RunEnd end) {
  switch (end) {
    case RunEnd::kReached: return "reached";
    case RunEnd::kIdle: return "idle";
    case RunEnd::kLimit: return "limit";
    case RunEnd::kGone: return "gone";
    case RunEnd::kStorageFailed: return "storageFailed";
  }
  return "";
}

/// A misspelt member must not let hours pass.
std::string unknown_member(const nlohmann::json& body, const std::set<std::string>& known) {
  for (const auto& [name, value] : body.items()) {
    if (!known.contains(name)) return name;
  }
  return {};
}

std::expected<Run, GoalError> parse_advance(const nlohmann::json& body, model::Instant now) {
  if (body.size() != 1) {
    return std::unexpected(GoalError{400, "advance and advanceTo stand alone."});
  }
  Run run;
  if (body.contains("advance")) {
    const auto by = duration_from(body["advance"]);
    if (!by) return std::unexpected(GoalError{400, by.error()});
    run.limit = now + *by;
    return run;
  }
  const auto to = instant_from(body["advanceTo"]);
  if (!to) return std::unexpected(GoalError{400, to.error()});
  if (*to < now) return std::unexpected(GoalError{400, "It is " + to_iso(now) + " already; time does not go back."});
  if (*to - now > std::chrono::hours(24 * 366 * 100)) {
    return std::unexpected(GoalError{400, to_iso(*to) + " is more than 100 years ahead."});
  }
  run.limit = *to;
  return run;
}

std::expected<Run, GoalError> parse_run(const nlohmann::json& body, const model::State& state, model::Instant now) {
  const std::string unknown = unknown_member(
      body, {"advance", "advanceTo", "until", "limit", "service", "cluster", "account", "region", "task", "status"});
  if (!unknown.empty()) return std::unexpected(GoalError{400, "The clock does not know \"" + unknown + "\"."});
  if (body.contains("advance") || body.contains("advanceTo")) return parse_advance(body, now);
  Run run;
  run.limit = now + kDefaultLimit;
  if (body.contains("limit")) {
    const auto limit = duration_from(body["limit"]);
    if (!limit) return std::unexpected(GoalError{400, limit.error()});
    run.limit = now + *limit;
  }
  const nlohmann::json until = body.value("until", nlohmann::json());
  if (until == "idle") {
    run.until_idle = true;
    return run;
  }
  if (until != "stable" && until != "task") {
    return std::unexpected(GoalError{
        400,
        "The clock takes advance, advanceTo, or until: \"idle\", \"stable\" (with service) or \"task\" (with task and "
        "status)."});
  }
  auto goal = parse_goal(body, state);
  if (!goal) return std::unexpected(goal.error());
  run.goal = std::move(*goal);
  return run;
}

}  // namespace

nlohmann::ordered_json ClockPath::show() const {
  nlohmann::ordered_json body;
  body["mode"] = time_ != nullptr ? "virtual" : "real";
  body["now"] = to_iso(core_.now());
  body["epochMillis"] = core_.now().time_since_epoch().count();
  const auto next = time_ != nullptr ? time_->next_event() : core_.next_timer();
  body["nextTimer"] = next ? nlohmann::ordered_json(to_iso(*next)) : nlohmann::ordered_json();
  return body;
}

void ClockPath::handle(const http::Request& request, http::ReplyFn reply) {
  using boost::beast::http::verb;
  if (request.method == verb::get || request.method == verb::head) return reply(json_reply(200, show()));
  if (request.method == verb::post) return post(request, std::move(reply));
  reply(message_reply(405, "Use GET or POST."));
}

void ClockPath::post(const http::Request& request, http::ReplyFn reply) {
  if (time_ == nullptr) {
    return reply(message_reply(409,
                               "The clock is the operating system's; `drydock serve --clock virtual` has one that "
                               "can be moved."));
  }
  if (time_->running()) return reply(message_reply(409, "The clock is moving already for another request."));
  const nlohmann::json body = nlohmann::json::parse(request.body, nullptr, false);
  if (!body.is_object()) return reply(message_reply(400, "The body should be a JSON object."));
  auto run = parse_run(body, core_.state(), core_.now());
  if (!run) return reply(message_reply(run.error().status, run.error().message));
  auto answer = std::make_shared<http::ReplyFn>(std::move(reply));
  run->done = [this, answer, began = core_.now()](RunEnd end) {
    nlohmann::ordered_json shown = show();
    shown["stoppedBecause"] = to_text(end);
    shown["advancedSeconds"] = static_cast<double>((core_.now() - began).count()) / 1000;
    core_.when_durable(core_.sequence(), [answer, shown = std::move(shown)](const api::ApiError* error) {
      (*answer)(error == nullptr ? json_reply(200, shown) : message_reply(503, error->message));
    });
  };
  time_->run(std::move(*run));
}

}  // namespace drydock::server
