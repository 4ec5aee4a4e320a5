// The rules of docs/adr/0001-rooms.md, held against the whole tree; and, rule by rule, against what they forbid.

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/source_rules.hpp"

namespace drydock::test {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Every file of the given folders with one of the given extensions, in the order of their paths.
std::vector<SourceFile> sources_in(const std::vector<std::string>& folders,
                                   const std::vector<std::string>& extensions) {
  const fs::path root = DRYDOCK_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const auto& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || std::ranges::find(extensions, extension) == extensions.end()) continue;
      files.push_back({fs::relative(entry.path(), root).generic_string(), contents(entry.path())});
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

const std::vector<SourceFile>& rooms_sources() {
  static const auto kFiles = sources_in(
      {"api-spec", "model", "scheduler", "storage", "instances", "agent", "cli", "server"}, {".cpp", ".hpp"});
  return kFiles;
}

template <class Rule>
std::string findings_in_tree(const std::vector<SourceFile>& files, Rule rule) {
  std::string all;
  for (const auto& file : files) {
    for (const auto& finding : rule(file)) all += finding + "\n";
  }
  return all;
}

std::string header_of(const SourceFile& file) {
  if (!file.path.ends_with(".cpp")) return {};
  const fs::path header = fs::path(DRYDOCK_SOURCE_DIR) / (file.path.substr(0, file.path.size() - 4) + ".hpp");
  return fs::exists(header) ? contents(header) : std::string{};
}

}  // namespace

TEST_CASE("Includes go down the table of rooms only", "[layers]") {
  CHECK(rooms_sources().size() > 1);
  CHECK(findings_in_tree(rooms_sources(), forbidden_includes) == "");
}

TEST_CASE("The deterministic rooms read no clock, no environment and no random device, and start no threads",
          "[layers]") {
  CHECK(findings_in_tree(rooms_sources(), hidden_inputs) == "");
}

TEST_CASE("The deterministic rooms do not loop over unordered containers", "[layers]") {
  const auto rule = [](const SourceFile& file) { return unordered_iteration(file, header_of(file)); };
  CHECK(findings_in_tree(rooms_sources(), rule) == "");
}

TEST_CASE("No await stands with a capturing lambda or a brace list, or with arguments in a condition", "[layers]") {
  CHECK(findings_in_tree(sources_in({"instances", "agent", "server", "tests", "bench"}, {".cpp", ".hpp"}),
                         [](const SourceFile& file) {
                           // This file holds the samples of what is forbidden.
                           if (file.path == "tests/unit/layers_test.cpp") return std::vector<std::string>{};
                           return awaits_that_gcc12_breaks(file);
                         }) == "");
}

TEST_CASE("No source file is longer than 600 lines", "[layers]") {
  const auto files = sources_in(
      {"api-spec", "model", "scheduler", "storage", "instances", "agent", "server", "tests", "bench", "tools"},
      {".cpp", ".hpp", ".py", ".sh"});
  CHECK(findings_in_tree(files, too_long) == "");
}

