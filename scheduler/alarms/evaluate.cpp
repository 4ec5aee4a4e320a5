#include "scheduler/alarms/evaluate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>

#include "scheduler/metrics/statistics.hpp"

namespace drydock::scheduler {
namespace {

std::string text_of(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

struct Words {
  std::string_view comparison;
  std::string_view crossed;
  std::string_view fine;
};

constexpr Words kWords[] = {
    {"GreaterThanOrEqualToThreshold", "greater than or equal to", "not greater than or equal to"},
    {"GreaterThanThreshold", "greater than", "not greater than"},
    {"LessThanThreshold", "less than", "not less than"},
    {"LessThanOrEqualToThreshold", "less than or equal to", "not less than or equal to"},
};

}  // namespace

AlarmRule rule_of(const api::cloudwatch::PutMetricAlarmRequest& definition) {
  AlarmRule rule;
  rule.periods = definition.EvaluationPeriods.value_or(1);
  rule.to_alarm = definition.DatapointsToAlarm.value_or(rule.periods);
  rule.comparison = definition.ComparisonOperator.value_or("");
  rule.threshold = definition.Threshold.value_or(0);
  rule.missing_data = definition.TreatMissingData.value_or("missing");
  return rule;
}

bool breaches(const AlarmRule& rule, double value) {
  if (rule.comparison == "GreaterThanOrEqualToThreshold") return value >= rule.threshold;
  if (rule.comparison == "GreaterThanThreshold") return value > rule.threshold;
  if (rule.comparison == "LessThanThreshold") return value < rule.threshold;
  return value <= rule.threshold;
}

bool watches_above(const AlarmRule& rule) { return rule.comparison.starts_with("Greater"); }

std::optional<model::AlarmState> alarm_state(const AlarmRule& rule, const std::vector<std::optional<double>>& values) {
  using model::AlarmState;
  int present = 0;
  int breaching = 0;
  int oldest_breach = 0;  // in periods, the newest one being 1
  for (std::size_t i = 0; i < values.size() && present < rule.periods; ++i) {
    if (!values[i]) continue;
    ++present;
    if (!breaches(rule, *values[i])) continue;
    ++breaching;
    oldest_breach = static_cast<int>(i) + 1;
  }
  if (breaching >= rule.to_alarm) return AlarmState::kAlarm;
  const int unknown = rule.periods - present;
  if (unknown == 0) return AlarmState::kOk;
  if (rule.missing_data == "breaching") {
    return breaching + unknown >= rule.to_alarm ? AlarmState::kAlarm : AlarmState::kOk;
  }
  if (rule.missing_data == "notBreaching") return AlarmState::kOk;
  if (breaching < present) return AlarmState::kOk;
  if (rule.missing_data == "ignore") return std::nullopt;
  if (present == 0) return AlarmState::kInsufficientData;
  // Nothing but breaches, too few of them: they count once the oldest is as old as an alarm takes.
  if (oldest_breach >= rule.to_alarm) return AlarmState::kAlarm;
  return std::nullopt;
}

std::string state_reason(const AlarmRule& rule, const std::vector<std::optional<double>>& values,
                         model::AlarmState state) {
  std::string list;
  int shown = 0;
  for (const std::optional<double>& value : values) {
    if (!value || shown == rule.periods) continue;
    if (state == model::AlarmState::kAlarm && !breaches(rule, *value)) continue;
    list += (shown == 0 ? "" : ", ") + text_of(*value);
    ++shown;
  }
  if (state == model::AlarmState::kInsufficientData || shown == 0) {
    const bool one = rule.periods == 1;
    return (state == model::AlarmState::kInsufficientData ? "Insufficient Data: " : "Threshold Crossed: ") +
           std::to_string(rule.periods) + (one ? " datapoint was" : " datapoints were") + " unknown.";
  }
  const auto words = std::ranges::find(kWords, std::string_view(rule.comparison), &Words::comparison);
  const std::string_view what = state == model::AlarmState::kAlarm ? words->crossed : words->fine;
  return "Threshold Crossed: " + std::to_string(shown) + (shown == 1 ? " datapoint [" : " datapoints [") + list +
         (shown == 1 ? "] was " : "] were ") + std::string(what) + " the threshold (" + text_of(rule.threshold) + ").";
}

std::vector<std::optional<double>> datapoints(const model::State& state, const model::Alarm& alarm, model::Instant now,
                                              int count) {
  const auto& definition = *alarm.definition;
  const model::Duration period = std::chrono::seconds(definition.Period.value_or(60));
  const model::Instant end = period_start(now, period);
  const auto found =
      samples(state, alarm.world, alarm.metric, definition.Unit.value_or(""), end - count * period, end, period);
  std::vector<std::optional<double>> values;
  for (int i = 1; i <= count; ++i) {
    const auto it = found.find(end - i * period);
    values.push_back(it == found.end() ? std::nullopt : it->second.statistic(definition.Statistic.value_or("Average")));
  }
  return values;
}

}  // namespace drydock::scheduler
