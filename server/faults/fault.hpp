#pragma once
// One fault, as the admin API takes it and State keeps it (docs/faults.md).

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "model/clock.hpp"

namespace drydock::server {

enum class FaultKind : std::uint8_t {
  kInstanceLost,       // machines are terminated, and none takes their place until the end
  kAgentDisconnected,  // agents do not reach the control plane; containers go on
  kZoneLost,           // what runs in the zone is gone: machines, and Fargate tasks
  kSpotInterruption,   // tasks of FARGATE_SPOT are interrupted
  kPullFailure,        // images cannot be pulled
  kSlowStop,           // containers take longer to stop
  kStopFailure,        // containers do not stop
  kThrottling,         // ThrottlingException
  kApiError,           // any error
  kStorageSlow,        // changes become durable later
  kStorageFailure,     // changes cannot be stored
};

/// What a fault is about; what is empty does not matter. Image and operation are patterns (* and ?).
struct FaultScope {
  std::string account;
  std::string region;
  std::string cluster;
  std::string service;
  std::string instance;  // the last part of its ARN, or its EC2 instance id
  std::string zone;
  std::string image;
  std::string operation;
};

struct Fault {
  std::string id;
  FaultKind kind = FaultKind::kApiError;
  FaultScope scope;
  std::optional<model::Instant> until;
  std::optional<std::int64_t> left;  // how many more times it strikes
  double rate = 1;                   // how often it strikes
  std::uint64_t seed = 1;            // decides when, for a rate below 1
  std::string code;                  // of an API error
  std::string message;
  model::Duration delay{0};  // of what is slow
};

const char* to_text(FaultKind kind);

/// Kinds that only simulated instances can show.
bool needs_simulated_instances(FaultKind kind);
/// Kinds that end with the process: what is wrong with storage cannot be kept in it.
bool is_of_storage(FaultKind kind);

/// From the body of a request; the error is fit for a 400.
std::expected<Fault, std::string> parse_fault(const nlohmann::json& body, model::Instant now);

/// The same form again, with what is left of it: parse_fault reads it.
nlohmann::ordered_json show(const Fault& fault);

}  // namespace drydock::server
