#include <nlohmann/json.hpp>

#include "model/arn.hpp"
#include "scheduler/events/envelope.hpp"
#include "scheduler/events/pattern.hpp"
#include "server/operations/events/events.hpp"
#include "server/operations/events/lookup.hpp"

namespace drydock::operations::events {
namespace {

api::events::PutEventsResultEntry refused(std::string code, std::string message) {
  api::events::PutEventsResultEntry entry;
  entry.ErrorCode = std::move(code);
  entry.ErrorMessage = std::move(message);
  return entry;
}

api::events::PutEventsResultEntry put(const api::events::PutEventsRequestEntry& entry, Context& context) {
  const auto missing = [](const char* what) {
    return refused("InvalidArgument",
                   std::string("Parameter ") + what + " is not valid. Reason: " + what + " is a required argument.");
  };
  if (entry.Source.value_or("").empty()) return missing("Source");
  if (entry.DetailType.value_or("").empty()) return missing("DetailType");
  if (!entry.Detail) return missing("Detail");
  if (entry.Source->starts_with("aws.")) {
    return refused("NotAuthorizedForSourceException", "Not authorized for the source.");
  }
  if (!check_bus(context, entry.EventBusName)) {
    return refused("ResourceNotFoundException", "Event bus " + *entry.EventBusName + " does not exist.");
  }
  const nlohmann::json detail = nlohmann::json::parse(*entry.Detail, nullptr, false);
  if (!detail.is_object()) return refused("MalformedDetail", "Detail is malformed.");
  scheduler::Envelope envelope;
  envelope.id = context.tx.random().uuid();
  envelope.detail_type = *entry.DetailType;
  envelope.source = *entry.Source;
  envelope.time = entry.Time ? model::Instant{model::Duration{entry.Time->milliseconds}} : context.tx.now();
  envelope.resources = entry.Resources.value_or(std::vector<std::string>{});
  model::Event event;
  event.world = context.world;
  event.detail_type = *entry.DetailType;
  // Told of anew, in one line.
  event.json = scheduler::event_text(context.state().get(context.world), envelope, detail.dump());
  context.tx.create(std::move(event));
  api::events::PutEventsResultEntry taken;
  taken.EventId = model::to_dashed(envelope.id);
  return taken;
}

}  // namespace

Result<api::events::PutEventsResponse> put_events(const api::events::PutEventsRequest& request, Context& context) {
  api::events::PutEventsResponse response;
  auto& entries = response.Entries.emplace();
  std::int32_t failed = 0;
  for (const auto& entry : request.Entries.value_or(std::vector<api::events::PutEventsRequestEntry>{})) {
    entries.push_back(put(entry, context));
    if (entries.back().ErrorCode) ++failed;
  }
  response.FailedEntryCount = failed;
  return response;
}

Result<api::events::TestEventPatternResponse> test_event_pattern(const api::events::TestEventPatternRequest& request,
                                                                 Context&) {
  const auto pattern = scheduler::EventPattern::parse(request.EventPattern.value_or(""));
  if (!pattern) return std::unexpected(bad_pattern(pattern.error()));
  const nlohmann::json event = nlohmann::json::parse(request.Event.value_or(""), nullptr, false);
  if (!event.is_object()) return std::unexpected(validation("Parameter Event is not valid."));
  for (const char* name : {"id", "account", "source", "time", "region", "resources", "detail-type"}) {
    if (!event.contains(name)) {
      return std::unexpected(
          validation(std::string("Parameter Event is not valid. Reason: ") + name + " is a required field."));
    }
  }
  api::events::TestEventPatternResponse response;
  response.Result = pattern->matches(event);
  return response;
}

}  // namespace drydock::operations::events
