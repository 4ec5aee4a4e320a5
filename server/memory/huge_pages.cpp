#include "server/memory/huge_pages.hpp"

#include <jemalloc/jemalloc.h>
#include <sys/mman.h>

#include <cstddef>
#include <string>

namespace drydock::server {
namespace {

// jemalloc maps memory in pieces that grow with what it has already: the first of this size comes after 26 MiB.
constexpr std::size_t kLarge = std::size_t{7} << 20U;

extent_hooks_t* usual_hooks = nullptr;
extent_hooks_t hooks;

void* allocate(extent_hooks_t* /*hooks*/, void* at, std::size_t size, std::size_t alignment, bool* zero, bool* commit,
               unsigned arena) {
  void* made = usual_hooks->alloc(usual_hooks, at, size, alignment, zero, commit, arena);
  if (made != nullptr && size >= kLarge) madvise(made, size, MADV_HUGEPAGE);
  return made;
}

}  // namespace

void use_huge_pages_when_large() {
  unsigned arena = 0;
  std::size_t size = sizeof arena;
  if (mallctl("thread.arena", &arena, &size, nullptr, 0) != 0) return;
  const std::string name = "arena." + std::to_string(arena) + ".extent_hooks";
  size = sizeof usual_hooks;
  if (mallctl(name.c_str(), static_cast<void*>(&usual_hooks), &size, nullptr, 0) != 0) return;
  hooks = *usual_hooks;
  hooks.alloc = allocate;
  extent_hooks_t* ours = &hooks;
  mallctl(name.c_str(), nullptr, nullptr, static_cast<void*>(&ours), sizeof ours);
}

}  // namespace drydock::server
