#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

bool agreed(const std::string& what) {
  std::fprintf(stderr, "This forgets %s and stops its containers. Go on? [y/N] ", what.c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

Result<int> reset(Connection& connection, const Shared& shared, bool yes) {
  Json extent = Json::object();
  if (!shared.account.empty()) extent["account"] = shared.account;
  if (!shared.region.empty()) extent["region"] = shared.region;
  const std::string what = extent.empty() ? "everything at " + connection.endpoint().url()
                                          : "account " + (shared.account.empty() ? "*" : shared.account) + ", region " +
                                                (shared.region.empty() ? "*" : shared.region);
  // A script that says nothing means it; a person may have meant another server.
  if (!yes && ::isatty(STDIN_FILENO) != 0 && !agreed(what)) return failed("nothing was changed");
  const auto done = connection.post("reset", extent);
  if (!done) return std::unexpected(done.error());
  if (shared.json()) {
    print_json(*done);
  } else {
    std::printf("Forgotten: %s\n", what.c_str());
  }
  return kDone;
}

}  // namespace

void add_reset(Words& words) {
  auto yes = std::make_shared<bool>(false);
  CLI::App* word =
      words.add("reset", "Forget everything, or one account or region",
                [yes](Connection& connection, const Shared& shared) { return reset(connection, shared, *yes); });
  word->add_flag("--yes,-y", *yes, "Do not ask");
  word->footer("Example: drydock reset --account 111111111111 --yes");
}

}  // namespace drydock::cli
