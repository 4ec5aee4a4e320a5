#pragma once
// The way of a command's words through ECS, which takes them as one text.

#include <string>
#include <vector>

namespace drydock::cli {

/// One text that is split into exactly these words again, as a shell splits it.
std::string quoted_line(const std::vector<std::string>& words);

}  // namespace drydock::cli
