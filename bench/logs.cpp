// From the engine's log stream to stored events: what LogReader and LogStore take together, against writing the same
// bytes into a plain file with one sync per 16 MB. Prints JSON. The engine itself is not in it.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "instances/docker/logs/log_reader.hpp"
#include "storage/logs/log_store.hpp"

namespace drydock::bench {
namespace {

namespace docker = instances::docker;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kTotal = 256U << 20;
constexpr std::size_t kLine = 120;
constexpr std::size_t kChunk = 256U << 10;
constexpr std::size_t kSync = 16U << 20;

std::string frames(std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; out.size() < bytes; ++i) {
    char time[40];
    std::snprintf(time, sizeof time, "2026-01-02T03:04:05.%09zuZ ", i % 1'000'000'000);
    const std::string payload = time + std::string(kLine - 1, static_cast<char>('a' + i % 26)) + "\n";
    std::string header(8, '\0');
    header[0] = 1;
    header[7] = static_cast<char>(payload.size());
    out += header + payload;
  }
  return out;
}

double megabytes_per_second(std::size_t bytes, Clock::time_point begun) {
  return static_cast<double>(bytes) / 1e6 / std::chrono::duration<double>(Clock::now() - begun).count();
}

double plain(const std::filesystem::path& path, const std::string& data) {
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  const auto begun = Clock::now();
  std::size_t unsynced = 0;
  for (std::size_t at = 0; at < data.size(); at += kChunk) {
    const std::size_t size = std::min(kChunk, data.size() - at);
    if (::write(file, data.data() + at, size) != static_cast<ssize_t>(size)) return 0;
    if ((unsynced += size) < kSync) continue;
    ::fdatasync(file);
    unsynced = 0;
  }
  ::fdatasync(file);
  const double speed = megabytes_per_second(data.size(), begun);
  ::close(file);
  return speed;
}

double stored(const std::filesystem::path& directory, const std::string& data) {
  auto store = storage::LogStore::open({directory, 4ULL << 30}, {}, [](model::LogStreamId) { return true; });
  if (!store) return 0;
  docker::LogReader reader(*docker::EventMaker::make(""), false, {});
  const auto begun = Clock::now();
  std::size_t text = 0;
  for (std::size_t at = 0; at < data.size(); at += kChunk) {
    reader.feed(std::string_view(data).substr(at, kChunk));
    auto lines = reader.take();
    for (const model::LogLine& line : lines) text += line.text.size() + 1;
    (*store)->append(model::LogStreamId{1}, std::move(lines), model::Instant{model::Duration{1}},
                     storage::LogSource{"container", docker::to_text(reader.reached())});
    while ((*store)->waiting_bytes() > 32U << 20) ::usleep(500);
  }
  (*store)->flush();
  return megabytes_per_second(text, begun);
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) {
  const std::filesystem::path directory =
      std::filesystem::path(argc > 1 ? argv[1] : "/tmp") / ("drydock-bench-logs-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  const std::string data = drydock::bench::frames(drydock::bench::kTotal);
  const double baseline = drydock::bench::plain(directory / "plain", data);
  const double speed = drydock::bench::stored(directory, data);
  std::filesystem::remove_all(directory);
  std::printf("{\"stored_mb_per_s\": %.1f, \"plain_mb_per_s\": %.1f, \"ratio\": %.3f}\n", speed, baseline,
              baseline > 0 ? speed / baseline : 0.0);
  return speed > 0 ? 0 : 1;
}
