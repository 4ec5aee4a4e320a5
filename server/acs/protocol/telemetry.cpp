#include "server/acs/protocol/telemetry.hpp"

namespace drydock::server::acs {
namespace {

constexpr double kWhole = 100;  // percent

/// Of a statistics set; nullopt without samples.
std::optional<double> mean(const Json& statistics) {
  const double count = number_member(statistics, "sampleCount");
  if (!(count > 0)) return std::nullopt;
  return number_member(statistics, "sum") / count;
}

const Json& list(const Json& object, const char* name) {
  static const Json kEmpty = Json::array();
  const Json& found = member(object, name);
  return found.is_array() ? found : kEmpty;
}

}  // namespace

std::string_view telemetry_body(std::string_view frame) {
  if (frame.starts_with('{')) return frame;
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t end = frame.find(kEnd);
  return end == std::string_view::npos ? frame : frame.substr(end + kEnd.size());
}

std::vector<instances::ContainerHealth> health_report(const Json& message) {
  std::vector<instances::ContainerHealth> report;
  for (const Json& task : list(message, "tasks")) {
    const std::string arn = text_of(task, "taskArn");
    for (const Json& container : list(task, "containers")) {
      report.push_back({arn, text_of(container, "containerName"), text_of(container, "healthStatus")});
    }
  }
  return report;
}

std::vector<instances::ContainerUsage> usage_report(const Json& message, int cpu_units) {
  std::vector<instances::ContainerUsage> report;
  for (const Json& task : list(message, "taskMetrics")) {
    const std::string arn = text_of(task, "taskArn");
    for (const Json& container : list(task, "containerMetrics")) {
      const auto cpu = mean(member(container, "cpuStatsSet"));
      const auto memory = mean(member(container, "memoryStatsSet"));
      if (!cpu && !memory) continue;
      report.push_back(
          {arn, text_of(container, "containerName"), cpu.value_or(0) / kWhole * cpu_units, memory.value_or(0)});
    }
  }
  return report;
}

std::optional<std::string> acknowledgment(std::string_view type) {
  std::string_view answer;
  if (type == "PublishMetricsRequest") answer = "AckPublishMetric";
  if (type == "PublishHealthRequest") answer = "AckPublishHealth";
  if (type == "PublishInstanceStatusRequest") answer = "AckPublishInstanceStatus";
  if (answer.empty()) return std::nullopt;
  Json message;
  message["message"] = "ok";
  return write_envelope(answer, std::move(message));
}

std::string telemetry_heartbeat() {
  Json message;
  message["healthy"] = true;
  return write_envelope("HeartbeatMessage", std::move(message));
}

}  // namespace drydock::server::acs
