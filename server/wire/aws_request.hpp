#pragma once
// The parts of a request that AWS's protocol puts into headers: the operation, and whose world it is about
// (spec/wire.md sections 4 and 7).

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "api-spec/runtime/api_error.hpp"
#include "server/operations/registry.hpp"

namespace drydock::wire {

/// How a request and its answer are written.
enum class Protocol : std::uint8_t { kJson11, kJson10, kQuery };

const char* content_type(Protocol protocol);

struct Target {
  operations::Service service = operations::Service::kEcs;
  std::string_view operation;
};

/// The operation named by X-Amz-Target. Error: UnknownOperationException for a missing header or a foreign prefix.
std::expected<Target, api::ApiError> target_of(std::string_view target_header);

struct Scope {
  std::string account;
  std::string region;
  // Who asks, when the request tells.
  std::string access_key_id{};
  std::string session_token{};
};

/// 12 digits.
bool is_account(std::string_view text);
/// Lower-case letters, digits and hyphens, as all of AWS's regions.
bool is_region(std::string_view text);

}  // namespace drydock::wire
