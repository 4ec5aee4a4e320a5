#pragma once
// The database's versions: numbered migrations, embedded from storage/migrations at build time.

#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "storage/database.hpp"

namespace drydock::storage {

struct Migration {
  int version;
  const char* sql;
};

/// All of them, version 1 first, without gaps.
std::span<const Migration> migrations();

/// Marks a file as Drydock's ("DRYD"), so that some other program's database is not mistaken for one.
inline constexpr int kApplicationId = 0x44525944;

/// Brings an open database to the last version of `steps`, in one transaction. A database that is newer, or not
/// Drydock's, is left alone and reported.
Result<void> migrate(Database& database, const std::filesystem::path& path, std::span<const Migration> steps);

/// Adds to an error of kind kDamaged what the user can do; other errors stay as they are.
StorageError explain_damage(const std::filesystem::path& path, StorageError error);

/// Makes a database of the current version at `path`: complete, or not there at all, whenever the machine stops.
Result<void> create_database(const std::filesystem::path& path, const std::string& vfs,
                             std::span<const std::pair<std::string, std::string>> initial_meta);

}  // namespace drydock::storage
