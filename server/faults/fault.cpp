#include "server/faults/fault.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>

#include "server/virtual_time/time_values.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server {
namespace {

using Json = nlohmann::json;
using Names = std::set<std::string, std::less<>>;

const Names kMachine{"account", "region", "cluster", "instance", "zone"};
const Names kZone{"account", "region", "zone"};
const Names kTasks{"account", "region", "cluster", "service"};
const Names kImages{"account", "region", "cluster", "service", "image"};
const Names kCalls{"account", "region", "cluster", "operation"};
const Names kNothing{};

struct Kind {
  FaultKind kind;
  const char* name;
  const Names& scopes;
  Names members;  // beside id, kind, scope, for and until
};

const std::array<Kind, 11>& kinds() {
  static const std::array<Kind, 11> kKinds{{
      {FaultKind::kInstanceLost, "instance-lost", kMachine, {}},
      {FaultKind::kAgentDisconnected, "agent-disconnected", kMachine, {}},
      {FaultKind::kZoneLost, "zone-lost", kZone, {}},
      {FaultKind::kSpotInterruption, "spot-interruption", kTasks, {"count"}},
      {FaultKind::kPullFailure, "pull-failure", kImages, {"count", "rate", "seed", "message"}},
      {FaultKind::kSlowStop, "slow-stop", kImages, {"count", "delay"}},
      {FaultKind::kStopFailure, "stop-failure", kImages, {}},
      {FaultKind::kThrottling, "throttling", kCalls, {"count", "rate", "seed"}},
      {FaultKind::kApiError, "api-error", kCalls, {"count", "rate", "seed", "code", "message"}},
      {FaultKind::kStorageSlow, "storage-slow", kNothing, {"delay"}},
      {FaultKind::kStorageFailure, "storage-failure", kNothing, {"message"}},
  }};
  return kKinds;
}

const Kind& description(FaultKind kind) { return *std::ranges::find(kinds(), kind, &Kind::kind); }

std::string known_kinds() {
  std::string names;
  for (const Kind& kind : kinds()) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

template <class Fault, class Visit>
void scope_members(Fault& scope, Visit visit) {
  visit("account", scope.account);
  visit("region", scope.region);
  visit("cluster", scope.cluster);
  visit("service", scope.service);
  visit("instance", scope.instance);
  visit("zone", scope.zone);
  visit("image", scope.image);
  visit("operation", scope.operation);
}

std::string last_part(const std::string& text) { return text.substr(text.rfind('/') + 1); }

std::expected<void, std::string> read_scope(const Json& body, const Kind& kind, FaultScope& scope) {
  if (!body.is_object()) return std::unexpected("scope should be an object.");
  for (const auto& [name, value] : body.items()) {
    if (!kind.scopes.contains(name)) {
      return std::unexpected("The scope of " + std::string(kind.name) + " does not take \"" + name + "\".");
    }
    if (!value.is_string() || value.get<std::string>().empty()) {
      return std::unexpected("scope." + name + " should be a text.");
    }
  }
  scope_members(scope, [&](const char* name, std::string& member) {
    if (body.contains(name)) member = body[name].get<std::string>();
  });
  if (!scope.account.empty() && !wire::is_account(scope.account)) {
    return std::unexpected("scope.account should have 12 digits.");
  }
  if (!scope.region.empty() && !wire::is_region(scope.region)) return std::unexpected("scope.region is no region.");
  // Names and ARNs are the same here.
  for (std::string* text : {&scope.cluster, &scope.service, &scope.instance}) *text = last_part(*text);
  return {};
}

std::expected<void, std::string> read_end(const Json& body, model::Instant now, Fault& fault) {
  if (body.contains("for") && body.contains("until")) return std::unexpected("Either for or until.");
  if (body.contains("for")) {
    const auto length = duration_from(body["for"]);
    if (!length) return std::unexpected(length.error());
    fault.until = now + *length;
  }
  if (body.contains("until")) {
    const auto until = instant_from(body["until"]);
    if (!until) return std::unexpected(until.error());
    if (*until <= now) return std::unexpected("It is " + to_iso(now) + " already.");
    fault.until = *until;
  }
  if (!body.contains("count")) return {};
  const Json& count = body["count"];
  if (!count.is_number_integer() || count.get<std::int64_t>() < 1) {
    return std::unexpected("count should be a number from 1.");
  }
  fault.left = count.get<std::int64_t>();
  return {};
}

bool is_code(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, letter);
}

std::expected<void, std::string> read_details(const Json& body, Fault& fault) {
  if (body.contains("rate")) {
    const Json& rate = body["rate"];
    if (!rate.is_number() || !(rate.get<double>() > 0) || rate.get<double>() > 1) {
      return std::unexpected("rate should be above 0 and at most 1.");
    }
    fault.rate = rate.get<double>();
  }
  if (body.contains("seed")) {
    const Json& seed = body["seed"];
    const bool fits = seed.is_number_unsigned() || (seed.is_number_integer() && seed.get<std::int64_t>() >= 0);
    if (!fits) return std::unexpected("seed should be a number from 0.");
    fault.seed = seed.get<std::uint64_t>();
  }
  for (const auto& [name, member] : {std::pair("code", &fault.code), std::pair("message", &fault.message)}) {
    if (!body.contains(name)) continue;
    if (!body[name].is_string() || body[name].get<std::string>().size() > 1000) {
      return std::unexpected(std::string(name) + " should be a text of at most 1000 bytes.");
    }
    *member = body[name].get<std::string>();
  }
  if (!fault.code.empty() && !is_code(fault.code)) {
    return std::unexpected("code should be the name of an error, for example ServerException.");
  }
  if (body.contains("delay")) {
    const auto delay = duration_from(body["delay"]);
    if (!delay) return std::unexpected(delay.error());
    fault.delay = *delay;
  }
  return {};
}

}  // namespace

