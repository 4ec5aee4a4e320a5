#include "server/memory/huge_pages.hpp"

namespace drydock::server {

void use_huge_pages_when_large() {}

}  // namespace drydock::server
