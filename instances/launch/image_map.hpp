#pragma once
// What is run in place of images that cannot be had here, such as those of a private registry.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "instances/instance_link.hpp"

namespace drydock::instances {

/// Stands for a program that does nothing until it is told to end, and is healthy.
inline constexpr std::string_view kStub = "stub";

/// The first rule that fits an image decides.
struct ImageRule {
  std::string from;  // an image, a repository (with any tag or digest), or a beginning and *
  std::string to;    // an image; with * what followed the beginning; a repository alone takes the tag along; or kStub
};
using ImageMap = std::vector<ImageRule>;

/// Adds FROM=TO. The error says what is wrong with it.
std::expected<void, std::string> add_image_rule(ImageMap& map, std::string_view text);
/// A file of such rules, one to a line; # begins a comment.
std::expected<void, std::string> add_image_rules(ImageMap& map, std::string_view file);

/// The image to run, or kStub.
std::string mapped_image(const ImageMap& map, const std::string& image);
/// Puts it into the payload; a stub gets nothing of what was meant for the program in its place. The API goes on
/// showing what the task definition says.
void map_images(const ImageMap& map, TaskPayload& payload);

}  // namespace drydock::instances
