#include "agent/reach.hpp"

#include <spdlog/spdlog.h>

namespace drydock::agent {

void Reach::lost(const std::string& why) {
  if (known_ == Known::kAway) return;
  known_ = Known::kAway;
  spdlog::warn("the server at {} cannot be reached ({}); containers go on, and it is tried again", url_, why);
}

void Reach::found() {
  if (known_ == Known::kThere) return;
  spdlog::info("the server at {} answers{}", url_, known_ == Known::kAway ? " again" : "");
  known_ = Known::kThere;
}

}  // namespace drydock::agent
