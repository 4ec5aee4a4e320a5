// std::random_device of a static libstdc++ asks for arc4random, which glibc has since 2.36 only. With this one the
// program runs on Ubuntu 22.04 (2.35), too.
#include <sys/random.h>

#include <cstdint>
#include <cstdlib>

extern "C" std::uint32_t arc4random() noexcept {
  std::uint32_t value = 0;
  // At most 256 bytes of the initialized pool come whole or, before it is initialized, not at all.
  if (getrandom(&value, sizeof value, 0) != sizeof value) std::abort();
  return value;
}
