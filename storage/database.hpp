#pragma once
// Thin owners of an SQLite connection and a prepared statement; errors are values. Used inside storage only.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "storage/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace drydock::storage {

/// A prepared statement. Must die before its Database.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  /// Parameters are numbered from 1. Blobs and texts are not copied: they must live until reset().
  void bind_integer(int index, std::int64_t value);
  void bind_blob(int index, std::string_view value);
  void bind_text(int index, std::string_view value);

  /// True when there is a row to read.
  Result<bool> step();
  /// Runs a statement that gives no rows and makes it ready for the next use.
  Result<void> run();
  void reset();

  /// Columns are numbered from 0; views live until the next step().
  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

enum class OpenMode : std::uint8_t { kExisting, kCreate };

class Database {
 public:
  /// Several threads may not use one Database at the same time. `vfs` may be empty.
  static Result<Database> open(const std::filesystem::path& path, const std::string& vfs, OpenMode mode,
                               std::chrono::milliseconds busy_timeout);

  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row.
  Result<std::int64_t> query_integer(std::string_view sql);
  /// Whether the file can be written at all.
  bool is_read_only() const;
  /// Ends the open transaction, if an error has not ended it already.
  void roll_back();
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

/// The error a connection reported last, as a sentence with the database's path.
StorageError last_error(sqlite3* handle);

}  // namespace drydock::storage
