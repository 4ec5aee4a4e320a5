// Objects that are read on other threads, some of which hang.
#include "server/buckets/object_reader.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "tests/support/catch.hpp"

using namespace drydock;
using namespace std::chrono_literals;

namespace {

using Texts = std::vector<std::string>;

/// Objects whose name begins with "slow" are there once they were let go.
class Files {
 public:
  instances::ObjectRead read(const std::string& key) {
    std::unique_lock lock(mutex_);
    if (key == "bad") throw std::runtime_error("broken");
    ++reading_;
    changed_.notify_all();
    if (key.starts_with("slow")) changed_.wait(lock, [&] { return free_.contains(key) || all_free_; });
    if (key == "none") return std::unexpected("NoSuchKey");
    return "text of " + key;
  }
  void let_go(const std::string& key) {
    const std::lock_guard lock(mutex_);
    free_.insert(key);
    changed_.notify_all();
  }
  void let_all_go() {
    const std::lock_guard lock(mutex_);
    all_free_ = true;
    changed_.notify_all();
  }
  void await_reading(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return reading_ >= count; });
  }
  int begun() {
    const std::lock_guard lock(mutex_);
    return reading_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> free_;
  int reading_ = 0;
  bool all_free_ = false;
};

struct Bench {
  explicit Bench(server::ReadPatience patience = {})
      : reader(
            io.get_executor(), [files = files](const std::string&, const std::string& key) { return files->read(key); },
            patience) {}
  ~Bench() { files->let_all_go(); }

  void read(const std::string& key) {
    reader.read("bucket", key, [this, key](const instances::ObjectRead& read) {
      answers.push_back(read ? *read : key + ": " + read.error());
    });
  }
  /// Until so many have been answered.
  void run(std::size_t count) {
    while (answers.size() < count) {
      io.restart();
      REQUIRE(io.run_one_for(20s) == 1);
    }
  }

  std::shared_ptr<Files> files = std::make_shared<Files>();
  boost::asio::io_context io{1};
  server::ObjectReader reader;
  Texts answers;
};

const std::string kCanceled = ": RequestCanceled: request context canceled caused by: context deadline exceeded";

}  // namespace

TEST_CASE("An object that hangs keeps nobody else waiting") {
  Bench bench;
  bench.read("slow");
  bench.files->await_reading(1);
  bench.read("a");
  bench.run(1);
  bench.read("none");
  bench.run(2);
  CHECK(bench.answers == Texts{"text of a", "none: NoSuchKey"});
  bench.files->let_go("slow");
  bench.run(3);
  CHECK(bench.answers.back() == "text of slow");
}

TEST_CASE("Patience has an end, and what comes later goes nowhere") {
  Bench bench({30ms, 0ms});
  bench.read("slow");
  bench.files->await_reading(1);
  bench.run(1);
  CHECK(bench.answers == Texts{"slow" + kCanceled});
  SECTION("it is asked for again while it hangs: on no second thread") {
    bench.read("slow");
    bench.run(2);
    CHECK(bench.answers.back() == "slow" + kCanceled);
    CHECK(bench.files->begun() == 1);
  }
  bench.files->let_go("slow");
  bench.read("slow");
  bench.run(bench.answers.size() + 1);
  CHECK(bench.answers.back() == "text of slow");
}

TEST_CASE("A reader may go while a thread hangs") {
  auto bench = std::make_unique<Bench>();
  const auto files = bench->files;
  bench->read("slow 1");
  bench->read("slow 2");
  files->await_reading(2);
  bench.reset();
  CHECK(files->begun() == 2);
}

TEST_CASE("An exception is an error of that object") {
  Bench bench;
  bench.read("bad");
  bench.run(1);
  CHECK(bench.answers == Texts{"bad: InternalError: broken"});
}

TEST_CASE("Where the order counts, answers wait for earlier ones") {
  Bench bench({40s, 20s});
  bench.read("slow");
  bench.read("a");
  bench.files->await_reading(2);
  CHECK(bench.reader.answers_soon());
  bench.files->let_go("slow");
  bench.run(2);
  CHECK(bench.answers == Texts{"text of slow", "text of a"});
  CHECK_FALSE(bench.reader.answers_soon());
}

TEST_CASE("Where the order counts, a file that hangs is not waited for any longer") {
  Bench bench({20s, 30ms});
  int changes = 0;
  bench.reader.on_change = [&] { ++changes; };
  bench.read("slow");
  bench.read("a");
  bench.run(1);
  CHECK(bench.answers == Texts{"text of a"});
  CHECK_FALSE(bench.reader.answers_soon());
  CHECK(changes > 0);
  bench.files->let_go("slow");
  bench.run(2);
  CHECK(bench.answers.back() == "text of slow");
}
