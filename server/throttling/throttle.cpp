#include "server/throttling/throttle.hpp"

#include "server/throttling/categories.hpp"

namespace drydock::throttling {

bool Throttle::admit(std::string_view account, std::string_view region, std::string_view operation,
                     model::Instant now) {
  const Category* category = category_of(operation);
  const std::string_view name = category == nullptr ? operation : category->name;
  const Rate rate = category == nullptr ? kUnlisted : category->rate;
  std::tuple key{std::string(account), std::string(region), std::string(name)};
  return buckets_.try_emplace(std::move(key), rate, now).first->second.take(now);
}

}  // namespace drydock::throttling
