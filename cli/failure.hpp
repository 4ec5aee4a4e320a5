#pragma once
// What a word of the command line ends with when it cannot do its job.

#include <expected>
#include <string>
#include <utility>

namespace drydock::cli {

/// Exit codes of all words but `up` and `exec`, which end with a container's.
constexpr int kDone = 0;
constexpr int kFailed = 1;   // it was asked for and did not happen
constexpr int kMistake = 2;  // the command line is wrong
constexpr int kTimedOut = 3;

/// `what` is one sentence, `next` what to do about it (may be empty).
struct Failure {
  std::string what;
  std::string next;
  int exit_code = kFailed;
};

template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> failed(std::string what, std::string next = {}, int exit_code = kFailed) {
  return std::unexpected(Failure{std::move(what), std::move(next), exit_code});
}

}  // namespace drydock::cli
