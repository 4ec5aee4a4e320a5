#include <algorithm>

#include "model/metric_key.hpp"
#include "scheduler/alarms/put.hpp"
#include "scheduler/metrics/statistics.hpp"
#include "server/operations/cloudwatch/cloudwatch.hpp"
#include "server/operations/cloudwatch/errors.hpp"
#include "server/operations/paging.hpp"
#include "server/operations/values.hpp"

namespace drydock::operations::cloudwatch {
namespace {

using scheduler::Samples;

constexpr auto kOldest = std::chrono::hours(24 * 14);
constexpr auto kNewest = std::chrono::hours(2);
constexpr std::size_t kValuesPerDatum = 150;
constexpr std::size_t kDatapointsPerCall = 1440;
constexpr std::size_t kDatapointsOfAll = 100'800;
constexpr std::size_t kMetricsPerPage = 500;

model::Instant instant(const api::Timestamp& timestamp) {
  return model::Instant{model::Duration{timestamp.milliseconds}};
}

Result<Samples> samples_of(const api::cloudwatch::MetricDatum& datum) {
  const int given = (datum.Value ? 1 : 0) + (datum.Values ? 1 : 0) + (datum.StatisticValues ? 1 : 0);
  if (given == 0) {
    return std::unexpected(missing_parameter("At least one of Value, Values and StatisticValues must be specified."));
  }
  if (given > 1) {
    return std::unexpected(
        invalid_combination("The parameters Value, Values and StatisticValues are mutually exclusive."));
  }
  if (datum.Value) return Samples::of(*datum.Value);
  if (datum.StatisticValues) {
    const auto& set = *datum.StatisticValues;
    if (*set.SampleCount <= 0) return std::unexpected(invalid_value("SampleCount must be greater than 0."));
    return Samples{*set.SampleCount, *set.Sum, *set.Minimum, *set.Maximum};
  }
  if (datum.Values->size() > kValuesPerDatum || (datum.Counts && datum.Counts->size() != datum.Values->size())) {
    return std::unexpected(invalid_value("Values and Counts must have the same size, at most 150."));
  }
  Samples all;
  for (std::size_t i = 0; i < datum.Values->size(); ++i) {
    const double value = (*datum.Values)[i];
    const double count = datum.Counts ? (*datum.Counts)[i] : 1;
    if (count <= 0) return std::unexpected(invalid_value("Counts must be greater than 0."));
    all.add({count, value * count, value, value});
  }
  if (all.count == 0) return std::unexpected(missing_parameter("Values must not be empty."));
  return all;
}

bool has_control_characters(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Result<void> put(const std::string& name_space, const api::cloudwatch::MetricDatum& datum, Context& context) {
  const auto samples = samples_of(datum);
  if (!samples) return std::unexpected(samples.error());
  bool readable = !has_control_characters(name_space) && !has_control_characters(*datum.MetricName);
  for (const auto& one : datum.Dimensions.value_or(std::vector<api::cloudwatch::Dimension>{})) {
    readable = readable && !has_control_characters(*one.Name) && !has_control_characters(*one.Value);
  }
  if (!readable) return std::unexpected(invalid_value("Names and values must not contain control characters."));
  const model::Instant at = datum.Timestamp ? instant(*datum.Timestamp) : context.tx.now();
  if (at < context.tx.now() - kOldest || at > context.tx.now() + kNewest) {
    return std::unexpected(
        invalid_value("Timestamp must be at most two weeks in the past and two hours in the future."));
  }
  scheduler::record(context.tx, context.world,
                    scheduler::metric_of(name_space, datum.MetricName.value_or(""), datum.Dimensions),
                    datum.Unit.value_or(""), at, *samples);
  return {};
}

Result<model::Duration> period_of(int seconds) {
  if (seconds >= 60 && seconds % 60 == 0) return std::chrono::seconds(seconds);
  return std::unexpected(invalid_value("The parameter Period must be a multiple of 60.")
                             .explained("Drydock keeps metrics by the minute."));
}

Result<void> check_times(const std::optional<api::Timestamp>& start, const std::optional<api::Timestamp>& end) {
  if (*start < *end) return {};
  return std::unexpected(invalid_value("The parameter StartTime must be less than the parameter EndTime."));
}

std::string unit_of(const model::State& state, model::WorldId world, const std::string& metric) {
  const auto& metrics = state.of(world).metrics;
  const auto known = metrics.find(metric);
  const std::string unit = known == metrics.end() ? "" : state.get(known->second.rbegin()->second).unit;
  return unit.empty() ? "None" : unit;
}

api::cloudwatch::Datapoint datapoint(model::Instant at, const Samples& samples, const std::string& unit,
                                     const std::vector<std::string>& statistics) {
  api::cloudwatch::Datapoint point;
  point.Timestamp = api::Timestamp{at.time_since_epoch().count()};
  point.Unit = unit;
  for (const std::string& name : statistics) {
    const auto value = samples.statistic(name);
    if (name == "Average") point.Average = value;
    if (name == "Sum") point.Sum = value;
    if (name == "Minimum") point.Minimum = value;
    if (name == "Maximum") point.Maximum = value;
    if (name == "SampleCount") point.SampleCount = value;
  }
  return point;
}

Result<api::cloudwatch::MetricDataResult> read(const api::cloudwatch::MetricDataQuery& query,
                                               const api::cloudwatch::GetMetricDataRequest& request,
                                               const Context& context) {
  if (!query.MetricStat || query.Expression) {
    return std::unexpected(invalid_value("Expressions are not supported by Drydock: " + query.Id.value_or(""))
                               .explained("Give each query a MetricStat."));
  }
  const auto& stat = *query.MetricStat;
  const auto period = period_of(*stat.Period);
  if (!period) return std::unexpected(period.error());
  if (!Samples{}.statistic(*stat.Stat)) {
    return std::unexpected(invalid_value("The statistic " + *stat.Stat + " is not supported by Drydock.")
                               .explained("Use SampleCount, Average, Sum, Minimum or Maximum."));
  }
  const std::string metric = scheduler::metric_of(stat.Metric->Namespace.value_or(""),
                                                  stat.Metric->MetricName.value_or(""), stat.Metric->Dimensions);
  api::cloudwatch::MetricDataResult result;
  result.Id = query.Id;
  result.Label = query.Label.value_or(stat.Metric->MetricName.value_or(""));
  result.StatusCode = "Complete";
  result.Timestamps.emplace();
  result.Values.emplace();
  const auto found = scheduler::samples(context.state(), context.world, metric, stat.Unit.value_or(""),
                                        scheduler::period_start(instant(*request.StartTime), *period),
                                        instant(*request.EndTime), *period);
  for (const auto& [at, samples] : found) {
    result.Timestamps->push_back({at.time_since_epoch().count()});
    result.Values->push_back(*samples.statistic(*stat.Stat));
  }
  if (request.ScanBy.value_or("TimestampDescending") == "TimestampDescending") {
    std::ranges::reverse(*result.Timestamps);
    std::ranges::reverse(*result.Values);
  }
  return result;
}

bool has_dimensions(const model::MetricName& metric,
                    const std::optional<std::vector<api::cloudwatch::DimensionFilter>>& filters) {
  const auto has = [&](const api::cloudwatch::DimensionFilter& filter) {
    return std::ranges::any_of(metric.dimensions, [&](const auto& dimension) {
      return dimension.first == filter.Name && (!filter.Value || dimension.second == *filter.Value);
    });
  };
  return !filters || std::ranges::all_of(*filters, has);
}

}  // namespace

Result<api::cloudwatch::PutMetricDataResponse> put_metric_data(const api::cloudwatch::PutMetricDataRequest& request,
                                                               Context& context) {
  if (!request.MetricData || request.MetricData->empty()) {
    return std::unexpected(missing_parameter("The parameter MetricData is required."));
  }
  for (const auto& datum : *request.MetricData) {
    if (auto done = put(*request.Namespace, datum, context); !done) return std::unexpected(std::move(done.error()));
  }
  return api::cloudwatch::PutMetricDataResponse{};
}

Result<api::cloudwatch::GetMetricStatisticsResponse> get_metric_statistics(
    const api::cloudwatch::GetMetricStatisticsRequest& request, Context& context) {
  if (!request.Statistics) {
    return std::unexpected(missing_parameter("The parameter Statistics is required.")
                               .explained("Percentiles (ExtendedStatistics) are not supported by Drydock."));
  }
  const auto period = period_of(*request.Period);
  if (!period) return std::unexpected(period.error());
  if (auto fine = check_times(request.StartTime, request.EndTime); !fine) {
    return std::unexpected(std::move(fine.error()));
  }
  const std::string metric = scheduler::metric_of(*request.Namespace, *request.MetricName, request.Dimensions);
  const auto found = scheduler::samples(context.state(), context.world, metric, request.Unit.value_or(""),
                                        scheduler::period_start(instant(*request.StartTime), *period),
                                        instant(*request.EndTime), *period);
  if (found.size() > kDatapointsPerCall) {
    return std::unexpected(invalid_combination("You have requested " + std::to_string(found.size()) +
                                               " datapoints, which exceeds the limit of 1,440. You may reduce the "
                                               "datapoints requested by increasing Period, or decreasing the time "
                                               "range."));
  }
  api::cloudwatch::GetMetricStatisticsResponse response;
  response.Label = request.MetricName;
  response.Datapoints.emplace();
  const std::string unit = unit_of(context.state(), context.world, metric);
  for (const auto& [at, samples] : found) {
    response.Datapoints->push_back(datapoint(at, samples, unit, *request.Statistics));
  }
  return response;
}

Result<api::cloudwatch::GetMetricDataResponse> get_metric_data(const api::cloudwatch::GetMetricDataRequest& request,
                                                               Context& context) {
  if (auto fine = check_times(request.StartTime, request.EndTime); !fine) {
    return std::unexpected(std::move(fine.error()));
  }
  api::cloudwatch::GetMetricDataResponse response;
  response.MetricDataResults.emplace();
  std::size_t total = 0;
  for (const auto& query : *request.MetricDataQueries) {
    auto result = read(query, request, context);
    if (!result) return std::unexpected(std::move(result.error()));
    total += result->Values->size();
    if (query.ReturnData.value_or(true)) response.MetricDataResults->push_back(std::move(*result));
  }
  if (total > static_cast<std::size_t>(std::max(0, request.MaxDatapoints.value_or(kDatapointsOfAll)))) {
    return std::unexpected(invalid_value("The queries have " + std::to_string(total) +
                                         " datapoints, more than MaxDatapoints allows; ask for less at once."));
  }
  return response;
}

Result<api::cloudwatch::ListMetricsResponse> list_metrics(const api::cloudwatch::ListMetricsRequest& request,
                                                          Context& context) {
  api::cloudwatch::ListMetricsResponse response;
  response.Metrics.emplace();
  const auto keep = [&](const auto& entry) {
    const model::MetricName metric = model::parse_metric_key(entry.first);
    if (request.Namespace && metric.name_space != *request.Namespace) return false;
    if (request.MetricName && metric.name != *request.MetricName) return false;
    return has_dimensions(metric, request.Dimensions);
  };
  const auto name = [](const auto& entry) { return entry.first; };
  const auto add = [&](const auto& entry) {
    const model::MetricName metric = model::parse_metric_key(entry.first);
    auto& shown = response.Metrics->emplace_back();
    shown.Namespace = metric.name_space;
    shown.MetricName = metric.name;
    shown.Dimensions.emplace();
    for (const auto& [key, value] : metric.dimensions) {
      auto& one = shown.Dimensions->emplace_back();
      one.Name = key;
      one.Value = value;
    }
  };
  const auto done = fill_page("Metrics", context.state().of(context.world).metrics, request.NextToken, kMetricsPerPage,
                              response.NextToken, keep, name, add);
  if (!done) return std::unexpected(invalid_value("The next token is invalid."));
  return response;
}

}  // namespace drydock::operations::cloudwatch
