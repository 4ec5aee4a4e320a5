#pragma once
// The faults that are in force. They say what goes wrong; those who are asked (agents, simulated instances, the API,
// storage) make it so. Runs on the core thread.

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"
#include "instances/simulated/simulated_instance.hpp"
#include "server/core/core.hpp"
#include "server/faults/fault.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server {

/// A container instance, as far as faults tell them apart.
struct MachinePlace {
  std::string account;
  std::string region;
  std::string cluster;
  std::string arn;          // empty before it has registered
  std::string instance_id;  // of EC2
  std::string zone;
};

class Faults {
 public:
  /// `after` ends faults in time.
  Faults(Core& core, instances::simulated::After after) : core_(core), after_(std::move(after)) {}

  /// Those of a former run, from State. Those whose time has come meanwhile are over.
  void restore();
  /// The same when State has become another one. Those of storage are not part of it and stay.
  void reload();
  /// Puts a fault in force, in place of one with the same id; false while storage cannot write. A spot-interruption
  /// happens at once and is over.
  bool add(Fault& fault);
  bool remove(const std::string& id);
  void clear();
  [[nodiscard]] const std::map<std::string, Fault>& all() const { return faults_; }
  /// Called when a fault came or ended.
  std::function<void()> on_change;

  // What is asked. An answer may be counted as one strike of a fault.
  std::optional<api::ApiError> refusal(const wire::Scope& caller, std::string_view operation, std::string_view body);
  [[nodiscard]] bool instance_lost(const MachinePlace& machine) const;
  [[nodiscard]] bool agent_disconnected(const MachinePlace& machine) const;
  std::optional<std::string> pull_failure(const instances::TaskPayload& task, const std::string& image);
  model::Duration stop_delay(const instances::TaskPayload& task);
  [[nodiscard]] bool stop_fails(const instances::TaskPayload& task) const;
  /// The longest delay of storage, and why it fails, if it does.
  [[nodiscard]] model::Duration storage_delay() const;
  [[nodiscard]] std::optional<std::string> storage_failure() const;

 private:
  bool strikes(Fault& fault);
  bool keep(const Fault& fault);
  void forget(const std::string& id);
  void end_in_time(const Fault& fault);
  void interrupt(Fault& fault);
  void lose_zone(const Fault& fault);
  void changed() const;

  Core& core_;
  instances::simulated::After after_;
  std::map<std::string, Fault> faults_;
  std::map<std::string, std::uint64_t> draws_;
};

}  // namespace drydock::server
