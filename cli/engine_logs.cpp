#include "cli/engine_logs.hpp"

#include <algorithm>
#include <ctime>

#include <nlohmann/json.hpp>

#include "cli/engine.hpp"

namespace drydock::cli {
namespace {

std::string message_in(const std::string& body) {
  const nlohmann::json parsed = nlohmann::json::parse(body, nullptr, false);
  return parsed.is_object() ? parsed.value("message", body) : body;
}

/// "2025-01-01T00:00:00.123456789Z text"
void add_line(std::string_view line, std::vector<EngineLine>& lines) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return;
  lines.push_back({std::string(line.substr(0, space)), std::string(line.substr(space + 1))});
}

void add_text(std::string_view text, std::vector<EngineLine>& lines) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    add_line(text.substr(0, end), lines);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

}  // namespace

std::string engine_moment(const std::string& timestamp) {
  std::tm parts{};
  const char* rest = ::strptime(timestamp.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return {};
  std::string moment = std::to_string(::timegm(&parts));
  if (*rest != '.') return moment;
  const std::string_view fraction(rest);
  return moment.append(fraction.substr(0, fraction.find_first_not_of("0123456789", 1)));
}

std::vector<EngineLine> parse_engine_log(std::string_view body, bool framed) {
  constexpr std::size_t kHead = 8;
  constexpr std::size_t kSizeAt = 4;
  std::vector<EngineLine> lines;
  if (!framed) {
    add_text(body, lines);
    return lines;
  }
  while (body.size() >= kHead) {
    std::size_t size = 0;
    for (std::size_t i = kSizeAt; i < kHead; ++i) size = size * 256 + static_cast<unsigned char>(body[i]);
    body.remove_prefix(kHead);
    add_text(body.substr(0, size), lines);
    body.remove_prefix(std::min(size, body.size()));
  }
  return lines;
}

Result<std::vector<EngineLine>> engine_log_lines(const std::string& container, std::string_view after) {
  std::string target = "/containers/" + container + "/logs?stdout=1&stderr=1&timestamps=1";
  if (!after.empty()) target += "&since=" + engine_moment(std::string(after));
  const auto answer = ask_engine(target);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 404) return std::vector<EngineLine>{};  // removed meanwhile
  if (answer->status != 200) return failed("the Docker engine has no log: " + message_in(answer->body));
  // Engines before API 1.42 do not name the kind of stream; a frame begins with its stream's number and three zeros.
  const std::string& body = answer->body;
  const bool framed = body.size() >= 4 && body[0] >= 0 && body[0] <= 2 && body[1] == 0 && body[2] == 0 && body[3] == 0;
  auto lines = parse_engine_log(body, framed);
  std::erase_if(lines, [after](const EngineLine& line) { return line.timestamp <= after; });
  return lines;
}

}  // namespace drydock::cli
