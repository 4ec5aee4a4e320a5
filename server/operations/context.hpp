#pragma once
// What every operation gets besides its request.

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"
#include "model/quotas.hpp"
#include "model/transaction.hpp"

namespace drydock::model {
struct LogLines;
}

namespace drydock::operations {

struct SessionDesk;

/// How this Drydock was started, as far as operations care.
struct Settings {
  /// Real ECS's refusals where Drydock is kinder by default: the cluster `default` is not made on demand.
  bool strict = false;
  /// Every cluster has instances of this process's own; they leave when their cluster is deleted.
  bool automatic_instances = false;
  /// The URL that agents are told to poll.
  std::string endpoint = "http://127.0.0.1:4566";
  model::Quotas quotas;
  /// The lines of log groups; null where nobody keeps any (then they are empty).
  const model::LogLines* logs = nullptr;
  /// What the secrets of temporary credentials are made with.
  std::string credential_seed;
};

/// Who calls, as far as the request tells; empty when it does not.
struct Caller {
  std::string_view access_key_id;
  std::string_view session_token;
  /// The time of the caller's machine, in which credentials expire; absent: the time of the world.
  std::optional<model::Instant> now;
};

/// One call: runs on the core thread, inside one transaction, for one account and region.
struct Context {
  model::Transaction& tx;
  model::WorldId world;
  const Settings& settings;
  std::size_t request_bytes = 0;          // size of the request's body
  std::string_view host{};                // the authority under which the caller reached this server; empty if unknown
  const SessionDesk* sessions = nullptr;  // null where no session can be opened
  Caller caller{};

  [[nodiscard]] const model::State& state() const { return tx.state(); }
};

template <class T>
using Result = std::expected<T, api::ApiError>;

}  // namespace drydock::operations
