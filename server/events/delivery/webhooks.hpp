#pragma once
// Webhooks: URLs that get the events of every world, or those that a pattern matches. They are kept like rules, whose
// deliveries they share.

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "model/transaction.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

struct WebhookSettings {
  std::string name;     // empty: one is chosen
  std::string url;      // http://HOST[:PORT][/PATH]
  std::string pattern;  // an event pattern; empty: all events
};

/// Makes a webhook, or replaces the one of the same name; its name. The error is a sentence for the user.
std::expected<std::string, std::string> put_webhook(model::Transaction& tx, const WebhookSettings& settings);
/// False when there is none of the name.
bool remove_webhook(model::Transaction& tx, const std::string& name);
/// Those of the command line: the ones of an earlier start that are not named any more go.
std::expected<void, std::string> set_option_webhooks(Core& core, const std::vector<std::string>& urls);

/// {"webhooks":[...]} and {"rules":[...]}: what they are, how many events were delivered, failed or wait, and the
/// latest failures.
std::string webhooks_json(const model::State& state);
std::string rules_json(const model::State& state);

}  // namespace drydock::server
