#pragma once

namespace drydock::model {

/// The newest version of the container agent that there is; the built-in agent behaves like it.
inline constexpr const char* kNewestAgentVersion = "1.105.1";

}  // namespace drydock::model
