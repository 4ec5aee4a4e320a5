#include "instances/docker/image_reference.hpp"

#include "tests/support/catch.hpp"

using namespace drydock::instances::docker;

TEST_CASE("An image name splits into repository, tag and digest") {
  struct Row {
    const char* image;
    const char* repository;
    const char* tag;
    const char* digest;
  };
  const auto row =
      GENERATE(Row{"busybox", "busybox", "latest", ""}, Row{"busybox:1.35", "busybox", "1.35", ""},
               Row{"registry:5000/team/app", "registry:5000/team/app", "latest", ""},
               Row{"registry:5000/team/app:v1", "registry:5000/team/app", "v1", ""},
               Row{"app@sha256:ab", "app", "", "sha256:ab"}, Row{"app:v2@sha256:ab", "app", "v2", "sha256:ab"});
  const ImageReference reference = parse_image_reference(row.image);
  CHECK(reference.repository == row.repository);
  CHECK(reference.tag == row.tag);
  CHECK(reference.digest == row.digest);
}

TEST_CASE("The digest of an image is the one of its own repository") {
  CHECK(pick_digest("busybox", {"other@sha256:01", "busybox@sha256:02"}) == "sha256:02");
  CHECK(pick_digest("docker.io/library/busybox:1", {"other@sha256:01", "busybox@sha256:02"}) == "sha256:02");
  CHECK(pick_digest("busybox", {"other@sha256:01"}) == "sha256:01");
  CHECK(pick_digest("busybox@sha256:03", {"busybox@sha256:02"}) == "sha256:03");
  CHECK(pick_digest("busybox", {}).empty());
}
