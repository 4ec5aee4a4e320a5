#pragma once
// Whether the server answers, said once for each change and not for each call that fails.

#include <string>

namespace drydock::agent {

class Reach {
 public:
  explicit Reach(std::string url) : url_(std::move(url)) {}

  void lost(const std::string& why);
  void found();

 private:
  enum class Known { kNothing, kThere, kAway };
  std::string url_;
  Known known_ = Known::kNothing;
};

}  // namespace drydock::agent
