#pragma once
// Who this machine is, over restarts: kept in the agent's data directory, which one agent has at a time.

#include <expected>
#include <memory>
#include <string>

namespace drydock::agent {

struct Identity {
  std::string instance_id;  // "i-0123456789abcdef0", made once
  std::string drydock_id;   // on the labels of its containers, made once
  /// Of its last registration, and where that was. Empty before the first.
  std::string container_instance_arn;
  std::string cluster;
  std::string server;
};

/// The directory, held for as long as this lives.
class IdentityFile {
 public:
  /// Makes the directory, and an identity when it has none. The error is fit to be shown as it is: another agent has
  /// the directory, it cannot be written, or its file is broken.
  static std::expected<std::unique_ptr<IdentityFile>, std::string> open(const std::string& directory);
  ~IdentityFile();
  IdentityFile(const IdentityFile&) = delete;
  IdentityFile& operator=(const IdentityFile&) = delete;

  [[nodiscard]] const Identity& identity() const { return identity_; }
  /// Durable once it returns: either the old identity is in the file or the new one, whenever the power fails.
  std::expected<void, std::string> keep(Identity identity);

 private:
  IdentityFile(std::string directory, int lock) : directory_(std::move(directory)), lock_(lock) {}
  std::expected<bool, std::string> read();

  std::string directory_;
  int lock_;
  Identity identity_;
};

}  // namespace drydock::agent
