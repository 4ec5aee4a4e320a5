#pragma once
// Which operations share a bucket, and how large it is: AWS's table (spec/quotas.md section 2).

#include <span>
#include <string_view>
#include <vector>

#include "server/throttling/token_bucket.hpp"

namespace drydock::throttling {

struct Category {
  std::string_view name;
  std::vector<std::string_view> operations;
  Rate rate;
};

/// All categories of AWS's table, in its order.
std::span<const Category> categories();

/// The rate of an operation that the table does not name; each of these has a bucket of its own.
inline constexpr Rate kUnlisted{50, 20};

/// Null for an operation that the table does not name.
const Category* category_of(std::string_view operation);

}  // namespace drydock::throttling
