#pragma once
// What simulated containers have written, oldest first. Bounded: what is too much pushes out what is oldest.

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/clock.hpp"

namespace drydock::instances::simulated {

class LogBook {
 public:
  static constexpr std::size_t kMostLines = 50'000;

  struct Line {
    std::string task_arn;
    std::string container;
    model::Instant at;
    std::string text;
  };

  void add(Line line) {
    if (lines_.size() == kMostLines) lines_.pop_front();
    lines_.push_back(std::move(line));
  }
  [[nodiscard]] std::vector<Line> of_task(const std::string& task_arn) const {
    std::vector<Line> found;
    for (const Line& line : lines_) {
      if (line.task_arn == task_arn) found.push_back(line);
    }
    return found;
  }
  void clear() { lines_.clear(); }

 private:
  std::deque<Line> lines_;
};

}  // namespace drydock::instances::simulated
