#include "storage/database.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace drydock::storage {

namespace {

StorageErrorKind kind_of(int code, int system_error) {
  const int primary = code & 0xff;
  if (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) {
    if (system_error == ENOSPC || system_error == EDQUOT) return StorageErrorKind::kFull;
    if (system_error == EROFS || system_error == EACCES) return StorageErrorKind::kNotWritable;
  }
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return StorageErrorKind::kInUse;
    case SQLITE_FULL: return StorageErrorKind::kFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN: return StorageErrorKind::kNotWritable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return StorageErrorKind::kDamaged;
    default: return StorageErrorKind::kInputOutput;
  }
}

std::string describe(int code, int system_error, const char* detail) {
  std::string text = sqlite3_errstr(code & 0xff);
  if (detail != nullptr && text != detail) text += std::string(" (") + detail + ")";
  if (system_error != 0) text += std::string(": ") + std::strerror(system_error);
  if (code > 0xff) text += ", code " + std::to_string(code);
  return text;
}

}  // namespace

StorageError last_error(sqlite3* handle) {
  const int code = sqlite3_extended_errcode(handle);
  const char* path = sqlite3_db_filename(handle, "main");
  const std::string name = path == nullptr || *path == '\0' ? "database" : path;
  const int system_error = sqlite3_system_errno(handle);
  return {kind_of(code, system_error), name + ": " + describe(code, system_error, sqlite3_errmsg(handle)), 0};
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

void Statement::bind_integer(int index, std::int64_t value) { sqlite3_bind_int64(handle_.get(), index, value); }

void Statement::bind_blob(int index, std::string_view value) {
  // A null pointer would store NULL instead of an empty blob.
  const char* data = value.data() == nullptr ? "" : value.data();
  sqlite3_bind_blob64(handle_.get(), index, data, value.size(), SQLITE_STATIC);
}

void Statement::bind_text(int index, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  sqlite3_bind_text64(handle_.get(), index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  StorageError error = last_error(sqlite3_db_handle(handle_.get()));
  sqlite3_reset(handle_.get());
  return std::unexpected(std::move(error));
}

Result<void> Statement::run() {
  auto stepped = step();
  reset();
  if (!stepped) return std::unexpected(std::move(stepped.error()));
  return {};
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

Result<Database> Database::open(const std::filesystem::path& path, const std::string& vfs, OpenMode mode,
                                std::chrono::milliseconds busy_timeout) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == OpenMode::kCreate ? SQLITE_OPEN_CREATE : 0);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  Database database;
  database.handle_.reset(handle);
  if (code != SQLITE_OK) {
    const int system_error = handle == nullptr ? 0 : sqlite3_system_errno(handle);
    return std::unexpected(
        StorageError{kind_of(code, system_error), path.string() + ": " + describe(code, system_error, nullptr), 0});
  }
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
  return database;
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(last_error(handle_.get()));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    return std::unexpected(last_error(handle_.get()));
  }
  return Statement(statement);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto row = statement->step();
  if (!row) return std::unexpected(std::move(row.error()));
  return *row ? statement->integer(0) : 0;
}

bool Database::is_read_only() const { return sqlite3_db_readonly(handle_.get(), "main") != 0; }

void Database::roll_back() {
  if (sqlite3_get_autocommit(handle_.get()) != 0) return;
  // Its result says nothing new: SQLite undoes the transaction, or the connection is beyond use anyway.
  sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace drydock::storage
