#pragma once
// Reads objects on threads of its own: a file system may hang, and then only those who need its files wait. Everything
// but the reading itself is on the executor's one thread.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "instances/launch/object_reads.hpp"

namespace drydock::server {

/// How long is waited for an object.
struct ReadPatience {
  std::chrono::milliseconds most{30'000};  // of AWS's agent
  /// So long answers wait for those to earlier questions: virtual time needs them in a defined order.
  std::chrono::milliseconds brief{0};
};

class ObjectReader {
 public:
  using Read = std::function<instances::ObjectRead(const std::string& bucket, const std::string& key)>;

  ObjectReader(const boost::asio::any_io_executor& executor, Read read, ReadPatience patience = {});
  /// Answers nobody any more. Threads that hang are left behind.
  ~ObjectReader();
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  /// `then` is called later, in any case: what takes longer than the patience is an error in the words of AWS's SDK.
  void read(const std::string& bucket, const std::string& key, std::function<void(instances::ObjectRead)> then);

  /// Whether an answer is about to come: somebody waits for one, and only briefly so far.
  [[nodiscard]] bool answers_soon() const;
  /// Called when that may have changed.
  std::function<void()> on_change;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace drydock::server
