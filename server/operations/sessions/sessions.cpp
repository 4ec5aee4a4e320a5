#include "server/operations/sessions/sessions.hpp"

#include <algorithm>
#include <charconv>

#include "model/state.hpp"
#include "model/task_content.hpp"
#include "server/operations/sessions/session_target.hpp"

namespace drydock::operations::ssm {
namespace {

using api::ApiError;

ApiError not_connected(const std::string& target, std::string explanation) {
  return ApiError::of("TargetNotConnected", target + " is not connected.").explained(std::move(explanation));
}

ApiError invalid_parameter(const std::string& name, const std::string& rule) {
  return ApiError::of("InvalidParameters", "The parameter " + name + " " + rule + ".");
}

/// Cluster names may hold underscores, the other two parts do not.
struct Target {
  std::string cluster;
  std::string task;
  std::string runtime_id;
};

std::optional<Target> parse_target(std::string_view text) {
  if (!text.starts_with("ecs:")) return std::nullopt;
  text.remove_prefix(4);
  const std::size_t last = text.rfind('_');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const std::size_t middle = text.rfind('_', last - 1);
  if (middle == std::string_view::npos) return std::nullopt;
  return Target{std::string(text.substr(0, middle)), std::string(text.substr(middle + 1, last - middle - 1)),
                std::string(text.substr(last + 1))};
}

Result<SessionWanted> wanted_at(const Context& context, const std::string& text) {
  const auto target = parse_target(text);
  if (!target) return std::unexpected(not_connected(text, "Targets are ecs:<cluster>_<task id>_<runtime id>."));
  const model::State& state = context.state();
  const auto uuid = model::parse_uuid(target->task);
  const model::Task* task = uuid ? state.task_with(*uuid) : nullptr;
  if (task == nullptr || state.get(task->cluster).world != context.world ||
      state.get(task->cluster).name != target->cluster) {
    return std::unexpected(not_connected(text, "There is no such task."));
  }
  const auto it = std::ranges::find(task->containers, target->runtime_id, &model::TaskContainer::runtime_id);
  if (target->runtime_id.empty() || it == task->containers.end()) {
    return std::unexpected(not_connected(text, "The task has no container with this runtime id."));
  }
  auto wanted = session_with(context, *task, static_cast<std::size_t>(it - task->containers.begin()));
  if (!wanted) return std::unexpected(not_connected(text, wanted.error().explanation));
  wanted->id_prefix = "session";
  return wanted;
}

std::string parameter(const api::ssm::StartSessionRequest& request, const std::string& name) {
  if (!request.Parameters) return {};
  const auto it = std::ranges::find(*request.Parameters, name, [](const auto& entry) { return entry.first; });
  return it == request.Parameters->end() || it->second.empty() ? std::string() : it->second.front();
}

bool is_port(const std::string& text, int smallest) {
  int port = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= smallest && port <= 65535;
}

/// What the document does, filled in.
std::optional<ApiError> take_document(const api::ssm::StartSessionRequest& request, SessionWanted& wanted) {
  const std::string document = request.DocumentName.value_or("SSM-SessionManagerRunShell");
  if (document == "SSM-SessionManagerRunShell") return std::nullopt;
  if (document == "AWS-StartInteractiveCommand") {
    wanted.command = parameter(request, "command");
    if (wanted.command.empty()) return invalid_parameter("command", "is missing");
    return std::nullopt;
  }
  const bool remote = document == "AWS-StartPortForwardingSessionToRemoteHost";
  if (!remote && document != "AWS-StartPortForwardingSession") {
    return ApiError::of("InvalidDocument", "Document with name " + document + " does not exist.");
  }
  wanted.kind = SessionWanted::Kind::kPort;
  wanted.host = remote ? parameter(request, "host") : "";
  wanted.port = parameter(request, "portNumber");
  wanted.local_port = parameter(request, "localPortNumber");
  // As the documents say.
  if (wanted.port.empty()) wanted.port = "80";
  if (wanted.local_port.empty()) wanted.local_port = "0";
  if (remote && wanted.host.empty()) return invalid_parameter("host", "is missing");
  if (!is_port(wanted.port, 1)) return invalid_parameter("portNumber", "is not a port");
  if (!is_port(wanted.local_port, 0)) return invalid_parameter("localPortNumber", "is not a port");
  return std::nullopt;
}

}  // namespace

Result<api::ssm::StartSessionResponse> start_session(const api::ssm::StartSessionRequest& request, Context& context) {
  auto wanted = wanted_at(context, request.Target.value_or(""));
  if (!wanted) return std::unexpected(wanted.error());
  if (auto error = take_document(request, *wanted)) return std::unexpected(std::move(*error));
  SessionTicket ticket = context.sessions->open(std::move(*wanted), session_host(context));
  api::ssm::StartSessionResponse response;
  response.SessionId = std::move(ticket.id);
  response.TokenValue = std::move(ticket.token);
  response.StreamUrl = std::move(ticket.stream_url);
  return response;
}

Result<api::ssm::ResumeSessionResponse> resume_session(const api::ssm::ResumeSessionRequest& request,
                                                       Context& context) {
  api::ssm::ResumeSessionResponse response;
  response.SessionId = request.SessionId;
  if (context.sessions == nullptr) return response;
  auto ticket = context.sessions->resume(context.world, request.SessionId.value_or(""), session_host(context));
  if (!ticket) return response;
  response.TokenValue = std::move(ticket->token);
  response.StreamUrl = std::move(ticket->stream_url);
  return response;
}

Result<api::ssm::TerminateSessionResponse> terminate_session(const api::ssm::TerminateSessionRequest& request,
                                                             Context& context) {
  if (context.sessions != nullptr) context.sessions->terminate(context.world, request.SessionId.value_or(""));
  api::ssm::TerminateSessionResponse response;
  response.SessionId = request.SessionId;
  return response;
}

}  // namespace drydock::operations::ssm
