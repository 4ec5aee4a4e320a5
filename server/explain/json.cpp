#include "api-spec/runtime/encode.hpp"
#include "model/arn.hpp"
#include "server/explain/explain.hpp"

namespace drydock::server {
namespace {

void member(std::string& out, const char* name, std::string_view value) {
  if (out.back() != '{') out += ',';
  api::append_json_string(name, out);
  out += ':';
  api::append_json_string(value, out);
}

/// Without the braces: the first reason's members are those of the answer as well.
void add_members(std::string& out, const model::State& state, const model::Explanation& reason) {
  member(out, "code", reason.code);
  member(out, "message", reason.message);
  member(out, "nextStep", reason.next_step);
  out += ",\"at\":" + std::to_string(reason.at.time_since_epoch().count() / 1000);
  out += ",\"refusals\":[";
  bool first = true;
  for (const model::Refusal& refusal : reason.refusals) {
    const model::ContainerInstance* instance = state.find(refusal.instance);
    if (instance == nullptr) continue;
    out += first ? "{" : ",{";
    first = false;
    member(out, "containerInstanceArn", model::arn_of(state, *instance));
    member(out, "reason", refusal.reason);
    member(out, "wanted", refusal.wanted);
    member(out, "available", refusal.available);
    out += '}';
  }
  out += ']';
}

void add_list(std::string& out, const char* name, const model::State& state, const Reasons& reasons) {
  out += ",\"";
  out += name;
  out += "\":[";
  bool first = true;
  for (const model::Explanation& reason : reasons) {
    out += first ? "{" : ",{";
    first = false;
    add_members(out, state, reason);
    out += '}';
  }
  out += ']';
}

}  // namespace

std::optional<std::string> explain_json(const model::State& state, std::string_view arn, model::Instant now,
                                        const MoreReasons& more) {
  const std::optional<Explained> explained = explain(state, arn, now, more);
  if (!explained) return std::nullopt;
  std::string out = "{";
  member(out, "type", explained->type);
  member(out, "status", explained->status);
  const model::Explanation nothing{now, "NOTHING", "Nothing holds it back.", "", {}};
  out += ',';
  std::string first = "{";
  add_members(first, state, explained->reasons.empty() ? nothing : explained->reasons.front());
  out += first.substr(1);
  add_list(out, "reasons", state, explained->reasons);
  if (explained->scaling) add_list(out, "scaling", state, *explained->scaling);
  return out + "}";
}

}  // namespace drydock::server
