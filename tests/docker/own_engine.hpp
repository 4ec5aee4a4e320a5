#pragma once
// A Docker engine of the test's own, apart from the one everybody shares.

#include <sys/types.h>

#include <string>

namespace drydock::test {

/// dockerd with its own data, state, socket and no bridge. Throws when it cannot be started. Needs root, or sudo
/// without a question.
class OwnEngine {
 public:
  OwnEngine();
  ~OwnEngine();
  OwnEngine(const OwnEngine&) = delete;
  OwnEngine& operator=(const OwnEngine&) = delete;

  /// Starts it and waits until it answers.
  void start();
  /// kill -9.
  void kill();
  const std::string& socket() const { return socket_; }
  void load_test_image();

 private:
  std::string folder_;
  std::string socket_;
  pid_t process_ = -1;
};

}  // namespace drydock::test
