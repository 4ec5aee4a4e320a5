// The file of the engine's json-file driver: its lines, its renaming, and reading that begins again.
#include "instances/docker/logs/log_file.hpp"

#include <boost/asio/io_context.hpp>
#include <fstream>

#include "instances/docker/logs/file_changes.hpp"
#include "instances/docker/logs/file_record.hpp"
#include "instances/docker/logs/log_reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace drydock::test {
namespace {

namespace docker = instances::docker;
using Texts = std::vector<std::string>;

std::string line(const std::string& text, int nanos, const std::string& stream = "stdout") {
  const std::string digits = std::to_string(nanos);
  return R"({"log":")" + text + R"(","stream":")" + stream + R"(","time":"2026-01-02T03:04:05.)" +
         std::string(9 - digits.size(), '0') + digits + "Z\"}\n";
}

docker::LogReader reader(docker::LogMark from = {}, const std::string& event_start = "", bool terminal = false) {
  return docker::LogReader(docker::EventMaker::make(event_start).value(), terminal, from);
}

Texts texts(docker::LogReader& from) {
  Texts out;
  for (const model::LogLine& event : from.take()) out.push_back(event.text);
  return out;
}

/// The two files of a driver.
struct Driver {
  TempDirectory directory;
  std::filesystem::path path = directory.path() / "0123-json.log";

  void write(const std::string& text) const { std::ofstream(path, std::ios::app) << text; }
  void rename() const {
    std::filesystem::rename(path, path.string() + ".1");
    std::ofstream made(path);
  }
};

/// An agent's life: it reads from a mark to the end of what there is.
struct Life {
  docker::LogFile file;
  docker::LogReader reader;

  Life(const Driver& driver, const docker::LogMark& from)
      : file(docker::LogFile::open(driver.path, from).value()),
        reader(docker::EventMaker::make("").value(), false, file.at_mark() ? from : docker::by_time(from)) {}
  Texts read() {
    while (true) {
      const std::string_view data = file.read();
      if (data.empty()) return texts(reader);
      REQUIRE(reader.feed_file(data, file.inode()));
    }
  }
  /// As the store gives it back after a restart.
  [[nodiscard]] docker::LogMark mark() const {
    return docker::parse_log_mark(docker::to_text(reader.reached())).value();
  }
};

}  // namespace

TEST_CASE("Lines of the driver's file are read with their escapes, and what it did not write is none") {
  struct Row {
    std::string line;
    std::optional<std::string> text;
    bool ends = true;
  };
  const std::string rest = R"(,"stream":"stdout","time":"2026-01-02T03:04:05Z"})";
  const std::vector<Row> rows = {
      {R"({"log":"plain\n")" + rest, "plain"},
      {R"({"log":"\n")" + rest, ""},
      {R"({"log":"")" + rest, "", false},
      {R"({"log":"no end yet")" + rest, "no end yet", false},
      {R"({"log":"{\"level\":\"info\",\"path\":\"C:\\\\x\"}\n")" + rest, R"({"level":"info","path":"C:\\x"})"},
      {R"({"log":"a\\n")" + rest, "a\\n", false},
      {R"({"log":"\ttab\r\n")" + rest, "\ttab\r"},
      {R"({"log":"\u003ca\u0026b\u003e \u001b[0m \ufffd \u2028 \u00e4\n")" + rest,
       "<a&b> \x1b[0m \xEF\xBF\xBD \xE2\x80\xA8 \xC3\xA4"},
      {R"({"log":"\u0000\b\f\/\n")" + rest, std::string("\0\b\f/", 4)},
      {R"({"log":"half \ud83d\n")" + rest, "half \xEF\xBF\xBD"},
      {R"({"log":"\",\"time\":\"x\n","stream":"stdout","attrs":{"tag":"a\"}b"},"time":"2026-01-02T03:04:05Z"})",
       R"(","time":"x)"},
      {"", std::nullopt},
      {R"({"log":"cut)", std::nullopt},
      {R"({"log":"cut\)", std::nullopt},
      {R"({"log":"cut\u12)", std::nullopt},
      {R"({"log":"cut\u12)" + rest, std::nullopt},
      {R"({"log":"\x\n")" + rest, std::nullopt},
      {R"({"log":"a\n","stream":"stdout"})", std::nullopt},
      {R"({"log":"a\n","stream":"stdwhat","time":"2026-01-02T03:04:05Z"})", std::nullopt},
      {R"({"log":"a\n","stream":"stdout","time":"2026-01-02T03)", std::nullopt},
      {std::string(20, '\0') + R"({"log":"a\n")" + rest, std::nullopt},
  };
  std::string buffer;
  for (const Row& row : rows) {
    INFO(row.line);
    const auto found = docker::parse_file_record(row.line, buffer);
    REQUIRE(found.has_value() == row.text.has_value());
    if (!found) continue;
    CHECK(found->text == *row.text);
    CHECK(found->ends == row.ends);
    CHECK(found->time == "2026-01-02T03:04:05Z");
  }
  const std::string err = R"({"log":"a\n","stream":"stderr","time":"t"})";
  CHECK(docker::parse_file_record(err, buffer)->stream == docker::StreamKind::kStderr);
}

