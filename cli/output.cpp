#include "cli/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace drydock::cli {
namespace {

/// Columns that a UTF-8 text takes, wide characters aside.
std::size_t columns(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string cut(const std::string& text, std::size_t most) {
  if (columns(text) <= most) return text;
  std::string kept;
  std::size_t taken = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    if (begins && ++taken >= most) break;
    kept += c;
  }
  return kept + "…";
}

}  // namespace

std::string Table::text(std::size_t width) const {
  std::vector<std::size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - columns(row[i]) + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out += (width == 0 ? line : cut(line, width)) + "\n";
  }
  return out;
}

void Table::print() const { std::fputs(text(terminal_width()).c_str(), stdout); }

std::size_t terminal_width() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string age(const nlohmann::json& object, const char* member, double now) {
  if (!object.contains(member) || !object[member].is_number()) return "-";
  const auto seconds = static_cast<long long>(std::max(0.0, now - object[member].get<double>()));
  constexpr long long kMinute = 60;
  constexpr long long kHour = 60 * kMinute;
  constexpr long long kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return std::to_string(seconds) + "s";
  if (seconds < 2 * kHour) return std::to_string(seconds / kMinute) + "m";
  if (seconds < 2 * kDay) return std::to_string(seconds / kHour) + "h";
  return std::to_string(seconds / kDay) + "d";
}

void print_json(const nlohmann::json& value) { std::printf("%s\n", value.dump(2).c_str()); }

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() { clear(); }

void Progress::show(const std::string& text) {
  if (!terminal_) return;
  std::fprintf(stderr, "\r%s%s", text.c_str(),
               std::string(shown_ > text.size() ? shown_ - text.size() : 0, ' ').c_str());
  std::fflush(stderr);
  shown_ = text.size();
}

void Progress::clear() {
  if (!terminal_ || shown_ == 0) return;
  std::fprintf(stderr, "\r%s\r", std::string(shown_, ' ').c_str());
  shown_ = 0;
}

}  // namespace drydock::cli
