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

Result<std::string> definition_arn(Connection& connection, const std::string& name) {
  const auto definition = connection.ecs("DescribeTaskDefinition", {{"taskDefinition", name}});
  if (!definition) return std::unexpected(definition.error());
  return text_of((*definition)["taskDefinition"], "taskDefinitionArn");
}

/// The ARN of a task by the beginning of its id, of a service, a cluster or a task definition by its name.
Result<std::string> arn_of(Connection& connection, const ExplainOptions& options) {
  if (options.what.starts_with("arn:")) return options.what;
  // No other name has a colon.
  if (options.what.contains(':')) return definition_arn(connection, options.what);
  auto task = find_task(connection, options.cluster, options.what);
  if (task) return text_of(*task, "taskArn");
  auto service = find_service(connection, options.cluster, options.what);
  if (service) return text_of(*service, "serviceArn");
  const auto clusters = connection.ecs("DescribeClusters", {{"clusters", {options.what}}});
  if (!clusters) return std::unexpected(clusters.error());
  if (!(*clusters)["clusters"].empty()) return text_of((*clusters)["clusters"][0], "clusterArn");
  if (auto definition = definition_arn(connection, options.what)) return definition;
  return failed("no task, service, cluster or task definition is called " + options.what,
                "drydock ps --all and drydock status show what there is");
}

void print_reason(const Json& reason) {
  std::printf("\n%s\n", text_of(reason, "message").c_str());
  const std::string next = text_of(reason, "nextStep");
  if (!next.empty()) std::printf("  What to do: %s\n", next.c_str());
  Table refusals({"CONTAINER INSTANCE", "REFUSED BY", "WANTED", "THERE IS"});
  for (const Json& refusal : reason.value("refusals", Json::array())) {
    refusals.add({short_name(text_of(refusal, "containerInstanceArn")), text_of(refusal, "reason"),
                  text_of(refusal, "wanted"), text_of(refusal, "available")});
  }
  if (refusals.empty()) return;
  std::printf("\n");
  refusals.print();
}

void print_explained(const std::string& arn, const Json& explained) {
  std::printf("%s\n%s, %s\n", arn.c_str(), text_of(explained, "type").c_str(), text_of(explained, "status").c_str());
  const Json reasons = explained.value("reasons", Json::array());
  if (reasons.empty()) std::printf("\nNothing holds it back.\n");
  for (const Json& reason : reasons) print_reason(reason);
  if (!explained.contains("scaling")) return;
  std::printf("\nWhy it does not scale:\n");
  for (const Json& reason : explained["scaling"]) print_reason(reason);
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
  print_explained(*arn, *record);
  return kDone;
}

}  // namespace

void add_explain(Words& words) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* word = words.add(
      "explain", "Why something is as it is: a task, a service, a cluster, an instance, a task definition",
      [options](Connection& connection, const Shared& shared) { return explain(connection, shared, *options); });
  word->add_option("what", options->what, "An ARN, the beginning of a task's id, or a name")->required();
  cluster_option(word, options->cluster, "otherwise any");
  word->footer("Example: drydock explain web");
}

}  // namespace drydock::cli
