#pragma once
// Which worlds something is about: all, those of an account, those of a region, or one.

#include <string>
#include <string_view>

namespace drydock::server {

struct Extent {
  std::string account;  // empty: every account
  std::string region;   // empty: every region

  [[nodiscard]] bool everything() const { return account.empty() && region.empty(); }
  [[nodiscard]] bool includes(std::string_view some_account, std::string_view some_region) const {
    return (account.empty() || account == some_account) && (region.empty() || region == some_region);
  }
};

}  // namespace drydock::server
