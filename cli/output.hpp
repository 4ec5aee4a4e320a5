#pragma once
// How words show what they found: readable tables in a terminal, JSON for scripts.

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace drydock::cli {

/// Columns as wide as their widest cell, two spaces between; in a terminal narrower than the table, the last column is
/// cut. Nothing is cut when standard output is no terminal.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }
  /// `width` 0: unlimited.
  std::string text(std::size_t width = 0) const;
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// Columns of the terminal that standard output is; 0 when it is none.
std::size_t terminal_width();

/// "3m", "2h", "5d": how long ago an API timestamp (seconds since 1970) was; "-" when there is none.
std::string age(const nlohmann::json& object, const char* member, double now);
/// Seconds since 1970.
double seconds_now();

/// JSON, two spaces deep, to standard output.
void print_json(const nlohmann::json& value);

/// A line that is written over while one waits; in a terminal only, to standard error.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void show(const std::string& text);
  void clear();

 private:
  bool terminal_;
  std::size_t shown_ = 0;
};

}  // namespace drydock::cli
