#include "instances/launch/object_reads.hpp"

#include <cstddef>
#include <memory>
#include <utility>

#include "instances/launch/environment_file.hpp"

namespace drydock::instances {
namespace {

struct Gathering {
  std::function<void(Objects)> then;
  Objects objects;
  std::size_t missing = 1;  // the one more is the asking

  void one_less() {
    if (--missing == 0) then(std::move(objects));
  }
};

}  // namespace

std::set<std::string> environment_files_of(const TaskPayload& payload) {
  std::set<std::string> arns;
  for (const ContainerPayload& container : payload.containers) {
    if (!container.definition->environmentFiles) continue;
    for (const api::EnvironmentFile& file : *container.definition->environmentFiles) {
      arns.insert(file.value.value_or(""));
    }
  }
  return arns;
}

void read_objects(const ReadObject& read_object, const std::set<std::string>& arns, std::function<void(Objects)> then) {
  const auto all = std::make_shared<Gathering>();
  all->then = std::move(then);
  for (const std::string& arn : arns) {
    const auto object = read_object_arn(arn);
    if (!object) continue;
    if (!read_object) {
      all->objects.emplace(arn,
                           std::unexpected("NoSuchBucket: there are no buckets here; --s3-dir names their directory"));
      continue;
    }
    ++all->missing;
    read_object(object->bucket, object->key, [all, arn](ObjectRead read) {
      all->objects.emplace(arn, std::move(read));
      all->one_less();
    });
  }
  all->one_less();
}

}  // namespace drydock::instances