const char* to_text(FaultKind kind) { return description(kind).name; }

bool needs_simulated_instances(FaultKind kind) {
  switch (kind) {
    case FaultKind::kInstanceLost:
    case FaultKind::kZoneLost:
    case FaultKind::kPullFailure:
    case FaultKind::kSlowStop:
    case FaultKind::kStopFailure: return true;
    default: return false;
  }
}

bool is_of_storage(FaultKind kind) { return kind == FaultKind::kStorageSlow || kind == FaultKind::kStorageFailure; }

std::expected<Fault, std::string> parse_fault(const Json& body, model::Instant now) {
  if (!body.is_object()) return std::unexpected("A fault is a JSON object.");
  const Json name = body.value("kind", Json());
  const auto kind = std::ranges::find_if(kinds(), [&](const Kind& one) { return name == one.name; });
  if (kind == kinds().end()) return std::unexpected("kind should be one of " + known_kinds() + ".");
  for (const auto& [member, value] : body.items()) {
    const bool common = member == "id" || member == "kind" || member == "scope" || member == "for" || member == "until";
    if (!common && !kind->members.contains(member)) {
      return std::unexpected("A fault of kind " + std::string(kind->name) + " does not take \"" + member + "\".");
    }
  }
  Fault fault;
  fault.kind = kind->kind;
  if (body.contains("id")) {
    const auto fits = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
             c == '.';
    };
    if (body["id"].is_string()) fault.id = body["id"].get<std::string>();
    if (fault.id.empty() || fault.id.size() > 100 || !std::ranges::all_of(fault.id, fits)) {
      return std::unexpected("id should have 1 to 100 letters, digits, hyphens, underscores and dots.");
    }
  }
  std::expected<void, std::string> read = read_scope(body.value("scope", Json::object()), *kind, fault.scope);
  if (read) read = read_end(body, now, fault);
  if (read) read = read_details(body, fault);
  if (!read) return std::unexpected(read.error());
  if (fault.kind == FaultKind::kZoneLost && fault.scope.zone.empty()) {
    return std::unexpected("zone-lost needs a scope with a zone, for example {\"zone\": \"us-east-1a\"}.");
  }
  if (kind->members.contains("delay") && fault.delay.count() == 0) {
    return std::unexpected(std::string(kind->name) + " needs a delay, for example \"5s\".");
  }
  return fault;
}

nlohmann::ordered_json show(const Fault& fault) {
  nlohmann::ordered_json body;
  body["id"] = fault.id;
  body["kind"] = to_text(fault.kind);
  nlohmann::ordered_json scope = nlohmann::ordered_json::object();
  scope_members(fault.scope, [&](const char* name, const std::string& member) {
    if (!member.empty()) scope[name] = member;
  });
  body["scope"] = std::move(scope);
  if (fault.until) body["until"] = to_iso(*fault.until);
  if (fault.left) body["count"] = *fault.left;
  const Names& members = description(fault.kind).members;
  if (members.contains("rate") && fault.rate != 1) {
    body["rate"] = fault.rate;
    body["seed"] = fault.seed;
  }
  if (!fault.code.empty()) body["code"] = fault.code;
  if (!fault.message.empty()) body["message"] = fault.message;
  if (fault.delay.count() != 0) body["delay"] = static_cast<double>(fault.delay.count()) / 1000;
  return body;
}

}  // namespace drydock::server
