#pragma once
// Command line of the small benchmark programs: "--name value" pairs and "--flag".
#include <sched.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::bench {

class Arguments {
 public:
  Arguments(int argc, char** argv) : words_(argv + 1, argv + argc) {}

  bool flag(std::string_view name) const {
    for (const std::string& word : words_) {
      if (word == name) return true;
    }
    return false;
  }
  std::optional<std::string> text(std::string_view name) const {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      if (words_[i] == name) return words_[i + 1];
    }
    return std::nullopt;
  }
  /// Ends the program when the value is no number.
  double number(std::string_view name, double otherwise) const {
    const auto value = text(name);
    if (!value) return otherwise;
    double result = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), result);
    if (error != std::errc() || end != value->data() + value->size()) {
      std::fprintf(stderr, "%s wants a number, not '%s'\n", std::string(name).c_str(), value->c_str());
      std::exit(2);
    }
    return result;
  }
  /// "--cpu N" keeps the program on that core.
  void pin() const {
    const auto cpu = text("--cpu");
    if (!cpu) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(number("--cpu", 0)), &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0) std::perror("--cpu");
  }

 private:
  std::vector<std::string> words_;
};

}  // namespace drydock::bench
