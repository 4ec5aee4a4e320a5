// spec/services.md section 4.1.
#include "scheduler/deployments/start_throttle.hpp"

#include "tests/support/catch.hpp"

namespace drydock::scheduler {
namespace {

TEST_CASE("launches are put off longer with every start failure, up to 27 minutes", "[scheduler][throttle]") {
  const int expected[] = {0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 1280, 1620, 1620, 1620};
  int failures = 0;
  for (const int seconds : expected) {
    CAPTURE(failures);
    CHECK(start_delay(failures, aws_pace()) == std::chrono::seconds(seconds));
    CHECK(start_delay(failures, fast_pace()) == std::chrono::milliseconds(seconds * 100));
    ++failures;
  }
  CHECK(start_delay(1'000'000, aws_pace()) == std::chrono::minutes(27));
}

}  // namespace
}  // namespace drydock::scheduler
