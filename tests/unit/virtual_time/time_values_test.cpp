#include "server/virtual_time/time_values.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace drydock;
using nlohmann::json;

TEST_CASE("Durations are read as people write them") {
  struct Row {
    json text;
    std::int64_t milliseconds;  // -1: refused
  };
  const Row row = GENERATE(values<Row>({{90, 90'000},
                                        {1.5, 1'500},
                                        {0, 0},
                                        {"90", 90'000},
                                        {"90s", 90'000},
                                        {"1h30m", 5'400'000},
                                        {"2d", 172'800'000},
                                        {"250ms", 250},
                                        {"0.5h", 1'800'000},
                                        {"1d2h3m4s5ms", 93'784'005},
                                        {"", -1},
                                        {"-1s", -1},
                                        {-1, -1},
                                        {"1x", -1},
                                        {"h", -1},
                                        {"1h30", -1},
                                        {"30 s", -1},
                                        {"1e3", -1},
                                        {1e300, -1},
                                        {"1000000d", -1},
                                        {nullptr, -1},
                                        {true, -1}}));
  CAPTURE(row.text);
  const auto parsed = server::duration_from(row.text);
  CHECK((parsed ? parsed->count() : -1) == row.milliseconds);
}

TEST_CASE("Instants are read from ISO 8601 and from seconds since the epoch") {
  struct Row {
    json text;
    std::string shown;  // empty: refused
  };
  const Row row = GENERATE(values<Row>({{"2025-01-01T00:00:00Z", "2025-01-01T00:00:00.000Z"},
                                        {"2024-02-29T23:59:59.5Z", "2024-02-29T23:59:59.500Z"},
                                        {"2024-02-29T23:59:59.123+00:00", "2024-02-29T23:59:59.123Z"},
                                        {1735689600, "2025-01-01T00:00:00.000Z"},
                                        {"1735689600.25", "2025-01-01T00:00:00.250Z"},
                                        {"2025-02-29T00:00:00Z", ""},
                                        {"2025-01-01T24:00:00Z", ""},
                                        {"2025-01-01T00:00:00", ""},
                                        {"2025-01-01T00:00:00.Z", ""},
                                        {"2025-01-01T00:00:00+01:00", ""},
                                        {"2025-01-01", ""},
                                        {"now", ""},
                                        {-5, ""},
                                        {json::array(), ""}}));
  CAPTURE(row.text);
  const auto parsed = server::instant_from(row.text);
  CHECK((parsed ? server::to_iso(*parsed) : "") == row.shown);
}
