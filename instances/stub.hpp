#pragma once
// The image that is run where --image-map says `stub`. It is made by the agent, not pulled.

#include <string_view>

namespace drydock::instances {

/// Its name on the engine; the tag is that of the program in it.
inline constexpr std::string_view kStubImage = "drydock/stub:1";
/// Its entry point: waits for SIGTERM or SIGINT, and with an argument ends at once with 0, as a health check.
inline constexpr std::string_view kStubProgram = "/stub";

}  // namespace drydock::instances
