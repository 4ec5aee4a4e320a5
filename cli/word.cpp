#include "cli/word.hpp"

#include <cstdio>
#include <cstdlib>

#include "cli/access_key.hpp"

namespace drydock::cli {
namespace {

/// The first of the variables that is set.
std::string environment(std::initializer_list<const char*> names, const char* otherwise) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return otherwise;
}

bool is_account(const std::string& text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string::npos;
}

/// Where, whose and which region: as AWS's tools find it, with a variable of our own before.
void take_environment(Shared& shared) {
  shared.endpoint =
      environment({"DRYDOCK_ENDPOINT", "AWS_ENDPOINT_URL_ECS", "AWS_ENDPOINT_URL"}, "http://localhost:4566");
  shared.region = environment({"AWS_REGION", "AWS_DEFAULT_REGION"}, "");
  const std::string key = environment({"AWS_ACCESS_KEY_ID"}, "");
  if (is_account(key)) shared.account = key;
}

int run(const Shared& shared, const Job& job) {
  auto endpoint = parse_endpoint(shared.endpoint);
  if (!endpoint) return report(endpoint.error());
  endpoint->account = shared.account;
  endpoint->region = shared.region;
  const auto key = find_access_key();
  // A world that was asked for by name is not that of the key.
  if (key && (shared.account.empty() || shared.account == key->id)) endpoint->key = *key;
  Connection connection(std::move(*endpoint));
  const auto ended = job(connection, shared);
  return ended ? *ended : report(ended.error());
}

}  // namespace

CLI::App* Words::add(const std::string& name, const std::string& description, Job job) {
  return add(&app_, name, description, std::move(job));
}

CLI::App* Words::add(CLI::App* above, const std::string& name, const std::string& description, Job job) {
  CLI::App* word = above->add_subcommand(name, description);
  auto shared = std::make_shared<Shared>();
  take_environment(*shared);
  word->add_option("--endpoint", shared->endpoint,
                   "Where Drydock is; otherwise DRYDOCK_ENDPOINT, AWS_ENDPOINT_URL or http://localhost:4566");
  word->add_option("--account", shared->account,
                   "Whose world: a 12-digit account; otherwise an AWS_ACCESS_KEY_ID of 12 digits, or the server's own");
  word->add_option("--region", shared->region, "Of which region; otherwise AWS_REGION, or the server's own");
  word->add_option("--output", shared->output, "table for people, json for scripts")
      ->check(CLI::IsMember({"table", "json"}));
  word->callback([this_chosen = &chosen_, shared, job = std::move(job)] {
    *this_chosen = [shared, job] { return run(*shared, job); };
  });
  return word;
}

CLI::App* Words::group(const std::string& name, const std::string& description) {
  CLI::App* word = app_.add_subcommand(name, description);
  word->require_subcommand(1);
  return word;
}

void cluster_option(CLI::App* word, std::string& cluster, const char* without) {
  word->add_option("--cluster,-c", cluster, std::string("Name or ARN of a cluster; ") + without);
}

int report(const Failure& failure) {
  std::fprintf(stderr, "drydock: %s\n", failure.what.c_str());
  if (!failure.next.empty()) std::fprintf(stderr, "  %s\n", failure.next.c_str());
  return failure.exit_code;
}

void add_commands(CLI::App& app, Run& chosen) {
  Words words(app, chosen);
  for (const auto add : {add_status, add_ps, add_logs, add_exec, add_explain, add_wait, add_up, add_faults, add_clock,
                         add_reset, add_snapshot, add_doctor, add_completion}) {
    add(words);
  }
}

}  // namespace drydock::cli