TEST_CASE("No test's name has a semicolon, at which ctest would cut it in two that run nothing", "[layers]") {
  const std::regex cut(R"re(TEST_CASE\(\s*"[^"\n]*;)re");
  for (const SourceFile& file : sources_in({"tests"}, {".cpp"})) {
    INFO(file.path);
    CHECK_FALSE(std::regex_search(file.text, cut));
  }
}

TEST_CASE("The include rule catches upward, sideways and unrooted includes", "[layers]") {
  struct Sample {
    std::string path;
    std::string include;
    std::size_t findings;
  };
  const std::array samples = {
      Sample{"model/state.cpp", "\"scheduler/placement.hpp\"", 1},
      Sample{"model/state.cpp", "\"api-spec/generated/types.hpp\"", 0},
      Sample{"scheduler/planner.hpp", "\"storage/database.hpp\"", 1},
      Sample{"scheduler/planner.hpp", "\"model/state.hpp\"", 0},
      Sample{"storage/database.cpp", "<server/http/server.hpp>", 1},
      Sample{"instances/instance_link.hpp", "\"instances/docker/engine.hpp\"", 1},
      Sample{"instances/docker/engine.hpp", "\"instances/instance_link.hpp\"", 0},
      Sample{"instances/docker/engine.hpp", "\"instances/simulated/instance.hpp\"", 1},
      Sample{"server/http/server.cpp", "\"server/operations/clusters/clusters.hpp\"", 1},
      Sample{"server/http/server.cpp", "\"model/state.hpp\"", 1},
      Sample{"server/operations/clusters/clusters.cpp", "\"server/wire/dispatch.hpp\"", 1},
      Sample{"server/wire/dispatch.cpp", "\"server/operations/clusters/clusters.hpp\"", 0},
      Sample{"server/main.cpp", "\"instances/docker/agent.hpp\"", 0},
      Sample{"cli/word.cpp", "\"server/sessions/protocol/payloads.hpp\"", 0},
      Sample{"cli/word.cpp", "\"server/sessions/sessions.hpp\"", 1},
      Sample{"agent/word.cpp", "\"instances/docker/agent.hpp\"", 0},
      Sample{"agent/word.cpp", "\"server/core/core.hpp\"", 1},
      Sample{"server/sessions/protocol/payloads.hpp", "\"server/sessions/sessions.hpp\"", 1},
      Sample{"model/state.cpp", "\"state.hpp\"", 1},
      Sample{"model/state.cpp", "<vector>", 0},
  };
  for (const auto& sample : samples) {
    INFO(sample.path << " includes " << sample.include);
    CHECK(forbidden_includes({sample.path, "#include " + sample.include + "\n"}).size() == sample.findings);
  }
}

TEST_CASE("The rule on hidden inputs catches each of them, and only in the deterministic rooms", "[layers]") {
  const std::vector<std::string> bad = {"auto t = std::chrono::system_clock::now();",
                                        "std::random_device device;",
                                        "std::thread worker(f);",
                                        "int x = rand();",
                                        "auto t = time(nullptr);",
                                        "auto* home = std::getenv(\"HOME\");",
                                        "std::this_thread::sleep_for(1s);",
                                        "usleep(10);"};
  for (const auto& line : bad) {
    INFO(line);
    for (const auto* room : {"model/", "scheduler/", "server/operations/", "instances/simulated/"}) {
      CHECK(hidden_inputs({room + std::string("x.cpp"), line}).size() == 1);
    }
    CHECK(hidden_inputs({"server/x.cpp", line}).empty());
  }
  CHECK(
      hidden_inputs({"model/x.cpp", "// rand() is not used; operand(1); \"std::thread\"\nint operand(int);"}).empty());
}

TEST_CASE("The await rule catches capturing lambdas, brace lists and conditions, on one line or several", "[layers]") {
  const std::vector<std::string> bad = {
      "co_await asio::post(ex, [this] { run(); });",
      "co_await f(\n    [&](int x) { return x; });",
      "auto x = co_await read(Request{1, 2});",
      "co_await timer.wait({});",
      "if (co_await send(Message{}))\n  return;",
      "if (!co_await ready(core)) co_return;",
      "if (open && !co_await ready(\n    std::make_shared<int>(1))) {\n  go();\n}",
      "while (auto item = co_await next(list[3], f(x))) {\n  use(item);\n}",
      "switch (co_await kind_of(x)) {}",
  };
  for (const auto& text : bad) {
    INFO(text);
    CHECK_FALSE(awaits_that_gcc12_breaks({"server/x.cpp", "void f() {\n  " + text + "\n}\n"}).empty());
  }
  const std::vector<std::string> good = {
      "auto x = co_await read(request);",
      "if (!co_await ready()) {\n  go();\n}",
      "if (ready(x)) co_await go(x);",
      "while (auto item = co_await queue.next()) {\n  use({1, 2}, [&] { return item; });\n}",
      "co_await f([] { return 1; }());  // [this] { }",
      "co_await write(\"{}\");",
  };
  for (const auto& text : good) {
    INFO(text);
    const auto findings = awaits_that_gcc12_breaks({"server/x.cpp", "void f() {\n  " + text + "\n}\n"});
    CHECK(findings == std::vector<std::string>{});
  }
}

TEST_CASE("The rule on unordered loops follows names from the header and accepts a stated reason", "[layers]") {
  const std::string header = "struct S { std::unordered_map<std::string, std::vector<int>> by_name_; };";
  const std::string loop = "for (const auto& [k, v] : by_name_) {}\n";
  CHECK(unordered_iteration({"model/s.cpp", loop}, header).size() == 1);
  CHECK(
      unordered_iteration({"model/s.cpp", "std::unordered_set<int> seen;\nfor (int x : other.seen) {}\n"}, "").size() ==
      1);
  CHECK(unordered_iteration({"model/s.cpp", "// any order: a sum\n" + loop}, header).empty());
  CHECK(unordered_iteration({"storage/s.cpp", loop}, header).empty());
  CHECK(unordered_iteration({"model/s.cpp", "for (const auto& x : sorted) {}\n"}, header).empty());
}

TEST_CASE("The rule on length counts lines", "[layers]") {
  CHECK(too_long({"model/a.cpp", std::string(600, '\n')}).empty());
  CHECK(too_long({"model/a.cpp", std::string(601, '\n')}).size() == 1);
}

}  // namespace drydock::test
