#include "scheduler/reconciler/service_events.hpp"

#include <algorithm>

namespace drydock::scheduler {
namespace {

// The real scheduler works in small steps, so its messages name few tasks each.
constexpr std::size_t kTasksPerMessage = 10;

}  // namespace

void say(model::Transaction& tx, model::ServiceId service, std::string_view text) {
  model::ServiceEvent event;
  event.service = service;
  event.uuid = tx.random().uuid();
  event.created_at = tx.now();
  event.message = "(service " + tx.state().get(service).name + ") ";
  event.message += text;
  tx.create(std::move(event));
  const auto& events = tx.state().of(service).events;
  if (events.size() > kServiceEventsKept) tx.remove(*events.begin());
}

void say_unless_said(model::Transaction& tx, model::ServiceId service, const std::string& text, const Pace& pace) {
  const auto& said = tx.state().get(service).suppressed;
  const auto it = std::ranges::find(said, text, &model::SuppressedMessage::text);
  if (it != said.end() && tx.now() - it->said_at < pace.message_suppression) return;
  say(tx, service, text);
  tx.update(service, [&](model::Service& entity) {
    std::erase_if(entity.suppressed, [&](const model::SuppressedMessage& message) { return message.text == text; });
    entity.suppressed.push_back({text, tx.now()});
    // Messages that name instances or tasks would pile up otherwise.
    if (entity.suppressed.size() > 20) entity.suppressed.erase(entity.suppressed.begin());
  });
}

void resolve_messages(model::Transaction& tx, model::ServiceId service, std::string_view beginning) {
  const auto resolved = [&](const model::SuppressedMessage& message) { return message.text.starts_with(beginning); };
  if (std::ranges::none_of(tx.state().get(service).suppressed, resolved)) return;
  tx.update(service, [&](model::Service& entity) { std::erase_if(entity.suppressed, resolved); });
}

void say_tasks(model::Transaction& tx, model::ServiceId service, std::string_view what,
               std::span<const model::TaskId> tasks, std::string_view suffix) {
  // Lines that would push each other out of the kept hundred need not be written.
  const std::size_t shown = kTasksPerMessage * kServiceEventsKept;
  if (tasks.size() > shown) tasks = tasks.last(shown);
  while (!tasks.empty()) {
    const auto line = tasks.first(std::min(tasks.size(), kTasksPerMessage));
    std::string text = "has " + std::string(what);
    const std::size_t number = text.find('#');
    if (number != std::string::npos) text.replace(number, 1, std::to_string(line.size()));
    for (const model::TaskId id : line) text += " (task " + model::to_hex(tx.state().get(id).uuid) + ")";
    text += ".";
    text += suffix;
    say(tx, service, text);
    tasks = tasks.subspan(line.size());
  }
}

}  // namespace drydock::scheduler
