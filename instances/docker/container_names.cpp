#include "instances/docker/container_names.hpp"

namespace drydock::instances::docker {

namespace {

bool label_is(const std::map<std::string, std::string>& labels, const char* key, const std::string& value) {
  const auto found = labels.find(key);
  return found != labels.end() && found->second == value;
}

}  // namespace

std::string_view last_segment(std::string_view arn) {
  const std::size_t slash = arn.rfind('/');
  return slash == std::string_view::npos ? arn : arn.substr(slash + 1);
}

std::string docker_name(const TaskPayload& task, std::string_view container) {
  std::string name = "ecs-" + task.family + "-" + task.version + "-";
  for (const char c : container) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (allowed) name += c;
  }
  name += '-';
  name += last_segment(task.task_arn).substr(0, 20);
  return name;
}

std::map<std::string, std::string> owner_labels(const Owner& owner) {
  std::map<std::string, std::string> labels{{kLabelDrydock, owner.drydock_id}, {kLabelInstance, owner.instance_id}};
  if (!owner.group.empty()) labels[kLabelGroup] = owner.group;
  return labels;
}

std::map<std::string, std::string> container_labels(const Owner& owner, const TaskPayload& task,
                                                    const std::string& container) {
  std::map<std::string, std::string> labels = owner_labels(owner);
  labels[kLabelTaskArn] = task.task_arn;
  labels[kLabelContainer] = container;
  labels[kLabelCluster] = last_segment(task.cluster_arn);
  labels[kLabelFamily] = task.family;
  labels[kLabelVersion] = task.version;
  return labels;
}

bool is_ours(const Owner& owner, const std::map<std::string, std::string>& labels) {
  return label_is(labels, kLabelDrydock, owner.drydock_id) && label_is(labels, kLabelInstance, owner.instance_id);
}

}  // namespace drydock::instances::docker
