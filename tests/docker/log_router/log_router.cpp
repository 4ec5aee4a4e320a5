// A log router for tests: it reads the configuration that FireLens gives a fluentbit router, listens where that says,
// and writes to its output what arrives by the forward protocol: "<tag> <line>" for each record. Static, so that an
// image needs nothing else.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

/// Reads one value of MessagePack after the other; `short_` says that more bytes have to come first.
class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  [[nodiscard]] bool is_short() const { return short_; }
  [[nodiscard]] std::size_t position() const { return at_; }

  std::size_t array() { return sized(0x90, 0x0F, 0xDC); }
  std::size_t map() { return sized(0x80, 0x0F, 0xDE); }

  std::string text() {
    const unsigned type = byte();
    std::size_t size = 0;
    if ((type & 0xE0U) == 0xA0) size = type & 0x1FU;
    if (type == 0xD9 || type == 0xC4) size = number(1);
    if (type == 0xDA || type == 0xC5) size = number(2);
    if (type == 0xDB || type == 0xC6) size = number(4);
    return take(size);
  }

  void skip() {
    const unsigned type = byte();
    if (type <= 0x7F || type >= 0xE0 || type == 0xC0 || type == 0xC2 || type == 0xC3) return;
    if ((type & 0xE0U) == 0xA0 || (type >= 0xC4 && type <= 0xC6) || (type >= 0xD9 && type <= 0xDB)) {
      --at_;
      text();
      return;
    }
    if ((type & 0xF0U) == 0x80 || type == 0xDE || type == 0xDF) {
      --at_;
      const std::size_t entries = map();
      for (std::size_t i = 0; i < entries * 2 && !short_; ++i) skip();
      return;
    }
    if ((type & 0xF0U) == 0x90 || type == 0xDC || type == 0xDD) {
      --at_;
      const std::size_t entries = array();
      for (std::size_t i = 0; i < entries && !short_; ++i) skip();
      return;
    }
    static const std::map<unsigned, std::size_t> kSizes = {{0xCC, 1}, {0xCD, 2}, {0xCE, 4}, {0xCF, 8}, {0xD0, 1},
                                                           {0xD1, 2}, {0xD2, 4}, {0xD3, 8}, {0xCA, 4}, {0xCB, 8},
                                                           {0xD4, 2}, {0xD5, 3}, {0xD6, 5}, {0xD7, 9}, {0xD8, 17}};
    if (const auto size = kSizes.find(type); size != kSizes.end()) take(size->second);
    if (type == 0xC7) take(number(1) + 1);
  }

 private:
  unsigned byte() {
    const std::string one = take(1);
    return one.empty() ? 0xC0U : static_cast<unsigned char>(one[0]);
  }

  std::size_t number(int bytes) {
    std::size_t value = 0;
    for (const char c : take(static_cast<std::size_t>(bytes))) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }

  std::size_t sized(unsigned fixed, unsigned mask, unsigned wide) {
    const unsigned type = byte();
    if ((type & ~mask) == fixed) return type & mask;
    if (type == wide) return number(2);
    return type == wide + 1 ? number(4) : 0;
  }

  std::string take(std::size_t size) {
    if (bytes_.size() - at_ < size) short_ = true;
    if (short_) return {};
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
  bool short_ = false;
};

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

/// Takes whole messages [tag, time, record, ...] off the bytes, and says them.
void take_messages(std::string& bytes) {
  while (!bytes.empty()) {
    Reader reader(bytes);
    const std::size_t parts = reader.array();
    const std::string tag = reader.text();
    reader.skip();
    std::string line;
    const std::size_t entries = reader.map();
    for (std::size_t i = 0; i < entries && !reader.is_short(); ++i) {
      const std::string key = reader.text();
      if (key == "log") {
        line = reader.text();
      } else {
        reader.skip();
      }
    }
    for (std::size_t i = 3; i < parts && !reader.is_short(); ++i) reader.skip();
    if (reader.is_short() || reader.position() == 0) return;
    say(tag + " " + line);
    bytes.erase(0, reader.position());
  }
}

int listen_at(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  unlink(path.c_str());
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 16) != 0) std::exit(2);
  return fd;
}

int listen_at(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(fd, 16) != 0) std::exit(3);
  return fd;
}

}  // namespace

int main() {
  std::vector<int> listeners;
  std::ifstream config("/fluent-bit/etc/fluent-bit.conf");
  for (std::string line; std::getline(config, line);) {
    say("config " + line);
    std::istringstream words(line);
    std::string key;
    std::string value;
    words >> key >> value;
    if (key == "unix_path") listeners.push_back(listen_at(value));
    if (key == "Port" && value == "24224") listeners.push_back(listen_at(std::atoi(value.c_str())));
    if (key == "@INCLUDE") {
      std::ifstream included(value);
      for (std::string other; std::getline(included, other);) say("included " + other);
    }
    const std::size_t of = line.find("${");
    if (of == std::string::npos) continue;
    const std::string name = line.substr(of + 2, line.find('}', of) - of - 2);
    const char* known = std::getenv(name.c_str());
    say("variable " + name + " " + (known == nullptr ? "is not set" : known));
  }
  std::map<int, std::string> connections;
  while (true) {
    std::vector<pollfd> all;
    for (const int fd : listeners) all.push_back({fd, POLLIN, 0});
    for (const auto& [fd, bytes] : connections) all.push_back({fd, POLLIN, 0});
    if (poll(all.data(), all.size(), -1) < 0) return 1;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].revents == 0) continue;
      if (i < listeners.size()) {
        connections[accept(all[i].fd, nullptr, nullptr)];
        continue;
      }
      char chunk[4096];
      const ssize_t size = read(all[i].fd, chunk, sizeof chunk);
      std::string& bytes = connections[all[i].fd];
      if (size > 0) {
        bytes.append(chunk, static_cast<std::size_t>(size));
        take_messages(bytes);
        continue;
      }
      close(all[i].fd);
      connections.erase(all[i].fd);
    }
  }
}
