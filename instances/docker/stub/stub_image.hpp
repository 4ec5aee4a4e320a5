#pragma once
// The image that stands for one that cannot be had here (--image-map FROM=stub): one small program, made by Drydock.

#include <string>

namespace drydock::instances::docker {

/// The image's file system as a tar archive, which holds the program alone.
std::string stub_image_archive();

}  // namespace drydock::instances::docker
