#pragma once
// Objects of S3 that a task needs before its first container. Whoever reads them does it elsewhere: a file system may
// hang, and the core must not.

#include <expected>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "instances/instance_link.hpp"

namespace drydock::instances {

/// An object's bytes; the error is S3's, for the task's stoppedReason.
using ObjectRead = std::expected<std::string, std::string>;
/// Reads an object of a bucket; `then` is called once, on the caller's thread, perhaps before this returns.
using ReadObject =
    std::function<void(const std::string& bucket, const std::string& key, std::function<void(ObjectRead)> then)>;
/// What was read, by the object's ARN.
using Objects = std::map<std::string, ObjectRead>;

/// The ARNs of all environment files of a task.
std::set<std::string> environment_files_of(const TaskPayload& payload);

/// Reads all of them at the same time; ARNs that name no object are left out. `then` is called as by ReadObject.
void read_objects(const ReadObject& read_object, const std::set<std::string>& arns, std::function<void(Objects)> then);

}  // namespace drydock::instances
