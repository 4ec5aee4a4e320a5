#pragma once
// What every word shares: where Drydock is, whose account and region, how to answer.

#include <functional>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/connection.hpp"

namespace drydock::cli {

struct Shared {
  std::string endpoint;
  std::string account;
  std::string region;
  std::string output = "table";

  bool json() const { return output == "json"; }
};

/// Does the word's job; the value is the exit code.
using Job = std::function<Result<int>(Connection&, const Shared&)>;

class Words {
 public:
  Words(CLI::App& app, Run& chosen) : app_(app), chosen_(chosen) {}

  /// A word with the shared options. Its own are added to what is returned, bound to what `job` keeps.
  CLI::App* add(const std::string& name, const std::string& description, Job job);
  /// The same below another word (`clock advance`).
  CLI::App* add(CLI::App* above, const std::string& name, const std::string& description, Job job);
  /// A word that does nothing without one below it.
  CLI::App* group(const std::string& name, const std::string& description);
  CLI::App& app() { return app_; }
  /// For words that talk to nobody.
  void choose(Run run) { chosen_ = std::move(run); }

 private:
  CLI::App& app_;
  Run& chosen_;
};

/// Adds --cluster, which names one; without it a word is about all, or about `default`.
void cluster_option(CLI::App* word, std::string& cluster, const char* without);

/// Prints what failed and what to do next, to standard error; the exit code.
int report(const Failure& failure);

// One file of words/ each.
void add_status(Words& words);
void add_ps(Words& words);
void add_logs(Words& words);
void add_exec(Words& words);
void add_explain(Words& words);
void add_faults(Words& words);
void add_clock(Words& words);
void add_reset(Words& words);
void add_snapshot(Words& words);
void add_wait(Words& words);
void add_up(Words& words);
void add_doctor(Words& words);
void add_completion(Words& words);

}  // namespace drydock::cli
