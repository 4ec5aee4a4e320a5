#pragma once
// A directory of its own for a test, removed with its content at the end. In memory where the system offers that:
// tests cut no power, so waiting for a platter would prove nothing.

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace drydock::test {

class TempDirectory {
 public:
  TempDirectory() {
    const bool has_memory = ::access("/dev/shm", W_OK) == 0;
    const std::filesystem::path base = has_memory ? "/dev/shm" : std::filesystem::temp_directory_path();
    std::string name = (base / "drydock-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary directory");
    path_ = name;
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace drydock::test
