// spec/services.md section 14.
#include "scheduler/capacity_providers/split.hpp"
#include "tests/support/catch.hpp"

namespace drydock::scheduler {
namespace {

struct Item {
  int base, weight;
};

Strategy strategy(const std::vector<Item>& items) {
  Strategy all;
  char name = 'A';
  for (const Item& item : items) {
    api::CapacityProviderStrategyItem& one = all.emplace_back();
    one.capacityProvider = std::string(1, name++);
    one.base = item.base;
    one.weight = item.weight;
  }
  return all;
}

using Counts = std::vector<int>;

TEST_CASE("tasks divide by base, then by weight", "[scheduler][capacity]") {
  struct Row {
    std::vector<Item> items;
    int total;
    Counts expected;
  };
  const std::vector<Row> rows = {
      {{{0, 1}, {0, 1}}, 1, {1, 0}},
      {{{0, 1}, {0, 1}}, 2, {1, 1}},
      {{{0, 1}, {0, 1}}, 3, {2, 1}},
      {{{0, 1}, {0, 4}}, 5, {1, 4}},
      {{{0, 1}, {0, 4}}, 10, {2, 8}},
      {{{2, 1}, {0, 1}}, 10, {6, 4}},
      {{{1, 1}, {0, 3}}, 4, {2, 2}},
      {{{1, 1}, {0, 3}}, 5, {2, 3}},
      {{{1, 1}, {0, 3}}, 9, {3, 6}},
      {{{5, 0}, {0, 1}}, 3, {3, 0}},
      {{{5, 0}, {0, 1}}, 8, {5, 3}},
      {{{0, 1}, {0, 2}, {0, 3}}, 7, {1, 2, 4}},
      {{{0, 0}}, 4, {4}},
      {{{0, 1}, {0, 0}}, 3, {3, 0}},
      {{{0, 1}, {100, 0}}, 4, {0, 4}},
      {{{0, 1}, {0, 1}}, 0, {0, 0}},
  };
  for (const Row& row : rows) {
    INFO("total " << row.total << ", first expected " << row.expected.front());
    CHECK(split(strategy(row.items), row.total) == row.expected);
  }
}

TEST_CASE("fewer tasks come from the provider with the largest excess", "[scheduler][capacity]") {
  const Strategy even = strategy({{0, 1}, {0, 1}});
  CHECK(split_scale_in(even, {4, 4}, 2) == Counts{1, 1});
  CHECK(split_scale_in(even, {6, 2}, 4) == Counts{4, 0});
  CHECK(split_scale_in(even, {3, 2}, 1) == Counts{1, 0});
  CHECK(split_scale_in(even, {2, 2}, 1) == Counts{0, 1});
  CHECK(split_scale_in(even, {2, 2}, 9) == Counts{2, 2});
  CHECK(split_scale_in(strategy({{2, 1}, {0, 1}}), {6, 4}, 6) == Counts{3, 3});
  CHECK(split_scale_in(strategy({{2, 0}, {0, 1}}), {2, 6}, 5) == Counts{0, 5});
}

}  // namespace
}  // namespace drydock::scheduler
