#pragma once
// Reads events of many streams in the order of their positions, block by block.

#include "storage/logs/log_database.hpp"
#include "storage/logs/log_store.hpp"

namespace drydock::storage {

struct LogStore::Reader {
  std::unique_ptr<LogReadConnection> connection;

  Result<model::LogReading> read(const model::LogQuery& query, const std::vector<std::uint64_t>& streams,
                                 const std::function<bool(const model::LogEvent&)>& visit, model::LogPosition& reached);
};

}  // namespace drydock::storage
