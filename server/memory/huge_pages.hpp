#pragma once
// The pages of the program's allocator.

namespace drydock::server {

/// What this thread allocates from now on lies in huge pages once it is much (from about 32 MiB on), where the kernel
/// has them for those who ask: one change then touches a hundred places in a gigabyte, and with small pages the
/// processor would look up the address of nearly each of them in memory first. A small server does not pay for it with
/// memory that it does not use. Does nothing where there is another allocator.
void use_huge_pages_when_large();

}  // namespace drydock::server
