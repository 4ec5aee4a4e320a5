#include "server/logs/agent_logs.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace drydock::server {
namespace {

using Json = nlohmann::json;

struct Batch {
  model::LogStreamId stream;
  std::string source;
  std::string after;
  std::string position;
  std::vector<model::LogLine> lines;
};

std::optional<std::string> text_of(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<model::LogLine> line_of(const Json& json) {
  if (!json.is_array() || json.size() != 2 || !json[0].is_number_integer() || !json[1].is_string()) return std::nullopt;
  return model::LogLine{model::Instant{model::Duration{json[0].get<std::int64_t>()}}, json[1].get<std::string>()};
}

std::optional<Batch> batch_of(const Json& json) {
  auto source = text_of(json, "source");
  auto after = text_of(json, "after");
  auto position = text_of(json, "position");
  if (!source || !after || !position || source->empty() || position->empty()) return std::nullopt;
  const auto stream = json.find("stream");
  const auto lines = json.find("lines");
  if (stream == json.end() || !stream->is_number_unsigned() || lines == json.end() || !lines->is_array()) {
    return std::nullopt;
  }
  Batch batch{model::LogStreamId{stream->get<std::uint64_t>()},
              std::move(*source),
              std::move(*after),
              std::move(*position),
              {}};
  for (const Json& one : *lines) {
    auto line = line_of(one);
    if (!line) return std::nullopt;
    batch.lines.push_back(std::move(*line));
  }
  return batch;
}

std::optional<std::vector<Batch>> batches_of(const Json& body) {
  const auto list = body.find("batches");
  if (list == body.end() || !list->is_array()) return std::nullopt;
  std::vector<Batch> batches;
  for (const Json& one : *list) {
    auto batch = batch_of(one);
    if (!batch) return std::nullopt;
    batches.push_back(std::move(*batch));
  }
  return batches;
}

http::Response not_stored() {
  return message_reply(503, "The log store cannot be written; the server's own log says why. Send it again.");
}

}  // namespace

void AgentLogs::handle(const http::Request& request, std::string_view path, http::ReplyFn reply) {
  if (request.method != boost::beast::http::verb::post) return reply(message_reply(405, "Use POST."));
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return reply(message_reply(400, "The body should be a JSON object."));
  if (path == "open") return open(body, std::move(reply));
  if (path == "position") return position(body, std::move(reply));
  if (path == "append") return append(body, std::move(reply));
  reply(message_reply(404, "Agents bring logs to open, position and append."));
}

void AgentLogs::open(const Json& body, http::ReplyFn reply) {
  const auto task = text_of(body, "taskArn");
  const auto group = text_of(body, "group");
  const auto stream = text_of(body, "stream");
  if (!task || !group || !stream) return reply(message_reply(400, "taskArn, group and stream are needed."));
  instances::Awslogs where;
  where.group = *group;
  where.stream = *stream;
  where.region = text_of(body, "region").value_or("");
  where.create_group = body.value("createGroup", Json()) == Json(true);
  auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
  sink_->open(*task, std::move(where), [shared](const std::expected<model::LogStreamId, std::string>& opened) {
    if (opened) return (*shared)(json_reply(200, {{"stream", opened->value}}));
    // What the storage says is said again: it may work by then.
    const bool fault = opened.error().starts_with("ServiceUnavailable");
    (*shared)(fault ? message_reply(503, opened.error()) : json_reply(200, {{"error", opened.error()}}));
  });
}

std::string AgentLogs::reached(const std::string& source) const {
  const auto unstored = unstored_.find(source);
  return unstored != unstored_.end() ? unstored->second.position : sink_->position(source).value_or("");
}

void AgentLogs::position(const Json& body, http::ReplyFn reply) {
  const auto source = text_of(body, "source");
  if (!source) return reply(message_reply(400, "source is needed."));
  const auto unstored = unstored_.find(*source);
  auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
  logs_.when_stored(unstored == unstored_.end() ? 0 : unstored->second.ticket,
                    [this, shared, source = *source](bool stored) {
                      if (!stored) return (*shared)(not_stored());
                      const auto reached = sink_->position(source);
                      nlohmann::ordered_json answer;
                      answer["position"] = nullptr;
                      if (reached) answer["position"] = *reached;
                      (*shared)(json_reply(200, answer));
                    });
}

void AgentLogs::append(const Json& body, http::ReplyFn reply) {
  auto batches = batches_of(body);
  if (!batches) return reply(message_reply(400, "batches should be a list of what was read of each container."));
  std::uint64_t last = 0;
  std::map<std::string, std::string> positions;
  std::vector<std::string> sources;
  for (Batch& batch : *batches) {
    if (const auto before = positions.find(batch.source); before != positions.end() && before->second != batch.after) {
      continue;  // what it follows was not taken
    }
    const std::string now = reached(batch.source);
    positions[batch.source] = now;
    if (now == batch.position) {
      if (const auto known = unstored_.find(batch.source); known != unstored_.end()) {
        last = std::max(last, known->second.ticket);
      }
      continue;
    }
    if (now != batch.after) continue;
    last = sink_->append(batch.stream, std::move(batch.lines), batch.source, batch.position);
    unstored_[batch.source] = {batch.position, last};
    positions[batch.source] = batch.position;
    sources.push_back(batch.source);
  }
  auto shared = std::make_shared<http::ReplyFn>(std::move(reply));
  logs_.when_stored(last, [this, shared, last, positions, sources](bool stored) {
    if (!stored) return (*shared)(not_stored());
    for (const std::string& source : sources) {
      const auto known = unstored_.find(source);
      if (known != unstored_.end() && known->second.ticket <= last) unstored_.erase(known);
    }
    (*shared)(json_reply(200, {{"positions", positions}}));
  });
}

}  // namespace drydock::server
