#pragma once
// What an instance on another machine is sent in Drydock's own words, beside those of the ECS agent protocol: whole
// task payloads, and what a channel is to be opened to.

#include <expected>
#include <string>

#include <nlohmann/json.hpp>

#include "instances/instance_link.hpp"

namespace drydock::instances::remote {

/// Nothing is lost but bytes that are not UTF-8, which become U+FFFD, as they would on their way to the engine. Secrets
/// are in it: it is for the instance's connection alone.
nlohmann::json to_json(const TaskPayload& payload);
/// The error says what is wrong, without a value of it.
std::expected<TaskPayload, std::string> payload_of_json(const nlohmann::json& json);

nlohmann::json to_json(const ChannelRequest& request);
std::expected<ChannelRequest, std::string> channel_request_of_json(const nlohmann::json& json);

}  // namespace drydock::instances::remote
