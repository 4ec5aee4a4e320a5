#include "instances/docker/metadata/stats.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "instances/docker/timestamps.hpp"

namespace drydock::instances::docker {

namespace {

using Json = nlohmann::json;

const Json& at(const Json& object, const char* key) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

double number(const Json& value) { return value.is_number() ? value.get<double>() : 0; }

std::optional<TimePoint> moment(const Json& value) {
  return value.is_string() ? parse_rfc3339(value.get<std::string>()) : std::nullopt;
}

double bytes(const Json& sample, const char* direction) {
  double sum = 0;
  const Json& networks = at(sample, "networks");
  if (!networks.is_object()) return 0;
  for (const Json& network : networks) sum += number(at(network, direction));
  return sum;
}

}  // namespace

std::optional<Use> use_of(std::string_view sample) {
  const Json json = Json::parse(sample, nullptr, false);
  const auto read = moment(at(json, "read"));
  const Json& cpu = at(at(at(json, "cpu_stats"), "cpu_usage"), "total_usage");
  const Json& memory = at(json, "memory_stats");
  if (!read || !cpu.is_number() || !at(memory, "usage").is_number()) return std::nullopt;
  Use use;
  use.read = *read;
  use.cpu_nanoseconds = cpu.get<std::uint64_t>();
  // The name of cgroups of version 1, then of version 2.
  const Json& counts = at(memory, "stats");
  const Json& old_name = at(counts, "total_inactive_file");
  const double cached = number(old_name.is_number() ? old_name : at(counts, "inactive_file"));
  use.memory_bytes = std::max<std::int64_t>(0, static_cast<std::int64_t>(number(at(memory, "usage")) - cached));
  return use;
}

bool has_predecessor(std::string_view sample) {
  return moment(at(Json::parse(sample, nullptr, false), "preread")).has_value();
}

std::string with_network_rates(std::string_view sample, std::string_view earlier) {
  Json json = Json::parse(sample, nullptr, false);
  if (!json.is_object()) return std::string(sample);
  const Json before = Json::parse(earlier, nullptr, false);
  const auto from = moment(at(before, "read"));
  const auto to = moment(at(json, "read"));
  double received = 0;
  double sent = 0;
  if (from && to && *to > *from) {
    const double seconds = std::chrono::duration<double>(*to - *from).count();
    received = std::max(0.0, bytes(json, "rx_bytes") - bytes(before, "rx_bytes")) / seconds;
    sent = std::max(0.0, bytes(json, "tx_bytes") - bytes(before, "tx_bytes")) / seconds;
  }
  json["network_rate_stats"] = Json{{"rx_bytes_per_sec", received}, {"tx_bytes_per_sec", sent}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<double> CpuMeter::units(const std::string& docker_id, const Use& use, TimePoint started_at,
                                      std::chrono::milliseconds longest) {
  constexpr double kUnits = 1024;
  const auto known = marks_.find(docker_id);
  TimePoint since = started_at;
  std::uint64_t before = 0;
  bool counts = use.read - started_at <= longest;
  // A container that was started again counts from zero again.
  if (known != marks_.end() && known->second.started_at == started_at) {
    since = known->second.use.read;
    before = known->second.use.cpu_nanoseconds;
    counts = true;
  }
  marks_[docker_id] = {use, started_at, true};
  if (!counts || use.read <= since || use.cpu_nanoseconds < before) return std::nullopt;
  const double seconds = std::chrono::duration<double>(use.read - since).count();
  return static_cast<double>(use.cpu_nanoseconds - before) / 1e9 / seconds * kUnits;
}

void CpuMeter::forget_others() {
  std::erase_if(marks_, [](const auto& entry) { return !entry.second.fresh; });
  for (auto& [id, mark] : marks_) mark.fresh = false;
}

}  // namespace drydock::instances::docker
