#include "agent/identity.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <nlohmann/json.hpp>

#include "model/ids.hpp"

namespace drydock::agent {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFile = "/agent.json";
constexpr const char* kLock = "/agent.lock";

std::string random_hex(std::size_t digits) {
  std::random_device device;
  const auto word = [&device] { return (std::uint64_t{device()} << 32U) | device(); };
  const std::uint64_t high = word();
  return model::to_hex(model::Uuid{high, word()}).substr(0, digits);
}

std::string failure(const std::string& path, const char* verb) {
  return "cannot " + std::string(verb) + " " + path + ": " + std::strerror(errno);
}

/// Closes what it holds.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

std::expected<void, std::string> write_whole(const std::string& path, const std::string& text) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (file.number < 0) return std::unexpected(failure(path, "write"));
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(file.number, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::unexpected(failure(path, "write"));
    written += static_cast<std::size_t>(count);
  }
  if (::fsync(file.number) != 0) return std::unexpected(failure(path, "write"));
  return {};
}

std::expected<void, std::string> sync_directory(const std::string& path) {
  const Descriptor directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.number < 0 || ::fsync(directory.number) != 0) return std::unexpected(failure(path, "write"));
  return {};
}

struct Member {
  const char* name;
  std::string Identity::* place;
};

constexpr Member kMembers[] = {{"instanceId", &Identity::instance_id},
                               {"drydockId", &Identity::drydock_id},
                               {"containerInstanceArn", &Identity::container_instance_arn},
                               {"cluster", &Identity::cluster},
                               {"server", &Identity::server}};

}  // namespace

std::expected<std::unique_ptr<IdentityFile>, std::string> IdentityFile::open(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return std::unexpected("cannot make the directory " + directory + ": " + error.message());
  const std::string path = directory + kLock;
  const int lock = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return std::unexpected(failure(path, "write"));
  std::unique_ptr<IdentityFile> file(new IdentityFile(directory, lock));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return std::unexpected("another drydock agent uses " + directory +
                           ": each needs a directory of its own (--data-dir)");
  }
  const auto known = file->read();
  if (!known) return std::unexpected(known.error());
  if (*known) return file;
  Identity made;
  made.instance_id = "i-" + random_hex(17);
  made.drydock_id = random_hex(16);
  if (auto kept = file->keep(std::move(made)); !kept) return std::unexpected(std::move(kept.error()));
  return file;
}

IdentityFile::~IdentityFile() { ::close(lock_); }

/// Whether there was one.
std::expected<bool, std::string> IdentityFile::read() {
  const std::string path = directory_ + kFile;
  std::ifstream in(path);
  if (!in) return false;
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const Json json = Json::parse(text, nullptr, false);
  for (const Member& member : kMembers) {
    if (!json.is_object() || !json.contains(member.name) || !json[member.name].is_string()) {
      return std::unexpected(path + " is not what drydock agent wrote; remove it, and this machine joins as a new one");
    }
    identity_.*member.place = json[member.name].get<std::string>();
  }
  return true;
}

std::expected<void, std::string> IdentityFile::keep(Identity identity) {
  Json json;
  for (const Member& member : kMembers) json[member.name] = identity.*member.place;
  const std::string path = directory_ + kFile;
  const std::string fresh = path + ".new";
  if (auto written = write_whole(fresh, json.dump(2) + "\n"); !written) return written;
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return std::unexpected(failure(path, "write"));
  if (auto synced = sync_directory(directory_); !synced) return synced;
  identity_ = std::move(identity);
  return {};
}

}  // namespace drydock::agent
