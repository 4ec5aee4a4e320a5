#include <cstdio>

#include "cli/output.hpp"
#include "cli/word.hpp"

namespace drydock::cli {
namespace {

struct FaultOptions {
  std::string kind;
  std::string id;
  std::string lasts;
  std::vector<std::string> scope;
  std::vector<std::string> with;
};

std::string scope_text(const Json& scope) {
  std::string out;
  for (const auto& [name, value] : scope.items()) {
    out += (out.empty() ? "" : " ") + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return out.empty() ? "everything" : out;
}

Result<int> list(Connection& connection, const Shared& shared) {
  const auto answer = connection.get("faults");
  if (!answer) return std::unexpected(answer.error());
  if (shared.json()) {
    print_json(*answer);
    return kDone;
  }
  Table table({"FAULT", "KIND", "SCOPE", "UNTIL", "COUNT"});
  for (const Json& fault : answer->value("faults", Json::array())) {
    const std::string until = text_of(fault, "until");
    const std::string count = text_of(fault, "count");
    table.add({text_of(fault, "id"), text_of(fault, "kind"), scope_text(fault.value("scope", Json::object())),
               until.empty() ? "removed" : until, count.empty() ? "-" : count});
  }
  if (table.empty()) {
    std::printf(
        "No faults. docs/faults.md has the kinds; for example: drydock faults add zone-lost --scope "
        "zone=us-east-1a --for 10m\n");
    return kDone;
  }
  table.print();
  return kDone;
}

/// NAME=VALUE into `target`; numbers become numbers where the value is one.
Result<void> assign(Json& target, const std::string& text, bool numbers) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) return failed("\"" + text + "\" is not NAME=VALUE", {}, kMistake);
  const std::string value = text.substr(equals + 1);
  const Json parsed = numbers ? Json::parse(value, nullptr, false) : Json();
  target[text.substr(0, equals)] = parsed.is_number() ? parsed : Json(value);
  return {};
}

Result<int> add(Connection& connection, const Shared& shared, const FaultOptions& options) {
  Json fault = {{"kind", options.kind}};
  if (!options.id.empty()) fault["id"] = options.id;
  if (!options.lasts.empty()) fault["for"] = options.lasts;
  Json scope = Json::object();
  for (const std::string& text : options.scope) {
    if (const auto done = assign(scope, text, false); !done) return std::unexpected(done.error());
  }
  if (!shared.account.empty()) scope["account"] = shared.account;
  if (!shared.region.empty()) scope["region"] = shared.region;
  if (!scope.empty()) fault["scope"] = scope;
  for (const std::string& text : options.with) {
    if (const auto done = assign(fault, text, true); !done) return std::unexpected(done.error());
  }
  const auto added = connection.post("faults", fault);
  if (!added) return std::unexpected(added.error());
  if (shared.json()) {
    print_json(*added);
  } else {
    std::printf("%s is in force (end it with: drydock faults remove %s)\n", text_of(*added, "id").c_str(),
                text_of(*added, "id").c_str());
  }
  return kDone;
}

Result<int> remove(Connection& connection, const Shared& shared, const std::string& id) {
  const auto removed = connection.remove("faults/" + id);
  if (!removed) return std::unexpected(removed.error());
  if (shared.json()) {
    print_json(*removed);
  } else {
    std::printf("%s is over\n", id.c_str());
  }
  return kDone;
}

}  // namespace

void add_faults(Words& words) {
  CLI::App* faults = words.group("faults", "Make things go wrong, for tests");
  words.add(faults, "list", "Those in force", list);
  auto options = std::make_shared<FaultOptions>();
  CLI::App* word = words.add(faults, "add", "A new one", [options](Connection& connection, const Shared& shared) {
    return add(connection, shared, *options);
  });
  word->add_option("kind", options->kind, "instance-lost, zone-lost, pull-failure, api-error, ...")->required();
  word->add_option("--id", options->id, "A name for it");
  word->add_option("--for", options->lasts, "How long: 90s, 10m");
  word->add_option("--scope", options->scope, "NAME=VALUE, repeatable: cluster, service, zone, image, ...")
      ->allow_extra_args(false);
  word->add_option("--with", options->with, "NAME=VALUE, repeatable: rate, count, delay, code, message, ...")
      ->allow_extra_args(false);
  word->footer("Example: drydock faults add pull-failure --scope 'image=shop/*' --with rate=0.5 --for 10m");
  auto id = std::make_shared<std::string>();
  words
      .add(faults, "remove", "One that should end now",
           [id](Connection& connection, const Shared& shared) { return remove(connection, shared, *id); })
      ->add_option("fault", *id, "Its id")
      ->required();
}

}  // namespace drydock::cli
