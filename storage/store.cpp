#include "storage/store.hpp"

#include <system_error>
#include <utility>

#include "storage/connection.hpp"
#include "storage/files.hpp"
#include "storage/schema.hpp"
#include "storage/writer.hpp"

namespace drydock::storage {

namespace {

constexpr const char* kFileName = "drydock.db";

bool has_content(const std::filesystem::path& path) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  return !code && size > 0;
}

Result<WriterStart> open_database(const StoreOptions& options, bool directory_is_new) {
  WriterStart start;
  if (directory_is_new) start.unsynced.push_back(parent_of(options.directory));
  start.path = options.directory / kFileName;
  std::error_code code;
  if (!std::filesystem::exists(start.path, code)) {
    if (auto created = create_database(start.path, options.vfs, options.initial_meta); !created) {
      return std::unexpected(std::move(created.error()));
    }
    start.unsynced.push_back(options.directory);
  }
  const bool was_interrupted = has_content(start.path.string() + "-wal");
  auto connection = Connection::open(start.path, options.vfs, options.busy_timeout);
  if (!connection) return std::unexpected(explain_damage(start.path, std::move(connection.error())));
  start.connection = std::move(*connection);

  if (auto migrated = migrate(start.connection->database(), start.path, migrations()); !migrated) {
    return std::unexpected(std::move(migrated.error()));
  }
  if (auto prepared = start.connection->prepare(); !prepared) return std::unexpected(std::move(prepared.error()));
  if (was_interrupted) {
    // A log left by a process that died may never have been synced, though it reads well: make sure of it now.
    if (auto emptied = start.connection->checkpoint_and_truncate(); !emptied) {
      return std::unexpected(std::move(emptied.error()));
    }
  }
  const auto sequence = start.connection->last_sequence();
  if (!sequence) return std::unexpected(sequence.error());
  start.last_sequence = *sequence;
  auto meta = start.connection->read_meta();
  if (!meta) return std::unexpected(std::move(meta.error()));
  start.meta = std::move(*meta);
  const auto identity = identify_file(start.path);
  if (!identity) {
    return std::unexpected(
        StorageError{StorageErrorKind::kInputOutput, start.path.string() + " was removed while opening", 0});
  }
  start.identity = *identity;
  return start;
}

Result<void> visit_rows(Database& database, model::EntityKind kind, const Store::Visitor& visitor) {
  auto statement = database.prepare(std::string("SELECT id, body FROM ") + model::table_name(kind) + " ORDER BY id");
  if (!statement) return std::unexpected(std::move(statement.error()));
  while (true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    visitor(kind, static_cast<std::uint64_t>(statement->integer(0)), statement->bytes(1));
  }
}

}  // namespace

Store::Store(StoreOptions options, std::unique_ptr<DirectoryLock> lock, std::unique_ptr<Writer> writer)
    : options_(std::move(options)), lock_(std::move(lock)), writer_(std::move(writer)) {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, Callbacks callbacks) {
  auto directory_is_new = make_directory(options.directory);
  if (!directory_is_new) return std::unexpected(std::move(directory_is_new.error()));
  auto lock = DirectoryLock::take(options.directory);
  if (!lock) return std::unexpected(std::move(lock.error()));
  auto start = open_database(options, *directory_is_new);
  if (!start) return std::unexpected(std::move(start.error()));
  auto writer = std::make_unique<Writer>(options, std::move(callbacks), std::move(*start));
  return std::unique_ptr<Store>(new Store(std::move(options), std::move(*lock), std::move(writer)));
}

Result<std::uint64_t> Store::load(const Visitor& visitor) const {
  if (const auto failed = failure()) return std::unexpected(*failed);
  auto database =
      Database::open(options_.directory / kFileName, options_.vfs, OpenMode::kExisting, options_.busy_timeout);
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto begun = database->execute("BEGIN"); !begun) return std::unexpected(std::move(begun.error()));
  for (const model::EntityKind kind : model::kEntityKinds) {
    if (auto visited = visit_rows(*database, kind, visitor); !visited) {
      return std::unexpected(explain_damage(options_.directory / kFileName, std::move(visited.error())));
    }
  }
  const auto sequence = database->query_integer("SELECT value FROM meta WHERE key = 'storage.last_sequence'");
  if (!sequence) return std::unexpected(sequence.error());
  return static_cast<std::uint64_t>(*sequence);
}

bool Store::append(Epoch epoch, model::ChangeSet change_set) { return writer_->append(epoch, std::move(change_set)); }

Result<void> Store::flush() { return writer_->flush(); }

Result<void> Store::close() {
  auto closed = writer_->close();
  lock_.reset();
  return closed;
}

Result<void> Store::snapshot(const std::filesystem::path& path) const {
  if (const auto failed = failure()) return std::unexpected(*failed);
  auto database =
      Database::open(options_.directory / kFileName, options_.vfs, OpenMode::kExisting, options_.busy_timeout);
  if (!database) return std::unexpected(std::move(database.error()));
  const std::filesystem::path draft = path.string() + ".partial";
  if (auto made = create_private_file(draft); !made) return made;
  auto statement = database->prepare("VACUUM INTO ?1");
  if (!statement) return std::unexpected(std::move(statement.error()));
  const std::string target = draft.string();
  statement->bind_text(1, target);
  auto copied = statement->run();
  if (copied) copied = publish_file(draft, path);
  if (copied) copied = sync_directory(parent_of(path));
  if (!copied) remove_file(draft);
  return copied;
}

std::optional<std::string> Store::meta(std::string_view key) const { return writer_->meta(key); }

Result<void> Store::set_meta(std::string key, std::string value) {
  return writer_->set_meta(std::move(key), std::move(value));
}

std::uint64_t Store::last_durable_sequence() const { return writer_->last_durable_sequence(); }

std::optional<StorageError> Store::failure() const { return writer_->failure(); }

Statistics Store::statistics() const { return writer_->statistics(); }

}  // namespace drydock::storage