TEST_CASE("A file gives the same events however its bytes are cut, and marks are between its lines") {
  const std::string file = line("one\\n", 1) + line(std::string(16384, 'a'), 2) + line("err\\n", 2, "stderr") +
                           line("b\\n", 3) + "garbage\n" + line("two \\u003c2\\n", 4);
  const Texts expected = {"one", "err", std::string(16384, 'a') + "b", "two <2"};
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, file.size()}) {
    auto log = reader();
    for (std::size_t i = 0; i < file.size(); i += step) REQUIRE(log.feed_file(file.substr(i, step), 5));
    CHECK(texts(log) == expected);
    CHECK(log.reached().offset == file.size());
    CHECK(log.reached().inode == 5);
  }
  // A line whose end is missing is read again.
  auto log = reader();
  log.feed_file(line("one\\n", 1) + line("half", 2), 5);
  CHECK(log.reached().offset == line("one\\n", 1).size());
  CHECK(docker::to_text(log.reached()) ==
        "1767323044000000001/1/1767323045000000001/5/" + std::to_string(line("one\\n", 1).size()));
}

TEST_CASE("A terminal's lines lose their carriage return, and a pattern joins lines, in a file as well") {
  auto terminal = reader({}, "", true);
  terminal.feed_file(line("one\\r\\n", 1), 5);
  CHECK(texts(terminal) == Texts{"one"});
  auto joined = reader({}, "^E ");
  const std::string first = line("E one\\n", 1);
  joined.feed_file(line("E nought\\n", 1) + first + line("  at a\\n", 2), 5);
  CHECK(texts(joined) == Texts{"E nought\n"});
  CHECK(joined.reached().offset == line("E nought\\n", 1).size());
  joined.finish();
  CHECK(texts(joined) == Texts{"E one\n  at a\n"});
}

TEST_CASE("Reading a file begins again behind the last line that was stored") {
  const Driver driver;
  const std::string half = line("half\\n", 5);
  driver.write(line("a\\n", 5) + line("b\\n", 3, "stderr") + half.substr(0, 10));
  Life first(driver, {});
  CHECK(first.read() == Texts{"a", "b"});
  driver.write(half.substr(10) + line("late\\n", 4, "stderr"));
  Life second(driver, first.mark());
  CHECK(second.file.at_mark());
  CHECK(second.read() == Texts{"half", "late"});
  driver.write(line("d\\n", 6));
  CHECK(second.read() == Texts{"d"});
}

TEST_CASE("A mark without its file counts by time, as through the engine's API") {
  const Driver driver;
  driver.write(line("a\\n", 1) + line("b\\n", 2) + line("c\\n", 2) + line("d\\n", 2));
  docker::LogMark mark;
  mark.since = mark.latest = 1'767'323'045'000'000'002;
  mark.count = 2;
  SECTION("of a reader of the API") {}
  SECTION("of a file that is gone") {
    mark.inode = 1;
    mark.offset = 10;
  }
  SECTION("of a file that became shorter") {
    mark.inode = Life(driver, {}).file.inode();
    mark.offset = 1'000'000;
  }
  Life life(driver, mark);
  CHECK_FALSE(life.file.at_mark());
  CHECK(life.read() == Texts{"d"});
  // From here on an older time is a clock that was set back.
  driver.write(line("back\\n", 1));
  CHECK(life.read() == Texts{"back"});
}

TEST_CASE("Nothing is lost when the driver begins a new file, whether the reader watches, is behind or begins again") {
  const Driver driver;
  driver.write(line("a\\n", 1));
  Life first(driver, {});
  CHECK(first.read() == Texts{"a"});
  driver.write(line("b\\n", 2));
  driver.rename();
  driver.write(line("c\\n", 3));
  SECTION("it watches") {
    CHECK(first.read() == Texts{"b", "c"});
    driver.write(line("d\\n", 4));
    CHECK(first.read() == Texts{"d"});
  }
  SECTION("it is two files behind") {
    driver.rename();
    driver.write(line("d\\n", 4));
    CHECK(first.read() == Texts{"b", "c", "d"});
  }
  SECTION("it begins again") {
    Life second(driver, first.mark());
    CHECK(second.file.at_mark());
    CHECK(second.read() == Texts{"b", "c"});
    Life third(driver, second.mark());
    CHECK(third.read().empty());
  }
  SECTION("it begins without a mark") {
    Life second(driver, {});
    CHECK(second.read() == Texts{"a", "b", "c"});
  }
  SECTION("the new file is not there yet") {
    std::filesystem::remove(driver.path);
    CHECK(first.read() == Texts{"b"});
    driver.write(line("c\\n", 3));
    CHECK(first.read() == Texts{"c"});
  }
}

TEST_CASE("What is no file of this machine is not opened") {
  const TempDirectory directory;
  CHECK_FALSE(docker::LogFile::open(directory.path() / "none", {}));
  CHECK_FALSE(docker::LogFile::open(directory.path(), {}));
  std::ofstream(directory.path() / "elsewhere") << "x";
  std::filesystem::create_symlink(directory.path() / "elsewhere", directory.path() / "link");
  CHECK_FALSE(docker::LogFile::open(directory.path() / "link", {}));
}

TEST_CASE("Whoever watches a file hears of its growth and of its new name") {
  boost::asio::io_context io;
  const Driver driver;
  driver.write("x");
  auto file = docker::LogFile::open(driver.path, {}).value();
  const auto changes = std::make_shared<docker::FileChanges>(io.get_executor());
  int heard = 0;
  const auto watch = changes->watch(file.descriptor(), [&heard] { ++heard; });
  REQUIRE(watch.has_value());
  const auto run = [&] {
    const int before = heard;
    while (heard == before) io.run_one();
  };
  driver.write("y");
  run();
  driver.rename();
  run();
  changes->forget(*watch);
  const int before = heard;
  changes->close();
  io.run();
  CHECK(heard == before);
  CHECK_FALSE(changes->watch(file.descriptor(), [] {}).has_value());
}

}  // namespace drydock::test
