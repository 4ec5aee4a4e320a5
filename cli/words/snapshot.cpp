#include <algorithm>
#include <cstdio>

#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

std::string summary(const Json& snapshot) {
  return snapshot.value("clusters", Json(0)).dump() + " clusters, " + snapshot.value("services", Json(0)).dump() +
         " services, " + snapshot.value("tasks", Json(0)).dump() + " tasks";
}

/// A name is part of a path: what is none is not asked for. Empty, or what is wrong.
std::string has_form_of_name(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  };
  if (!text.empty() && std::ranges::all_of(text, fits)) return {};
  return "\"" + text + "\" is no name of a snapshot";
}

Result<int> list(Connection& connection, const Shared& shared) {
  const auto answer = connection.get("snapshots");
  if (!answer) return std::unexpected(answer.error());
  if (shared.json()) {
    print_json(*answer);
    return kDone;
  }
  Table table({"SNAPSHOT", "TAKEN AT", "CLUSTERS", "INSTANCES", "SERVICES", "TASKS", "BYTES"});
  for (const Json& snapshot : answer->value("snapshots", Json::array())) {
    table.add({text_of(snapshot, "name"), text_of(snapshot, "takenAt"), text_of(snapshot, "clusters"),
               text_of(snapshot, "containerInstances"), text_of(snapshot, "services"), text_of(snapshot, "tasks"),
               text_of(snapshot, "bytes")});
  }
  if (table.empty()) {
    std::printf("No snapshots. For example: drydock snapshot save base\n");
    return kDone;
  }
  table.print();
  return kDone;
}

/// Shows what came of it: JSON, or a line that begins with `done`.
Result<int> show(const Result<Json>& answer, const Shared& shared, const std::string& done, bool with_summary) {
  if (!answer) return std::unexpected(answer.error());
  if (shared.json()) {
    print_json(*answer);
  } else {
    std::printf("%s%s\n", done.c_str(), with_summary ? (": " + summary(*answer)).c_str() : "");
  }
  return kDone;
}

}  // namespace

void add_snapshot(Words& words) {
  CLI::App* snapshot = words.group("snapshot", "Keep the whole state under a name and bring it back, for tests");
  words.add(snapshot, "list", "Those that are kept", list);
  const auto named = [&](const char* word, const char* description, auto job) {
    auto name = std::make_shared<std::string>();
    words
        .add(snapshot, word, description,
             [name, job](Connection& connection, const Shared& shared) { return job(connection, shared, *name); })
        ->add_option("name", *name, "Letters, digits, hyphens, underscores and dots")
        ->required()
        ->check(has_form_of_name);
  };
  named("save", "Keep what is there now", [](Connection& connection, const Shared& shared, const std::string& name) {
    return show(connection.post("snapshots", {{"name", name}}), shared, "Kept as " + name, true);
  });
  named("restore", "Make everything what it was",
        [](Connection& connection, const Shared& shared, const std::string& name) {
          return show(connection.post("snapshots/" + name + "/restore", Json::object()), shared,
                      "Restored from " + name, true);
        });
  named("delete", "Forget one", [](Connection& connection, const Shared& shared, const std::string& name) {
    return show(connection.remove("snapshots/" + name), shared, name + " is forgotten", false);
  });
  snapshot->footer("Example: drydock snapshot save base && ./tests && drydock snapshot restore base");
}

}  // namespace drydock::cli
