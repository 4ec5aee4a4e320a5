#pragma once
// What a service says in its Events tab (spec/services.md section 12): at most 100 lines, newest first when shown.

#include <span>
#include <string>
#include <string_view>

#include "model/transaction.hpp"
#include "scheduler/pace.hpp"

namespace drydock::scheduler {

inline constexpr std::size_t kServiceEventsKept = 100;

/// Adds "(service <name>) <text>".
void say(model::Transaction& tx, model::ServiceId service, std::string_view text);
/// The same, unless it was said within the suppression time and its cause was not resolved since.
void say_unless_said(model::Transaction& tx, model::ServiceId service, const std::string& text, const Pace& pace);
/// The cause of suppressed messages that begin like this is gone: they may be said again.
void resolve_messages(model::Transaction& tx, model::ServiceId service, std::string_view beginning);
/// "has started 2 tasks: (task a) (task b)." in lines of a few tasks each; `suffix` follows each line.
void say_tasks(model::Transaction& tx, model::ServiceId service, std::string_view what,
               std::span<const model::TaskId> tasks, std::string_view suffix = {});

}  // namespace drydock::scheduler
