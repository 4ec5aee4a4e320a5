#include "model/task_definitions/sizes.hpp"

#include <optional>

#include "tests/support/catch.hpp"

using namespace drydock::model;

TEST_CASE("Task sizes may be written with a unit") {
  CHECK(parse_cpu_units("1024") == 1024);
  CHECK(parse_cpu_units("1 vCPU") == 1024);
  CHECK(parse_cpu_units("1vcpu") == 1024);
  CHECK(parse_cpu_units(".25 vCPU") == 256);
  CHECK(parse_cpu_units("0.5 VCPU") == 512);
  CHECK(parse_memory_mib("512") == 512);
  CHECK(parse_memory_mib("2GB") == 2048);
  CHECK(parse_memory_mib("0.5 gb") == 512);
  CHECK(parse_memory_mib("30 GB") == 30720);
}

TEST_CASE("A text that is no size gives nothing") {
  for (const auto* text : {"", " ", "vCPU", "-1", "1.5", "1e3", "1 vCPU x", "0x10", "99999999999", "nan vCPU",
                           "99999999999 vCPU", "1.2.3 vCPU"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_cpu_units(text).has_value());
  }
  for (const auto* text : {"GB", "2MB", "two", "-1 GB"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_memory_mib(text).has_value());
  }
}

TEST_CASE("Fargate has exactly the sizes of its table") {
  struct Row {
    int cpu;
    int from;
    int to;
    int step;
    bool windows;
  };
  const Row rows[] = {{512, 1024, 4096, 1024, false},    {1024, 2048, 8192, 1024, true},
                      {2048, 4096, 16384, 1024, true},   {4096, 8192, 30720, 1024, true},
                      {8192, 16384, 61440, 4096, false}, {16384, 32768, 122880, 8192, false}};
  for (const auto& row : rows) {
    for (int memory = row.from; memory <= row.to; memory += row.step) {
      CAPTURE(row.cpu, memory);
      CHECK_FALSE(check_fargate_size(row.cpu, memory).has_value());
      CHECK(check_fargate_size(row.cpu, memory, true).has_value() != row.windows);
    }
    CAPTURE(row.cpu);
    CHECK(check_fargate_size(row.cpu, row.from - row.step).has_value());
    CHECK(check_fargate_size(row.cpu, row.to + row.step).has_value());
    CHECK(check_fargate_size(row.cpu, row.from + row.step / 2).has_value());
  }
  for (const int memory : {512, 1024, 2048}) CHECK_FALSE(check_fargate_size(256, memory).has_value());
  for (const int memory : {256, 1536, 3072}) CHECK(check_fargate_size(256, memory).has_value());
  CHECK(check_fargate_size(256, 512, true).has_value());
  const auto refusal = check_fargate_size(300, 512);
  REQUIRE(refusal.has_value());
  CHECK(refusal->code == "ClientException");
  CHECK(refusal->message == "No Fargate configuration exists for given values.");
}
