#include "model/task_definitions/members.hpp"

#include <charconv>

namespace drydock::model::task_definitions {

std::optional<int> whole_number(std::string_view digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  int value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc{}) return std::nullopt;
  return value;
}

bool is_private_ecr_image(std::string_view image) {
  const auto slash = image.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view host = image.substr(0, slash);
  const std::string_view account = host.substr(0, host.find('.'));
  const bool numeric = account.size() == 12 && account.find_first_not_of("0123456789") == std::string_view::npos;
  if (!numeric) return false;
  const std::string_view service = host.substr(account.size());
  return service.starts_with(".dkr.ecr.") || service.starts_with(".dkr.ecr-fips.") ||
         service.starts_with(".dkr-ecr.") || service.starts_with(".dkr-ecr-fips.");
}

}  // namespace drydock::model::task_definitions
