#include "scheduler/autoscaling/schedule.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;

namespace {

/// "2026-11-23T01:30:00", in UTC.
model::Instant utc(const std::string& text) {
  const auto zone = scheduler::TimeZone::named("UTC");
  const auto at = scheduler::Schedule::parse("at(" + text + ")", *zone);
  REQUIRE(at);
  const auto instant = at->next(model::Instant{}, {});
  REQUIRE(instant);
  return *instant;
}

std::optional<model::Instant> next(const std::string& schedule, const std::string& zone, const std::string& after) {
  const auto parsed = scheduler::Schedule::parse(schedule, *scheduler::TimeZone::named(zone));
  if (!parsed) FAIL(schedule + ": " + parsed.error());
  return parsed->next(utc(after), utc("2026-01-01T00:00:00"));
}

}  // namespace

TEST_CASE("A time given without zone is an instant in the schedule's zone") {
  CHECK(utc("1970-01-01T00:00:01") == model::Instant{std::chrono::seconds(1)});
  CHECK(utc("2026-11-23T01:30:00") == model::Instant{std::chrono::seconds(1'795'397'400)});
  CHECK(next("at(2026-07-01T12:00:00)", "Europe/Paris", "2026-06-01T00:00:00") == utc("2026-07-01T10:00:00"));
  CHECK(next("at(2026-12-01T12:00:00)", "Europe/Paris", "2026-06-01T00:00:00") == utc("2026-12-01T11:00:00"));
  CHECK(next("at(2026-12-01T12:00:00)", "UTC", "2026-12-01T12:00:00") == std::nullopt);
}

TEST_CASE("Rates count from the start") {
  CHECK(next("rate(1 hour)", "UTC", "2026-01-01T00:00:00") == utc("2026-01-01T01:00:00"));
  CHECK(next("rate(90 minutes)", "UTC", "2026-01-01T02:00:00") == utc("2026-01-01T03:00:00"));
  CHECK(next("rate(2 days)", "UTC", "2025-12-01T00:00:00") == utc("2026-01-01T00:00:00"));
}

TEST_CASE("Cron expressions find their next time") {
  struct Row {
    const char* cron;
    const char* zone;
    const char* after;
    const char* next;
  };
  for (const Row& row : {
           Row{"cron(0 9 * * ? *)", "UTC", "2026-11-23T08:59:59", "2026-11-23T09:00:00"},
           Row{"cron(0 9 * * ? *)", "UTC", "2026-11-23T09:00:00", "2026-11-24T09:00:00"},
           Row{"cron(0/15 * * * ? *)", "UTC", "2026-11-23T09:01:00", "2026-11-23T09:15:00"},
           Row{"cron(5,35 14 * * ? *)", "UTC", "2026-11-23T14:06:00", "2026-11-23T14:35:00"},
           Row{"cron(0 18 ? * MON-FRI *)", "UTC", "2026-11-20T18:00:00", "2026-11-23T18:00:00"},  // Friday → Monday
           Row{"cron(0 0 ? * FRI-MON *)", "UTC", "2026-11-23T00:00:00", "2026-11-27T00:00:00"},
           Row{"cron(0 0 L * ? *)", "UTC", "2026-02-10T00:00:00", "2026-02-28T00:00:00"},
           Row{"cron(0 0 ? * 2#1 *)", "UTC", "2026-11-23T00:00:00", "2026-12-07T00:00:00"},  // first Monday
           Row{"cron(0 0 ? * 6L *)", "UTC", "2026-11-01T00:00:00", "2026-11-27T00:00:00"},   // last Friday
           Row{"cron(0 0 15W * ? *)", "UTC", "2026-11-01T00:00:00", "2026-11-16T00:00:00"},  // the 15th is a Sunday
           Row{"cron(0 0 29 2 ? *)", "UTC", "2026-11-01T00:00:00", "2028-02-29T00:00:00"},
           Row{"cron(0 12 1 1 ? 2030)", "UTC", "2026-11-01T00:00:00", "2030-01-01T12:00:00"},
           Row{"cron(0 9 * JUL ? *)", "Europe/Paris", "2026-06-30T23:00:00", "2026-07-01T07:00:00"},
           Row{"cron(0 9 * * ? *)", "America/New_York", "2026-11-23T00:00:00", "2026-11-23T14:00:00"},
           Row{"cron(0 9 * * ? *)", "Asia/Kolkata", "2026-11-23T00:00:00", "2026-11-23T03:30:00"},
           Row{"cron(0 9 * 1 ? *)", "Australia/Sydney", "2027-01-01T00:00:00", "2027-01-01T22:00:00"},
           // 02:30 does not exist on the day the clocks go forward, and comes once when they go back.
           Row{"cron(30 2 * * ? *)", "Europe/Paris", "2026-03-28T12:00:00", "2026-03-30T00:30:00"},
           Row{"cron(30 2 * * ? *)", "Europe/Paris", "2026-10-24T12:00:00", "2026-10-25T00:30:00"},
           Row{"cron(30 2 * * ? *)", "Europe/Paris", "2026-10-25T00:30:00", "2026-10-26T01:30:00"},
       }) {
    CAPTURE(row.cron, row.zone, row.after);
    CHECK(next(row.cron, row.zone, row.after) == utc(row.next));
  }
  CHECK(next("cron(0 12 1 1 ? 2020)", "UTC", "2026-11-01T00:00:00") == std::nullopt);
  CHECK(next("cron(0 0 31 2 ? *)", "UTC", "2026-11-01T00:00:00") == std::nullopt);
}

TEST_CASE("What is no schedule is refused") {
  const auto zone = *scheduler::TimeZone::named("UTC");
  for (const char* text :
       {"", "now", "at()", "at(2026-13-01T00:00:00)", "at(2026-02-30T00:00:00)", "at(2026-01-01 00:00:00)",
        "rate(0 days)", "rate(5 weeks)", "rate(minutes)", "cron()", "cron(0 9 * * *)", "cron(60 9 * * ? *)",
        "cron(0 24 * * ? *)", "cron(0 9 1 * MON *)", "cron(0 9 ? * MON#6 *)", "cron(0 9 * 13 ? *)", "cron(a 9 * * ? *)",
        "cron(0 9 * * ? *", "cron(0/0 9 * * ? *)"}) {
    CAPTURE(text);
    CHECK_FALSE(scheduler::Schedule::parse(text, zone));
  }
}

TEST_CASE("Zones are known by their IANA names") {
  for (const char* name : {"UTC", "Etc/GMT+9", "Europe/London", "America/Argentina/Buenos_Aires", "Asia/Gaza"}) {
    CHECK(scheduler::TimeZone::named(name));
  }
  for (const char* name : {"", "utc", "Europe", "Mars/Olympus"}) CHECK_FALSE(scheduler::TimeZone::named(name));
}
