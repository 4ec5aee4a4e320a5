#include "instances/launch/image_map.hpp"

#include <algorithm>
#include <memory>
#include <sstream>

#include "instances/stub.hpp"

namespace drydock::instances {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Where the tag or digest begins; the size of the image without one. A colon before a slash is a registry's port.
std::size_t repository_end(std::string_view image) {
  const std::size_t digest = image.find('@');
  const std::string_view name = image.substr(0, digest);
  const std::size_t colon = name.rfind(':');
  const std::size_t slash = name.rfind('/');
  const bool tagged = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  return tagged ? colon : name.size();
}

bool is_repository(std::string_view image) { return repository_end(image) == image.size(); }

void make_stub(api::ContainerDefinition& definition) {
  constexpr int kSoon = 5;  // seconds: the shortest interval of ECS
  definition.image = std::string(kStubImage);
  definition.entryPoint.reset();
  definition.command.reset();
  definition.user.reset();
  definition.workingDirectory.reset();
  definition.repositoryCredentials.reset();
  if (!definition.healthCheck) return;
  definition.healthCheck->command = {"CMD", std::string(kStubProgram), "healthy"};
  definition.healthCheck->interval = kSoon;
}

}  // namespace

std::expected<void, std::string> add_image_rule(ImageMap& map, std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view from = trimmed(text.substr(0, equals));
  const std::string_view to = equals == std::string_view::npos ? "" : trimmed(text.substr(equals + 1));
  if (from.empty() || to.empty()) return std::unexpected("\"" + std::string(text) + "\" is not FROM=TO");
  const bool open = from.ends_with('*');
  const bool inner_star = from.find('*') < from.size() - 1 || to.find('*') < to.size() - 1;
  if (inner_star || (to.ends_with('*') && !open)) {
    return std::unexpected("\"" + std::string(text) + "\": * stands at the end, of TO only when it does of FROM, too");
  }
  map.push_back({std::string(from), std::string(to)});
  return {};
}

std::expected<void, std::string> add_image_rules(ImageMap& map, std::string_view file) {
  std::istringstream in{std::string(file)};
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const std::string_view rule = trimmed(std::string_view(line).substr(0, line.find('#')));
    if (rule.empty()) continue;
    if (auto added = add_image_rule(map, rule); !added) {
      return std::unexpected("line " + std::to_string(number) + ": " + added.error());
    }
  }
  return {};
}

std::string mapped_image(const ImageMap& map, const std::string& image) {
  const std::size_t end = repository_end(image);
  for (const auto& [from, to] : map) {
    if (from == image) return to;
    if (from.ends_with('*')) {
      const std::string_view beginning = std::string_view(from).substr(0, from.size() - 1);
      if (!image.starts_with(beginning)) continue;
      return to.ends_with('*') ? to.substr(0, to.size() - 1) + image.substr(beginning.size()) : to;
    }
    if (from != std::string_view(image).substr(0, end)) continue;
    return to != kStub && is_repository(to) ? to + image.substr(end) : to;
  }
  return image;
}

void map_images(const ImageMap& map, TaskPayload& payload) {
  for (ContainerPayload& container : payload.containers) {
    const std::string image = container.definition->image.value_or("");
    std::string other = mapped_image(map, image);
    if (other == image) continue;
    api::ContainerDefinition definition = *container.definition;
    if (other == kStub) {
      make_stub(definition);
      container.secrets.registry_auth.clear();
    } else {
      definition.image = std::move(other);
    }
    container.definition = std::make_shared<const api::ContainerDefinition>(std::move(definition));
  }
}

}  // namespace drydock::instances
