#pragma once
// A disk that misbehaves on request: a registered SQLite VFS that passes everything to the default one until told
// to fail (only syncs are counted and not carried out). Put its name into storage::StoreOptions::vfs (or the server's
// equivalent) before opening.
//
//   FaultyVfs disk;                       // healthy
//   StoreOptions options{...}; options.vfs = disk.name();
//   disk.inject(Fault::kDiskFull);        // from now on, every write
//   disk.inject(Fault::kSyncError, 2);    // from the third sync on
//   disk.heal();
//   disk.hold_syncs(); ...; disk.wait_for_held_sync(); ...; disk.release_syncs();   // a slow disk, without sleeping
//
// Must outlive every connection opened through it. All members may be called from any thread.

#include <cstdint>
#include <memory>
#include <string>

namespace drydock::test {

enum class Fault : std::uint8_t {
  kDiskFull,            // a write fails, nothing of it is written
  kShortWrite,          // a write fails after its first half was written
  kWriteError,          // a write fails with an I/O error
  kSyncError,           // a sync fails; what was written stays readable, as in the kernel's page cache
  kReadError,           // a read fails with an I/O error
  kReadOnlyFileSystem,  // files open for reading only, nothing can be created, writes fail
};

class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  const std::string& name() const;

  /// The fault strikes at every call of its kind after the next `after` ones, until heal(). Several add up.
  void inject(Fault fault, int after = 0);
  void heal();

  /// Every sync from now on waits inside the call until release_syncs().
  void hold_syncs();
  /// Returns once a sync is waiting.
  void wait_for_held_sync();
  void release_syncs();

  /// Calls so far, failed ones included.
  std::uint64_t writes() const;
  std::uint64_t syncs() const;

  struct Disk;

 private:
  std::unique_ptr<Disk> disk_;
};

}  // namespace drydock::test
