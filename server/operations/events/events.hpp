#pragma once
// The operations of EventBridge for the default event bus (spec/adjuncts.md section 6). Rules are matched where events
// are made (server/events/record), and their targets called by server/events/delivery.
// Errors of all: ValidationException; ResourceNotFoundException for a rule or a bus that is not there.

#include "api-spec/generated/events/types.hpp"
#include "server/operations/context.hpp"

namespace drydock::operations::events {

/// Makes a rule, or replaces what an existing one says; its targets stay. Error: InvalidEventPatternException.
Result<api::events::PutRuleResponse> put_rule(const api::events::PutRuleRequest& request, Context& context);
/// Only a rule without targets. One that does not exist is no error.
Result<api::events::DeleteRuleResponse> delete_rule(const api::events::DeleteRuleRequest& request, Context& context);
Result<api::events::DescribeRuleResponse> describe_rule(const api::events::DescribeRuleRequest& request,
                                                        Context& context);
/// In the order of their names.
Result<api::events::ListRulesResponse> list_rules(const api::events::ListRulesRequest& request, Context& context);
Result<api::events::EnableRuleResponse> enable_rule(const api::events::EnableRuleRequest& request, Context& context);
Result<api::events::DisableRuleResponse> disable_rule(const api::events::DisableRuleRequest& request, Context& context);

/// Adds targets, or replaces those of the same ids. Error: LimitExceededException beyond five.
Result<api::events::PutTargetsResponse> put_targets(const api::events::PutTargetsRequest& request, Context& context);
Result<api::events::RemoveTargetsResponse> remove_targets(const api::events::RemoveTargetsRequest& request,
                                                          Context& context);
Result<api::events::ListTargetsByRuleResponse> list_targets_by_rule(
    const api::events::ListTargetsByRuleRequest& request, Context& context);
Result<api::events::ListRuleNamesByTargetResponse> list_rule_names_by_target(
    const api::events::ListRuleNamesByTargetRequest& request, Context& context);

/// Entries that cannot be taken are answered with an error of their own.
Result<api::events::PutEventsResponse> put_events(const api::events::PutEventsRequest& request, Context& context);
/// Error: InvalidEventPatternException.
Result<api::events::TestEventPatternResponse> test_event_pattern(const api::events::TestEventPatternRequest& request,
                                                                 Context& context);

Result<api::events::DescribeEventBusResponse> describe_event_bus(const api::events::DescribeEventBusRequest& request,
                                                                 Context& context);
Result<api::events::ListEventBusesResponse> list_event_buses(const api::events::ListEventBusesRequest& request,
                                                             Context& context);

Result<api::events::TagResourceResponse> tag_resource(const api::events::TagResourceRequest& request, Context& context);
Result<api::events::UntagResourceResponse> untag_resource(const api::events::UntagResourceRequest& request,
                                                          Context& context);
Result<api::events::ListTagsForResourceResponse> list_tags_for_resource(
    const api::events::ListTagsForResourceRequest& request, Context& context);

}  // namespace drydock::operations::events
