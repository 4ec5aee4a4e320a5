#include "server/wire/query_protocol.hpp"

#include "api-spec/generated/cloudwatch/types.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;

namespace {

std::string json_of(const std::string& form) {
  const auto json = wire::json_of_form(wire::read_form(form), api::schema_of<api::cloudwatch::PutMetricDataRequest>());
  return json ? *json : json.error().code;
}

}  // namespace

TEST_CASE("A form becomes the JSON of its operation") {
  CHECK(json_of("Action=PutMetricData&Version=2010-08-01&Namespace=Test+it%2Fnow") == R"({"Namespace":"Test it/now"})");
  CHECK(json_of("MetricData.member.1.MetricName=a&MetricData.member.1.Value=1.5&MetricData.member.2.MetricName=b"
                "&MetricData.member.2.Dimensions.member.1.Name=x&MetricData.member.2.Timestamp=2026-11-23T01%3A30%3A00Z"
                "&Unknown.member.1=y") ==
        R"({"MetricData":[{"MetricName":"a","Value":1.5},{"MetricName":"b","Dimensions":[{"Name":"x"}],)"
        R"("Timestamp":"2026-11-23T01:30:00Z"}]})");
  CHECK(json_of("Namespace=%22%0A") == R"({"Namespace":"\"\n"})");
  CHECK(json_of("MetricData.member.1.Value=many") == "SerializationException");
  CHECK(json_of("MetricData.member.1.Value=nan") == "SerializationException");
  CHECK(json_of("") == "{}");
  CHECK(json_of("MetricData.member.2.Value=1") == R"({"MetricData":[]})");
}

TEST_CASE("An answer becomes XML") {
  constexpr std::string_view kNamespace = "http://monitoring.amazonaws.com/doc/2010-08-01/";
  const std::string json =
      R"({"Label":"a<b","Datapoints":[{"Timestamp":1795397400.5,"Average":2.5,"Unit":"Percent"},{"Sum":3}]})";
  CHECK(wire::xml_of_answer(kNamespace, "GetMetricStatistics", json,
                            api::schema_of<api::cloudwatch::GetMetricStatisticsResponse>(), "id") ==
        "<GetMetricStatisticsResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">"
        "<GetMetricStatisticsResult><Label>a&lt;b</Label><Datapoints><member><Timestamp>2026-11-23T01:30:00.500Z"
        "</Timestamp><Average>2.5</Average><Unit>Percent</Unit></member><member><Sum>3</Sum></member></Datapoints>"
        "</GetMetricStatisticsResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>"
        "</GetMetricStatisticsResponse>");
  auto error = api::ApiError::of("ResourceNotFound", "No \"x\" & y");
  CHECK(wire::xml_of_error(kNamespace, error, "id") ==
        "<ErrorResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><Error><Type>Sender</Type>"
        "<Code>ResourceNotFound</Code><Message>No &quot;x&quot; &amp; y</Message></Error><RequestId>id</RequestId>"
        "</ErrorResponse>");
}

TEST_CASE("Forms are told by their content type") {
  CHECK(wire::is_query_protocol("application/x-www-form-urlencoded; charset=utf-8"));
  CHECK(wire::is_query_protocol("application/x-www-form-urlencoded"));
  CHECK_FALSE(wire::is_query_protocol("application/x-amz-json-1.1"));
}
