#include "instances/docker/logs/log_config.hpp"

#include "instances/awslogs.hpp"
#include "instances/docker/logs/event_maker.hpp"

namespace drydock::instances::docker {
namespace {

using Json = nlohmann::json;

// A disk does not fill. Rarely begun anew: engines before 23.0 let a reader that is a little behind lose the rest of
// the old file.
constexpr const char* kFileSize = "1g";
constexpr const char* kFiles = "2";
constexpr const char* kBufferSize = "10m";

/// Drivers of AWS that the engine does not have.
bool is_kept_in_files(const std::string& driver) {
  return driver == "awslogs" || driver == "splunk" || driver == "awsfirelens";
}

std::expected<void, std::string> check_awslogs(const api::ContainerDefinition& definition) {
  std::string mistake;
  if (const auto where = awslogs_of(definition, "", ""); !where) {
    mistake = where.error();
  } else if (const auto maker = EventMaker::make(where->event_start); !maker) {
    mistake = maker.error();
  }
  if (mistake.empty()) return {};
  return std::unexpected("CannotCreateContainerError: Error response from daemon: " + mistake);
}

}  // namespace

std::expected<nlohmann::json, std::string> log_config(
    const api::ContainerDefinition& definition,
    const std::vector<std::pair<std::string, std::string>>& secret_options) {
  if (!definition.logConfiguration) return Json();
  const std::string driver = definition.logConfiguration->logDriver.value_or("");
  if (uses_awslogs(definition)) {
    if (auto fine = check_awslogs(definition); !fine) return std::unexpected(std::move(fine.error()));
  }
  Json options = Json::object();
  const bool in_files = is_kept_in_files(driver);
  if (definition.logConfiguration->options) {
    for (const auto& [key, value] : *definition.logConfiguration->options) {
      if (!in_files || key == "mode" || key == "max-buffer-size") options[key] = value;
    }
  }
  if (!in_files) {
    for (const auto& [key, value] : secret_options) options[key] = value;
  }
  if (in_files) {
    options["max-size"] = kFileSize;
    options["max-file"] = kFiles;
  }
  if (options.value("mode", "") == "non-blocking" && !options.contains("max-buffer-size"))
    options["max-buffer-size"] = kBufferSize;
  return Json{{"Type", in_files ? "json-file" : driver}, {"Config", std::move(options)}};
}

}  // namespace drydock::instances::docker
