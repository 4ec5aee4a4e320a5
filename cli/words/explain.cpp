#include <cstdio>

#include "cli/find.hpp"
#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

struct ExplainOptions {
  std::string what;
  std::string cluster;
};

/// The ARN of a task by the beginning of its id, of a service or a cluster by its name.
Result<std::string> arn_of(Connection& connection, const ExplainOptions& options) {
  if (options.what.starts_with("arn:")) return options.what;
  auto task = find_task(connection, options.cluster, options.what);
  if (task) return text_of(*task, "taskArn");
  auto service = find_service(connection, options.cluster, options.what);
  if (service) return text_of(*service, "serviceArn");
  const auto clusters = connection.ecs("DescribeClusters", {{"clusters", {options.what}}});
  if (!clusters) return std::unexpected(clusters.error());
  if (!(*clusters)["clusters"].empty()) return text_of((*clusters)["clusters"][0], "clusterArn");
  return failed("no task, service or cluster is called " + options.what,
                "drydock ps --all and drydock status show what there is");
}

void print_record(const Json& record, const std::string& indent) {
  const std::string message = text_of(record, "message");
  if (!message.empty()) std::printf("%s%s\n", indent.c_str(), message.c_str());
  const std::string next = text_of(record, "nextStep");
  if (!next.empty()) std::printf("%s  What to do: %s\n", indent.c_str(), next.c_str());
  Table refusals({"CONTAINER INSTANCE", "REFUSED BY", "WANTED", "THERE IS"});
  for (const Json& refusal : record.value("refusals", Json::array())) {
    refusals.add({short_name(text_of(refusal, "containerInstanceArn")), text_of(refusal, "reason"),
                  text_of(refusal, "wanted"), text_of(refusal, "available")});
  }
  if (!refusals.empty()) {
    std::printf("\n");
    refusals.print();
  }
}

Result<int> explain(Connection& connection, const Shared& shared, const ExplainOptions& options) {
  const auto arn = arn_of(connection, options);
  if (!arn) return std::unexpected(arn.error());
  const auto record = connection.get("explain/" + *arn);
  if (!record) return std::unexpected(record.error());
  if (shared.json()) {
    print_json(*record);
    return kDone;
  }
  std::printf("%s\n", arn->c_str());
  print_record(*record, "");
  return kDone;
}

}  // namespace

void add_explain(Words& words) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* word = words.add(
      "explain", "Why something is as it is: a task, a service, a cluster, an instance",
      [options](Connection& connection, const Shared& shared) { return explain(connection, shared, *options); });
  word->add_option("what", options->what, "An ARN, the beginning of a task's id, or a name")->required();
  cluster_option(word, options->cluster, "otherwise any");
  word->footer("Example: drydock explain web");
}

}  // namespace drydock::cli
