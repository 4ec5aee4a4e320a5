#include "instances/docker/image_reference.hpp"

namespace drydock::instances::docker {

namespace {

/// Docker Hub's short names in full, so that "busybox" and "docker.io/library/busybox" compare equal.
std::string canonical(std::string_view repository) {
  const std::size_t slash = repository.find('/');
  const std::string_view first = repository.substr(0, slash);
  const bool has_host =
      slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
  if (has_host && first == "index.docker.io") return "docker.io" + std::string(repository.substr(slash));
  if (has_host) return std::string(repository);
  if (slash == std::string_view::npos) return "docker.io/library/" + std::string(repository);
  return "docker.io/" + std::string(repository);
}

}  // namespace

ImageReference parse_image_reference(std::string_view image) {
  ImageReference reference;
  if (const std::size_t at = image.find('@'); at != std::string_view::npos) {
    reference.digest = image.substr(at + 1);
    image = image.substr(0, at);
  }
  const std::size_t slash = image.rfind('/');
  const std::size_t colon = image.rfind(':');
  // A colon before the last slash belongs to the registry's port.
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    reference.tag = image.substr(colon + 1);
    image = image.substr(0, colon);
  }
  reference.repository = image;
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  return reference;
}

std::string pick_digest(std::string_view image, const std::vector<std::string>& repo_digests) {
  const ImageReference wanted = parse_image_reference(image);
  if (!wanted.digest.empty()) return wanted.digest;
  std::string first;
  for (const std::string& entry : repo_digests) {
    const ImageReference candidate = parse_image_reference(entry);
    if (first.empty()) first = candidate.digest;
    if (canonical(candidate.repository) == canonical(wanted.repository)) return candidate.digest;
  }
  return first;
}

}  // namespace drydock::instances::docker
