#include "instances/docker/metadata/answers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "instances/docker/container_spec.hpp"
#include "instances/docker/metadata/documents.hpp"
#include "model/arn.hpp"

namespace drydock::instances::docker {

namespace {

using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;
using Found = TaskEndpoint::Found;

constexpr auto kReplace = Json::error_handler_t::replace;

/// What a path asks for.
struct Question {
  MetadataVersion version = MetadataVersion::kV4;
  std::string id;    // of a container; in version 2 its id on the engine, or empty
  std::string rest;  // "", "task", "taskWithTags", "stats", "task/stats", "associations/..."
};

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

std::optional<Question> question_of(const std::string& path) {
  const std::vector<std::string> parts = parts_of(path);
  if (parts.size() < 2) return std::nullopt;
  Question question;
  if (parts[0] == "v2") {
    question.version = MetadataVersion::kV2;
    const bool known = parts[1] == "metadata" || parts[1] == "metadataWithTags" || parts[1] == "stats";
    if (!known || parts.size() > 3) return std::nullopt;
    question.rest = parts[1];
    if (parts.size() == 3) question.id = parts[2];
    return question;
  }
  if (parts[0] != "v3" && parts[0] != "v4") return std::nullopt;
  if (parts[0] == "v3") question.version = MetadataVersion::kV3;
  question.id = parts[1];
  for (std::size_t i = 2; i < parts.size(); ++i) question.rest += (i == 2 ? "" : "/") + parts[i];
  return question;
}

MetadataAnswer refuse(int status, const std::string& text) {
  return {status, Json(text).dump(-1, ' ', false, kReplace)};
}

MetadataAnswer not_found() { return refuse(404, "404 page not found"); }

MetadataAnswer good(const Ordered& document) { return {200, document.dump(-1, ' ', false, kReplace)}; }

asio::awaitable<void> look(CorePtr core, std::string docker_id, std::shared_ptr<Inspected> out) {
  if (docker_id.empty() || out->contains(docker_id)) co_return;
  const auto view = co_await core->engine->inspect_container_json(docker_id);
  if (!view) co_return;
  Json json = Json::parse(*view, nullptr, false);
  if (json.is_object()) out->insert_or_assign(docker_id, std::move(json));
}

std::vector<std::string> docker_ids(const Task& task) {
  std::vector<std::string> ids;
  for (const TaskContainer& container : task.containers) ids.push_back(container.docker_id);
  return ids;
}

asio::awaitable<MetadataAnswer> describe_container(Found found, std::size_t index, MetadataVersion version) {
  const auto inspected = std::make_shared<Inspected>();
  co_await look(found.core, found.run->task.containers[index].docker_id, inspected);
  if (joins_network(found.run->task.payload, index)) {
    const std::size_t owner = *network_owner(found.run->task.payload);
    co_await look(found.core, found.run->task.containers[owner].docker_id, inspected);
  }
  co_return good(container_document(version, found.run->task, index, *inspected));
}

InstanceFacts facts_of(const AgentCore& core, const TaskPayload& payload) {
  InstanceFacts facts;
  facts.cluster = core.options.hidden ? payload.cluster_arn : core.options.config.cluster;
  facts.availability_zone = core.options.identity.availability_zone;
  const auto arn = model::parse_arn(payload.task_arn);
  if (facts.availability_zone.empty() && arn) facts.availability_zone = std::string(arn->region) + "a";
  return facts;
}

void add_tags(const MetadataRequest& request, const char* name, const std::string& arn, Ordered& document) {
  if (arn.empty() || !request.tags_of) return;
  Ordered tags = Ordered::object();
  for (const auto& [key, value] : request.tags_of(arn)) tags[key] = value;
  if (!tags.empty()) document[name] = std::move(tags);
}

asio::awaitable<MetadataAnswer> describe_task(Found found, MetadataVersion version, bool with_tags,
                                              MetadataRequest request) {
  const auto inspected = std::make_shared<Inspected>();
  const std::vector<std::string> ids = docker_ids(found.run->task);
  for (const std::string& id : ids) co_await look(found.core, id, inspected);
  const Task& task = found.run->task;
  Ordered document = task_document(version, facts_of(*found.core, task.payload), task, *inspected);
  if (with_tags) {
    add_tags(request, "TaskTags", task.payload.task_arn, document);
    add_tags(request, "ContainerInstanceTags", found.core->options.container_instance_arn, document);
  }
  co_return good(document);
}

asio::awaitable<MetadataAnswer> container_stats(std::shared_ptr<TaskEndpoint> endpoint, Found found,
                                                std::size_t index) {
  const TaskContainer& container = found.run->task.containers[index];
  const std::string id = container.docker_id;
  std::optional<std::string> sample;
  if (container.stage == Stage::kRunning) {
    sample = co_await StatsStreams::newest(endpoint->statistics(), found.core, id);
  }
  if (!sample) co_return refuse(500, "Unable to get container stats for: " + id);
  MetadataAnswer answer;
  answer.body = std::move(*sample);
  co_return answer;
}

/// One container's part of the statistics of its task.
struct Gathered {
  explicit Gathered(const asio::any_io_executor& executor) : arrived(executor) {}
  Signal arrived;
  std::map<std::string, std::string> samples;
  std::size_t open = 0;
};

asio::awaitable<void> gather(std::shared_ptr<TaskEndpoint> endpoint, CorePtr core, std::string id,
                             std::shared_ptr<Gathered> out) {
  const auto sample = co_await StatsStreams::newest(endpoint->statistics(), core, id);
  out->samples[id] = sample.value_or("null");
  --out->open;
  out->arrived.notify();
}

asio::awaitable<MetadataAnswer> task_stats(std::shared_ptr<TaskEndpoint> endpoint, Found found) {
  const auto gathered = std::make_shared<Gathered>(found.core->executor);
  for (const TaskContainer& container : found.run->task.containers) {
    if (container.docker_id.empty()) continue;
    if (container.stage != Stage::kRunning) {
      gathered->samples[container.docker_id] = "null";
      continue;
    }
    ++gathered->open;
    spawn(found.core->executor, gather(endpoint, found.core, container.docker_id, gathered), "statistics of a task");
  }
  while (gathered->open > 0) co_await gathered->arrived.wait();
  MetadataAnswer answer;
  for (const auto& [id, sample] : gathered->samples) {
    answer.body += (answer.body.empty() ? "{\"" : ",\"") + id + "\":" + sample;
  }
  answer.body += answer.body.empty() ? "{}" : "}";
  co_return answer;
}

/// Version 2 knows its asker by its address, and itself by the engine's ids.
asio::awaitable<MetadataAnswer> answer_v2(std::shared_ptr<TaskEndpoint> endpoint, Question question,
                                          MetadataRequest request) {
  const auto found = endpoint->task_at(request.client_address);
  const bool stats = question.rest == "stats";
  if (!found) {
    co_return refuse(
        400, "Unable to get task arn from request: unable to associate '" + request.client_address + "' with task");
  }
  if (question.id.empty()) {
    if (stats) co_return co_await task_stats(endpoint, *found);
    co_return co_await describe_task(*found, MetadataVersion::kV2, question.rest == "metadataWithTags", request);
  }
  const auto& containers = found->run->task.containers;
  const auto at = std::ranges::find(containers, question.id, &TaskContainer::docker_id);
  if (at == containers.end()) co_return refuse(400, "Unable to generate metadata for container '" + question.id + "'");
  const auto index = static_cast<std::size_t>(at - containers.begin());
  if (stats) co_return co_await container_stats(endpoint, *found, index);
  co_return co_await describe_container(*found, index, MetadataVersion::kV2);
}

/// In the words of AWS's agent.
MetadataAnswer unknown_container(const Question& question) {
  const bool newest = question.version == MetadataVersion::kV4;
  const std::string prefix = newest ? "V4 " : "V3 ";
  const std::string because = " from v3 endpoint ID: " + question.id;
  const std::string task_text = "unable to get task arn from request: unable to get task Arn" + because;
  const std::string container_text = "unable to get container ID from request: unable to get docker ID" + because;
  if (question.rest.empty())
    return refuse(newest ? 404 : 400, prefix + "container metadata handler: " + container_text);
  if (question.rest == "stats")
    return refuse(newest ? 404 : 400, prefix + "container stats handler: " + container_text);
  if (question.rest == "task/stats") return refuse(newest ? 404 : 400, prefix + "task stats handler: " + task_text);
  if (question.rest == "task" || question.rest == "taskWithTags") {
    return refuse(newest ? 404 : 500, prefix + "task metadata handler: " + task_text);
  }
  if (question.rest.starts_with("associations/")) {
    return refuse(newest ? 404 : 400, prefix + "container associations handler: " + container_text);
  }
  return not_found();
}

/// Containers of Drydock have no associations (Elastic Inference had some).
MetadataAnswer associations(const std::string& rest) {
  const bool list = std::ranges::count(rest, '/') == 1;
  if (list) return {200, R"({"Associations":null})"};
  return refuse(500, "unable to get association: no such association");
}

}  // namespace

asio::awaitable<MetadataAnswer> answer_metadata(std::shared_ptr<TaskEndpoint> endpoint, MetadataRequest request) {
  const auto question = question_of(request.path);
  if (!question) co_return not_found();
  if (question->version == MetadataVersion::kV2) co_return co_await answer_v2(endpoint, *question, request);
  const auto found = endpoint->container_with(question->id);
  if (!found) co_return unknown_container(*question);
  const std::string& rest = question->rest;
  if (rest.empty()) co_return co_await describe_container(*found, found->container, question->version);
  if (rest == "stats") co_return co_await container_stats(endpoint, *found, found->container);
  if (rest == "task/stats") co_return co_await task_stats(endpoint, *found);
  if (rest == "task" || rest == "taskWithTags") {
    co_return co_await describe_task(*found, question->version, rest == "taskWithTags", request);
  }
  if (rest.starts_with("associations/")) co_return associations(rest);
  co_return not_found();
}

}  // namespace drydock::instances::docker
