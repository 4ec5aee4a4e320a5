#pragma once
// Names of images: "repository[:tag][@digest]".

#include <string>
#include <string_view>
#include <vector>

namespace drydock::instances::docker {

struct ImageReference {
  std::string repository;  // with the registry's host, as written
  std::string tag;         // "latest" when neither tag nor digest is written
  std::string digest;      // "sha256:…" or empty
};

ImageReference parse_image_reference(std::string_view image);

/// The digest among an image's "repository@sha256:…" entries that belongs to the image's own repository; the first
/// one when none does; empty when there is none.
std::string pick_digest(std::string_view image, const std::vector<std::string>& repo_digests);

}  // namespace drydock::instances::docker
