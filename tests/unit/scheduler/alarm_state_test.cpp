// CloudWatch user guide, "How alarm state is evaluated when data is missing".

#include "scheduler/alarms/evaluate.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using model::AlarmState;

namespace {

/// "0 - X - X": oldest first, X breaching, 0 not, - missing; as datapoints above or below 50, newest first.
std::vector<std::optional<double>> points(std::string_view picture) {
  std::vector<std::optional<double>> values;
  for (const char c : picture) {
    if (c == '-') values.insert(values.begin(), std::nullopt);
    if (c == '0') values.insert(values.begin(), 10);
    if (c == 'X') values.insert(values.begin(), 90);
  }
  return values;
}

scheduler::AlarmRule rule(int to_alarm, const char* missing) {
  return {3, to_alarm, "GreaterThanThreshold", 50, missing};
}

constexpr auto kOk = AlarmState::kOk;
constexpr auto kAlarm = AlarmState::kAlarm;
constexpr auto kUnknown = AlarmState::kInsufficientData;
using State = std::optional<AlarmState>;
constexpr State kStay = std::nullopt;

}  // namespace

TEST_CASE("An alarm of three periods treats missing data as it is told") {
  struct Row {
    const char* picture;
    State missing, ignore, breaching, not_breaching;
  };
  for (const Row& row : {
           Row{"0 - X - X", kOk, kOk, kOk, kOk},
           Row{"0 - - - -", kOk, kOk, kOk, kOk},
           Row{"- - - - -", kUnknown, kStay, kAlarm, kOk},
           Row{"0 X X - X", kAlarm, kAlarm, kAlarm, kAlarm},
           Row{"- - X - -", kAlarm, kStay, kAlarm, kOk},
       }) {
    CAPTURE(row.picture);
    CHECK(scheduler::alarm_state(rule(3, "missing"), points(row.picture)) == row.missing);
    CHECK(scheduler::alarm_state(rule(3, "ignore"), points(row.picture)) == row.ignore);
    CHECK(scheduler::alarm_state(rule(3, "breaching"), points(row.picture)) == row.breaching);
    CHECK(scheduler::alarm_state(rule(3, "notBreaching"), points(row.picture)) == row.not_breaching);
  }
}

TEST_CASE("Two of three breaching datapoints are enough where two are asked for") {
  CHECK(scheduler::alarm_state(rule(2, "missing"), points("0 - X - X")) == kAlarm);
  CHECK(scheduler::alarm_state(rule(2, "missing"), points("0 0 X 0 X")) == kAlarm);
  CHECK(scheduler::alarm_state(rule(2, "missing"), points("0 - X - -")) == kOk);
  CHECK(scheduler::alarm_state(rule(2, "missing"), points("- - - - 0")) == kOk);
  CHECK(scheduler::alarm_state(rule(2, "missing"), points("- - - - X")) == kStay);
}

TEST_CASE("Every comparison has its own idea of the threshold itself") {
  const auto breaches = [](const char* comparison, double value) {
    return scheduler::breaches({1, 1, comparison, 50, "missing"}, value);
  };
  CHECK_FALSE(breaches("GreaterThanThreshold", 50));
  CHECK(breaches("GreaterThanOrEqualToThreshold", 50));
  CHECK_FALSE(breaches("LessThanThreshold", 50));
  CHECK(breaches("LessThanOrEqualToThreshold", 50));
  CHECK(breaches("LessThanThreshold", 49));
}

TEST_CASE("The reason of a state names its datapoints") {
  CHECK(scheduler::state_reason(rule(3, "missing"), points("0 X X - X"), kAlarm) ==
        "Threshold Crossed: 3 datapoints [90.0, 90.0, 90.0] were greater than the threshold (50.0).");
  CHECK(scheduler::state_reason({1, 1, "LessThanThreshold", 4.5, "missing"}, {9.25}, kOk) ==
        "Threshold Crossed: 1 datapoint [9.25] was not less than the threshold (4.5).");
  CHECK(scheduler::state_reason(rule(3, "missing"), points("- - - - -"), kUnknown) ==
        "Insufficient Data: 3 datapoints were unknown.");
}
