#include "tests/support/faulty_vfs.hpp"

#include <sqlite3.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>

namespace drydock::test {

struct FaultyVfs::Disk {
  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::array<std::optional<int>, 6> faults;  // calls left before the fault strikes
  std::uint64_t writes = 0;
  std::uint64_t syncs = 0;
  bool holding = false;
  int held = 0;

  bool strikes(Fault fault) {
    const std::lock_guard lock(mutex);
    auto& left = faults[static_cast<std::size_t>(fault)];
    if (!left) return false;
    if (*left == 0) return true;
    --*left;
    return false;
  }

  void pass_gate() {
    std::unique_lock lock(mutex);
    ++syncs;
    if (!holding) return;
    ++held;
    changed.notify_all();
    changed.wait(lock, [this] { return !holding; });
    --held;
  }
};

namespace {

using Disk = FaultyVfs::Disk;

// SQLite allocates szOsFile bytes: this, and behind it the real VFS's file.
struct FaultyFile {
  sqlite3_file base;
  sqlite3_file* real;
  Disk* disk;
};

FaultyFile& faulty(sqlite3_file* file) { return *reinterpret_cast<FaultyFile*>(file); }
sqlite3_file* real(sqlite3_file* file) { return faulty(file).real; }
Disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  Disk& disk = *faulty(file).disk;
  {
    const std::lock_guard lock(disk.mutex);
    ++disk.writes;
  }
  if (disk.strikes(Fault::kDiskFull)) return SQLITE_FULL;
  if (disk.strikes(Fault::kWriteError) || disk.strikes(Fault::kReadOnlyFileSystem)) return SQLITE_IOERR_WRITE;
  if (disk.strikes(Fault::kShortWrite)) {
    real(file)->pMethods->xWrite(real(file), data, size / 2, offset);
    return SQLITE_IOERR_WRITE;
  }
  return real(file)->pMethods->xWrite(real(file), data, size, offset);
}

int sync(sqlite3_file* file, int) {
  Disk& disk = *faulty(file).disk;
  disk.pass_gate();
  // A test cuts no power: the real sync would only make it slow.
  return disk.strikes(Fault::kSyncError) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  if (faulty(file).disk->strikes(Fault::kReadError)) return SQLITE_IOERR_READ;
  return real(file)->pMethods->xRead(real(file), data, size, offset);
}

int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,  // without memory-mapped reads
    .xClose = close,
    .xRead = read,
    .xWrite = write,
    .xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); },
    .xSync = sync,
    .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
    .xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); },
    .xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
    .xCheckReservedLock = [](sqlite3_file* f,
                             int* result) { return real(f)->pMethods->xCheckReservedLock(real(f), result); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* argument) { return real(f)->pMethods->xFileControl(real(f), op, argument); },
    .xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    .xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
    .xShmMap = [](sqlite3_file* f, int page, int size, int extend,
                  void volatile** out) { return real(f)->pMethods->xShmMap(real(f), page, size, extend, out); },
    .xShmLock = [](sqlite3_file* f, int offset, int count,
                   int flags) { return real(f)->pMethods->xShmLock(real(f), offset, count, flags); },
    .xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
    .xShmUnmap = [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  Disk& disk = disk_of(vfs);
  file->pMethods = nullptr;
  if (disk.strikes(Fault::kReadOnlyFileSystem) && (flags & SQLITE_OPEN_READWRITE) != 0) {
    int exists = 0;
    disk.real->xAccess(disk.real, path, SQLITE_ACCESS_EXISTS, &exists);
    if (exists == 0) return SQLITE_CANTOPEN;
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  FaultyFile& opened = faulty(file);
  opened.disk = &disk;
  opened.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(FaultyFile));
  const int code = disk.real->xOpen(disk.real, path, opened.real, flags, out_flags);
  if (opened.real->pMethods != nullptr) file->pMethods = &kMethods;
  return code;
}

sqlite3_vfs make_vfs(Disk& disk) {
  sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + disk.real->szOsFile;
  vfs.mxPathname = disk.real->mxPathname;
  vfs.zName = disk.name.c_str();
  vfs.pAppData = &disk;
  vfs.xOpen = open;
  vfs.xDelete = [](sqlite3_vfs* v, const char* path, int sync_directory) {
    return disk_of(v).real->xDelete(disk_of(v).real, path, sync_directory);
  };
  vfs.xAccess = [](sqlite3_vfs* v, const char* path, int flags, int* result) {
    return disk_of(v).real->xAccess(disk_of(v).real, path, flags, result);
  };
  vfs.xFullPathname = [](sqlite3_vfs* v, const char* path, int size, char* out) {
    return disk_of(v).real->xFullPathname(disk_of(v).real, path, size, out);
  };
  vfs.xRandomness = [](sqlite3_vfs* v, int size, char* out) {
    return disk_of(v).real->xRandomness(disk_of(v).real, size, out);
  };
  vfs.xSleep = [](sqlite3_vfs* v, int microseconds) { return disk_of(v).real->xSleep(disk_of(v).real, microseconds); };
  vfs.xCurrentTime = [](sqlite3_vfs* v, double* out) { return disk_of(v).real->xCurrentTime(disk_of(v).real, out); };
  vfs.xGetLastError = [](sqlite3_vfs* v, int size, char* out) {
    return disk_of(v).real->xGetLastError(disk_of(v).real, size, out);
  };
  vfs.xCurrentTimeInt64 = [](sqlite3_vfs* v, sqlite3_int64* out) {
    return disk_of(v).real->xCurrentTimeInt64(disk_of(v).real, out);
  };
  return vfs;
}

}  // namespace

FaultyVfs::FaultyVfs() : disk_(std::make_unique<Disk>()) {
  static std::atomic<int> count{0};
  disk_->name = "faulty-" + std::to_string(++count);
  disk_->real = sqlite3_vfs_find(nullptr);
  disk_->vfs = make_vfs(*disk_);
  sqlite3_vfs_register(&disk_->vfs, 0);
}

FaultyVfs::~FaultyVfs() {
  release_syncs();
  sqlite3_vfs_unregister(&disk_->vfs);
}

const std::string& FaultyVfs::name() const { return disk_->name; }

void FaultyVfs::inject(Fault fault, int after) {
  const std::lock_guard lock(disk_->mutex);
  disk_->faults[static_cast<std::size_t>(fault)] = after;
}

void FaultyVfs::heal() {
  const std::lock_guard lock(disk_->mutex);
  disk_->faults.fill(std::nullopt);
}

void FaultyVfs::hold_syncs() {
  const std::lock_guard lock(disk_->mutex);
  disk_->holding = true;
}

void FaultyVfs::wait_for_held_sync() {
  std::unique_lock lock(disk_->mutex);
  disk_->changed.wait(lock, [this] { return disk_->held > 0; });
}

void FaultyVfs::release_syncs() {
  {
    const std::lock_guard lock(disk_->mutex);
    disk_->holding = false;
  }
  disk_->changed.notify_all();
}

std::uint64_t FaultyVfs::writes() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->writes;
}

std::uint64_t FaultyVfs::syncs() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->syncs;
}

}  // namespace drydock::test
