#include <sys/statvfs.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/engine.hpp"
#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

constexpr double kSkewThatBreaksSignatures = 300;
constexpr std::uintmax_t kLittleSpace = 500ULL * 1024 * 1024;

enum class Finding { kGood, kNote, kBad };

class Findings {
 public:
  void add(Finding finding, const std::string& about, const std::string& what, const std::string& next = {}) {
    rows_.push_back({{"finding", name(finding)}, {"about", about}, {"what", what}});
    if (!next.empty()) rows_.back()["nextStep"] = next;
    bad_ = bad_ || finding == Finding::kBad;
  }
  bool bad() const { return bad_; }
  void print(bool json) const {
    if (json) return print_json({{"findings", rows_}});
    for (const Json& row : rows_) {
      std::printf("%-5s %-20s %s\n", text_of(row, "finding").c_str(), text_of(row, "about").c_str(),
                  text_of(row, "what").c_str());
      if (row.contains("nextStep")) std::printf("%26s %s\n", "->", text_of(row, "nextStep").c_str());
    }
  }

 private:
  static const char* name(Finding finding) {
    return finding == Finding::kGood ? "ok" : finding == Finding::kNote ? "note" : "BAD";
  }
  std::vector<Json> rows_;
  bool bad_ = false;
};

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    if (::access((rest.substr(0, colon) + "/" + program).c_str(), X_OK) == 0) return true;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return false;
}

void look_at_tools(Findings& findings, const Endpoint& endpoint) {
  if (on_path("aws")) {
    findings.add(Finding::kGood, "aws CLI", "installed");
  } else {
    findings.add(Finding::kNote, "aws CLI", "not on PATH", "sudo apt-get install awscli");
  }
  if (on_path("session-manager-plugin")) {
    findings.add(Finding::kGood, "ECS Exec", "session-manager-plugin is installed");
  } else {
    findings.add(Finding::kNote, "ECS Exec", "session-manager-plugin is not on PATH: aws ecs execute-command needs it",
                 "drydock exec does not: drydock exec TASK -- COMMAND");
  }
  const char* url = std::getenv("AWS_ENDPOINT_URL");
  if (url == nullptr) {
    findings.add(Finding::kNote, "AWS_ENDPOINT_URL", "not set: the aws CLI would call AWS",
                 "export AWS_ENDPOINT_URL=" + endpoint.url() + " (aws CLI 1 before 1.29 wants --endpoint-url)");
  } else {
    findings.add(Finding::kGood, "AWS_ENDPOINT_URL", url);
  }
  if (std::getenv("AWS_ACCESS_KEY_ID") == nullptr && std::getenv("AWS_PROFILE") == nullptr) {
    findings.add(Finding::kNote, "credentials", "AWS_ACCESS_KEY_ID is not set: clients refuse to sign",
                 "export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1");
  }
}

void look_at_engine(Findings& findings, bool needed) {
  const auto version = engine_version();
  if (version) {
    findings.add(Finding::kGood, "Docker engine", *version + " at " + engine_socket());
  } else {
    findings.add(needed ? Finding::kBad : Finding::kNote, "Docker engine", version.error().what, version.error().next);
  }
}

void look_at_instances(Findings& findings, Connection& connection, const std::vector<std::string>& clusters) {
  for (const std::string& cluster : clusters) {
    const auto arns = all_pages(connection, "ListContainerInstances", {{"cluster", cluster}}, "containerInstanceArns");
    if (!arns) continue;
    const std::string name = "cluster " + short_name(cluster);
    if (arns->empty()) {
      findings.add(Finding::kNote, name, "no container instance: tasks of launch type EC2 cannot be placed",
                   "start Drydock with ECS_CLUSTER=" + short_name(cluster) + " or --instances-in all");
      continue;
    }
    const auto instances = describe_all(connection, "DescribeContainerInstances", {{"cluster", cluster}},
                                        "containerInstances", *arns, "containerInstances");
    if (!instances) continue;
    std::size_t gone = 0;
    for (const Json& instance : *instances) gone += instance.value("agentConnected", false) ? 0U : 1U;
    const std::string count = std::to_string(instances->size()) + " instance" + (instances->size() == 1 ? "" : "s");
    if (gone == 0) {
      findings.add(Finding::kGood, name, count + ", all connected");
    } else {
      findings.add(Finding::kBad, name, std::to_string(gone) + " of " + count + " with agentConnected false",
                   "the Docker engine does not answer there: systemctl status docker");
    }
  }
}

void look_at_services(Findings& findings, Connection& connection, const std::vector<std::string>& clusters) {
  for (const std::string& cluster : clusters) {
    const auto services = services_of(connection, cluster);
    if (!services) continue;
    for (const Json& service : *services) {
      if (service.value("runningCount", 0) >= service.value("desiredCount", 0)) continue;
      const std::string name = text_of(service, "serviceName");
      findings.add(Finding::kNote, "service " + name,
                   text_of(service, "runningCount") + " of " + text_of(service, "desiredCount") + " tasks run",
                   "drydock explain " + name + " --cluster " + short_name(cluster));
    }
  }
}

void look_at_clusters(Findings& findings, Connection& connection) {
  const auto clusters = clusters_of(connection, {});
  if (!clusters) return;
  if (clusters->empty()) {
    findings.add(Finding::kNote, "clusters", "none yet", "aws ecs create-cluster --cluster-name default");
  }
  look_at_instances(findings, connection, *clusters);
  look_at_services(findings, connection, *clusters);
}

Result<int> doctor(Connection& connection, const Shared& shared) {
  Findings findings;
  const auto health = connection.get("health");
  if (!health) {
    findings.add(Finding::kBad, "server", health.error().what, health.error().next);
    look_at_engine(findings, false);
  } else {
    const bool well = text_of(*health, "status") == "ok";
    findings.add(well ? Finding::kGood : Finding::kBad, "server",
                 "Drydock " + text_of(*health, "version") + " at " + connection.endpoint().url() +
                     (well ? "" : ": " + text_of(*health, "storage")),
                 well ? "" : "free space on the disk of its data directory; it goes on by itself");
    const auto clock = connection.get("clock");
    if (clock && text_of(*clock, "mode") == "real" && clock->contains("epochMillis")) {
      const double skew = (*clock)["epochMillis"].get<double>() / 1000 - seconds_now();
      if (std::abs(skew) > kSkewThatBreaksSignatures) {
        findings.add(Finding::kBad, "clock", "differs from the server's by " + std::to_string(std::lround(skew)) + " s",
                     "set this machine's clock");
      }
    }
    look_at_engine(findings, text_of(*health, "runtime") == "docker");
    look_at_clusters(findings, connection);
  }
  std::error_code error;
  const char* home = std::getenv("HOME");
  const auto space = std::filesystem::space(home == nullptr ? "/" : home, error);
  if (!error && space.available < kLittleSpace) {
    findings.add(Finding::kBad, "disk", std::to_string(space.available / (1024 * 1024)) + " MB free",
                 "changes are refused when nothing is left");
  }
  look_at_tools(findings, connection.endpoint());
  findings.print(shared.json());
  return findings.bad() ? kFailed : kDone;
}

}  // namespace

void add_doctor(Words& words) {
  words.add("doctor", "What is wrong here, and what to do about it", doctor)
      ->footer("The exit code is 1 when something is BAD. Example: drydock doctor");
}

}  // namespace drydock::cli
