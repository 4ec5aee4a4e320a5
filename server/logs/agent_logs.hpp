#pragma once
// POST /_drydock/agents/logs/...: what containers of `drydock agent` on other machines write. Runs on the core thread.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "server/admin/replies.hpp"
#include "server/logs/log_service.hpp"

namespace drydock::server {

/// Requests and answers are JSON.
///
/// open {taskArn, group, region, stream, createGroup}: {stream}, or {error} in CloudWatch Logs' own words.
/// position {source}: {position}: how far a source (a container) is stored; null when nothing of it is.
/// append {batches: [{stream, source, after, position, lines: [[milliseconds, text], ...]}, ...]}: answered with
///   {positions} once all is stored. A batch that is stored already (its position is the source's) changes nothing, so
///   that a request may be repeated; one whose `after` is not the source's position is not taken: the answer tells the
///   position that counts, and what follows of the same source is not taken either.
class AgentLogs {
 public:
  explicit AgentLogs(LogService& logs) : logs_(logs), sink_(logs.sink()) {}

  void handle(const http::Request& request, std::string_view path, http::ReplyFn reply);

 private:
  void open(const nlohmann::json& body, http::ReplyFn reply);
  void position(const nlohmann::json& body, http::ReplyFn reply);
  void append(const nlohmann::json& body, http::ReplyFn reply);
  std::string reached(const std::string& source) const;

  struct OnItsWay {
    std::string position;
    std::uint64_t ticket = 0;
  };

  LogService& logs_;
  std::shared_ptr<const instances::LogSink> sink_;
  std::map<std::string, OnItsWay> unstored_;  // by source: handed over, but not stored yet
};

}  // namespace drydock::server
