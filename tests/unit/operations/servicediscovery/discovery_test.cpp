// Cloud Map (spec/service-discovery.md section 1).
#include "tests/support/catch.hpp"
#include "tests/support/drydock_world.hpp"
#include "tests/support/index_text.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

const std::string kPrefix = "servicediscovery:";

struct Map : DrydockWorld {
  Json call(const std::string& operation, const Json& body) { return ok(kPrefix + operation, body); }
  std::string refused(const std::string& operation, const Json& body) {
    const std::string text = no(kPrefix + operation, body);
    return text.substr(0, text.find(':'));
  }

  /// The id of a new namespace, as scripts and Terraform find it: by its operation.
  std::string make_namespace(const std::string& operation, const Json& body) {
    const Json made = call(operation, body);
    const Json shown = call("GetOperation", {{"OperationId", made["OperationId"]}})["Operation"];
    CHECK(shown["Status"] == "SUCCESS");
    CHECK(shown["Type"] == "CREATE_NAMESPACE");
    return shown["Targets"]["NAMESPACE"];
  }

  std::string make_private() {
    return make_namespace("CreatePrivateDnsNamespace", {{"Name", "internal"}, {"Vpc", "vpc-1"}});
  }

  std::string make_service(const Json& body) { return call("CreateService", body)["Service"]["Id"]; }

  Json discovered(const Json& more = Json::object()) {
    const Json body = with({{"NamespaceName", "internal"}, {"ServiceName", "api"}}, more);
    Json ids = Json::array();
    const Json answer = call("DiscoverInstances", body);
    for (const Json& one : answer["Instances"]) ids.push_back(one["InstanceId"]);
    return ids;
  }

  void check_stored() const {
    CHECK(rows() == stored);
    CHECK(indexes_after_restart(stored) == indexes_of(state));
  }
};

Json a_record() { return {{"DnsRecords", {{{"Type", "A"}, {"TTL", 10}}}}}; }

}  // namespace

TEST_CASE("Namespaces of three types are made, shown, listed, changed and deleted", "[discovery]") {
  Map map;
  const std::string http = map.make_namespace("CreateHttpNamespace", {{"Name", "shop"}, {"Description", "d"}});
  const std::string internal = map.make_private();
  const std::string open =
      map.make_namespace("CreatePublicDnsNamespace", {{"Name", "example.com"}, {"CreatorRequestId", "once"}});
  CHECK(http.size() == 19);
  CHECK(http.starts_with("ns-"));
  const Json shown = map.call("GetNamespace", {{"Id", internal}})["Namespace"];
  CHECK(shown["Arn"] == "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/" + internal);
  CHECK(shown["Type"] == "DNS_PRIVATE");
  CHECK(shown["Name"] == "internal");
  CHECK(shown["ServiceCount"] == 0);
  CHECK(shown["Properties"]["DnsProperties"]["SOA"]["TTL"] == 15);
  CHECK(shown["Properties"]["DnsProperties"]["HostedZoneId"].get<std::string>().starts_with("Z"));
  CHECK(shown["Properties"]["HttpProperties"]["HttpName"] == "internal");
  CHECK(map.call("GetNamespace", {{"Id", open}})["Namespace"]["CreatorRequestId"] == "once");
  const Json plain = map.call("GetNamespace", {{"Id", http}})["Namespace"];
  CHECK(plain["Type"] == "HTTP");
  CHECK_FALSE(plain["Properties"].contains("DnsProperties"));
  CHECK(map.call("ListNamespaces", Json::object())["Namespaces"].size() == 3);
  const auto listed = [&](const Json& filter) {
    return map.call("ListNamespaces", {{"Filters", Json::array({filter})}})["Namespaces"].size();
  };
  CHECK(listed({{"Name", "TYPE"}, {"Values", {"DNS_PRIVATE"}}}) == 1);
  CHECK(listed({{"Name", "TYPE"}, {"Values", {"DNS_PRIVATE", "HTTP"}}, {"Condition", "IN"}}) == 2);
  CHECK(listed({{"Name", "NAME"}, {"Values", {"exa"}}, {"Condition", "BEGINS_WITH"}}) == 1);
  CHECK(listed({{"Name", "HTTP_NAME"}, {"Values", {"shop"}}}) == 1);
  CHECK(listed({{"Name", "NAME"}, {"Values", {"sho"}}}) == 0);
  const Json page = map.call("ListNamespaces", {{"MaxResults", 2}});
  CHECK(page["Namespaces"].size() == 2);
  CHECK(map.call("ListNamespaces", {{"NextToken", page["NextToken"]}})["Namespaces"].size() == 1);
  CHECK(map.refused("ListNamespaces", {{"NextToken", "made up"}}) == "InvalidInput");

  map.call("UpdateHttpNamespace", {{"Id", http}, {"Namespace", {{"Description", "e"}}}});
  CHECK(map.call("GetNamespace", {{"Id", http}})["Namespace"]["Description"] == "e");
  const Json ttl = {{"Properties", {{"DnsProperties", {{"SOA", {{"TTL", 60}}}}}}}};
  map.call("UpdatePrivateDnsNamespace", {{"Id", internal}, {"Namespace", ttl}});
  CHECK(map.call("GetNamespace", {{"Id", internal}})["Namespace"]["Properties"]["DnsProperties"]["SOA"]["TTL"] == 60);
  CHECK(map.refused("UpdateHttpNamespace", {{"Id", internal}, {"Namespace", {{"Description", "x"}}}}) ==
        "InvalidInput");
  CHECK(map.refused("CreateHttpNamespace", {{"Name", "internal"}}) == "NamespaceAlreadyExists");
  CHECK(map.refused("CreateHttpNamespace", {{"Name", ""}}) == "InvalidInput");
  CHECK(map.refused("GetNamespace", {{"Id", "ns-none"}}) == "NamespaceNotFound");
  map.call("DeleteNamespace", {{"Id", http}});
  CHECK(map.refused("DeleteNamespace", {{"Id", http}}) == "NamespaceNotFound");
  const Json filter = {{"Name", "TYPE"}, {"Values", {"CREATE_NAMESPACE"}}};
  CHECK(map.call("ListOperations", {{"Filters", Json::array({filter})}})["Operations"].size() == 3);
  CHECK(map.call("ListOperations", Json::object())["Operations"].size() == 6);
  CHECK(map.refused("GetOperation", {{"OperationId", "none"}}) == "OperationNotFound");
  map.check_stored();
}

TEST_CASE("Services belong to a namespace, under a name of their own", "[discovery]") {
  Map map;
  const std::string room = map.make_private();
  const Json made = map.call("CreateService", {{"Name", "api"},
                                               {"NamespaceId", room},
                                               {"DnsConfig", a_record()},
                                               {"HealthCheckCustomConfig", {{"FailureThreshold", 3}}}})["Service"];
  const std::string id = made["Id"];
  CHECK(id.starts_with("srv-"));
  CHECK(made["Arn"] == "arn:aws:servicediscovery:eu-west-1:123456789012:service/" + id);
  CHECK(made["Type"] == "DNS_HTTP");
  CHECK(made["NamespaceId"] == room);
  CHECK(made["DnsConfig"]["RoutingPolicy"] == "MULTIVALUE");
  CHECK(made["DnsConfig"]["DnsRecords"][0]["TTL"] == 10);
  CHECK(made["HealthCheckCustomConfig"]["FailureThreshold"] == 1);
  CHECK(made["InstanceCount"] == 0);
  CHECK(map.call("GetService", {{"Id", id}})["Service"] == made);
  CHECK(map.make_service({{"Name", "web"}, {"NamespaceId", room}, {"Type", "HTTP"}}).starts_with("srv-"));
  const Json in_dns = {{"NamespaceId", room}, {"DnsRecords", {{{"Type", "SRV"}, {"TTL", 1}}}}};
  map.make_service({{"Name", "third"}, {"DnsConfig", in_dns}});
  const Json filter = {{"Name", "NAMESPACE_ID"}, {"Values", {room}}};
  CHECK(map.call("ListServices", {{"Filters", Json::array({filter})}})["Services"].size() == 3);
  CHECK(map.call("GetNamespace", {{"Id", room}})["Namespace"]["ServiceCount"] == 3);

  CHECK(map.refused("CreateService", {{"Name", "api"}, {"NamespaceId", room}}) == "ServiceAlreadyExists");
  CHECK(map.refused("CreateService", {{"Name", "b"}}) == "InvalidInput");
  CHECK(map.refused("CreateService", {{"Name", "b"}, {"NamespaceId", "ns-none"}}) == "NamespaceNotFound");
  for (const char* name : {"", "-a", "a..b", "a b", "a-"}) {
    INFO(name);
    CHECK(map.refused("CreateService", {{"Name", name}, {"NamespaceId", room}}) == "InvalidInput");
  }
  const Json cname = {{"DnsRecords", {{{"Type", "CNAME"}, {"TTL", 1}}}}};
  CHECK(map.refused("CreateService", {{"Name", "b"}, {"NamespaceId", room}, {"DnsConfig", cname}}) == "InvalidInput");
  const Json check = {{"Type", "HTTP"}};
  CHECK(map.refused("CreateService", {{"Name", "b"}, {"NamespaceId", room}, {"HealthCheckConfig", check}}) ==
        "InvalidInput");
  const std::string http = map.make_namespace("CreateHttpNamespace", {{"Name", "shop"}});
  CHECK(map.refused("CreateService", {{"Name", "b"}, {"NamespaceId", http}, {"DnsConfig", a_record()}}) ==
        "InvalidInput");

  const Json change = {{"Description", "new"}, {"DnsConfig", {{"DnsRecords", {{{"Type", "A"}, {"TTL", 99}}}}}}};
  map.call("UpdateService", {{"Id", id}, {"Service", change}});
  const Json after = map.call("GetService", {{"Id", id}})["Service"];
  CHECK(after["Description"] == "new");
  CHECK(after["DnsConfig"]["DnsRecords"][0]["TTL"] == 99);
  CHECK(map.refused("DeleteNamespace", {{"Id", room}}) == "ResourceInUse");
  map.call("DeleteService", {{"Id", id}});
  CHECK(map.refused("GetService", {{"Id", id}}) == "ServiceNotFound");
  map.check_stored();
}

TEST_CASE("Instances are registered, discovered by health and attributes, and deregistered", "[discovery]") {
  Map map;
  const std::string room = map.make_private();
  const std::string service = map.make_service(
      {{"Name", "api"}, {"NamespaceId", room}, {"DnsConfig", a_record()}, {"HealthCheckCustomConfig", Json::object()}});
  const auto put = [&](const char* id, const Json& attributes) {
    return map.call("RegisterInstance", {{"ServiceId", service}, {"InstanceId", id}, {"Attributes", attributes}});
  };
  const Json operation = map.call("GetOperation", put("one", {{"AWS_INSTANCE_IPV4", "10.0.0.1"}, {"stage", "blue"}}));
  CHECK(operation["Operation"]["Targets"] == Json{{"INSTANCE", "one"}, {"SERVICE", service}});
  put("two", {{"AWS_INSTANCE_IPV4", "10.0.0.2"}, {"stage", "green"}});
  CHECK(map.discovered() == Json{"one", "two"});
  CHECK(map.discovered({{"QueryParameters", {{"stage", "green"}}}}) == Json{"two"});
  CHECK(map.discovered({{"QueryParameters", {{"stage", "red"}}}}) == Json::array());
  CHECK(map.discovered({{"OptionalParameters", {{"stage", "green"}}}}) == Json{"two"});
  CHECK(map.discovered({{"OptionalParameters", {{"stage", "red"}}}}) == Json{"one", "two"});
  CHECK(map.discovered({{"MaxResults", 1}}) == Json{"one"});
  const Json names = {{"NamespaceName", "internal"}, {"ServiceName", "api"}};
  const std::int64_t before = map.call("DiscoverInstancesRevision", names)["InstancesRevision"];

  const auto health = [&](const char* id, const char* status) {
    map.call("UpdateInstanceCustomHealthStatus", {{"ServiceId", service}, {"InstanceId", id}, {"Status", status}});
  };
  health("one", "UNHEALTHY");
  CHECK(map.call("DiscoverInstancesRevision", names)["InstancesRevision"] == before + 1);
  CHECK(map.call("DiscoverInstances", names)["InstancesRevision"] == before + 1);
  CHECK(map.discovered() == Json{"two"});
  CHECK(map.discovered({{"HealthStatus", "ALL"}}) == Json{"one", "two"});
  CHECK(map.discovered({{"HealthStatus", "UNHEALTHY"}}) == Json{"one"});
  health("two", "UNHEALTHY");
  CHECK(map.discovered({{"HealthStatus", "HEALTHY"}}) == Json::array());
  CHECK(map.discovered() == Json{"one", "two"});
  CHECK(map.call("GetInstancesHealthStatus", {{"ServiceId", service}})["Status"] ==
        Json{{"one", "UNHEALTHY"}, {"two", "UNHEALTHY"}});
  CHECK(map.call("GetInstance", {{"ServiceId", service}, {"InstanceId", "one"}})["Instance"]["Attributes"] ==
        Json{{"AWS_INSTANCE_IPV4", "10.0.0.1"}, {"stage", "blue"}});
  CHECK(map.call("ListInstances", {{"ServiceId", service}})["Instances"].size() == 2);

  CHECK(map.refused("RegisterInstance", {{"ServiceId", service}, {"InstanceId", "x"}, {"Attributes", {{"a", "b"}}}}) ==
        "InvalidInput");
  CHECK(map.refused("RegisterInstance", {{"ServiceId", service},
                                         {"InstanceId", "x"},
                                         {"Attributes", {{"AWS_INSTANCE_IPV4", "10.0.0.256"}}}}) == "InvalidInput");
  CHECK(map.refused("GetInstance", {{"ServiceId", service}, {"InstanceId", "x"}}) == "InstanceNotFound");
  CHECK(map.refused("DeleteService", {{"Id", service}}) == "ResourceInUse");
  CHECK(map.refused("DiscoverInstances", {{"NamespaceName", "internal"}, {"ServiceName", "x"}}) == "ServiceNotFound");
  CHECK(map.refused("DiscoverInstances", {{"NamespaceName", "x"}, {"ServiceName", "api"}}) == "NamespaceNotFound");
  for (const char* id : {"one", "two"}) map.call("DeregisterInstance", {{"ServiceId", service}, {"InstanceId", id}});
  CHECK(map.refused("DeregisterInstance", {{"ServiceId", service}, {"InstanceId", "one"}}) == "InstanceNotFound");
  CHECK(map.discovered() == Json::array());
  const std::string plain = map.make_service({{"Name", "plain"}, {"NamespaceId", room}});
  map.call("RegisterInstance", {{"ServiceId", plain}, {"InstanceId", "x"}, {"Attributes", {{"a", "b"}}}});
  CHECK(map.refused("UpdateInstanceCustomHealthStatus",
                    {{"ServiceId", plain}, {"InstanceId", "x"}, {"Status", "HEALTHY"}}) == "CustomHealthNotFound");
  map.check_stored();
}

TEST_CASE("Namespaces and services have tags", "[discovery]") {
  Map map;
  const std::string room =
      map.make_namespace("CreateHttpNamespace", {{"Name", "shop"}, {"Tags", {{{"Key", "a"}, {"Value", "1"}}}}});
  const Json arn = map.call("GetNamespace", {{"Id", room}})["Namespace"]["Arn"];
  map.call("TagResource", {{"ResourceARN", arn}, {"Tags", {{{"Key", "b"}, {"Value", "2"}}}}});
  map.call("UntagResource", {{"ResourceARN", arn}, {"TagKeys", {"a"}}});
  CHECK(map.call("ListTagsForResource", {{"ResourceARN", arn}})["Tags"] ==
        Json::array({Json{{"Key", "b"}, {"Value", "2"}}}));
  const std::string service = map.make_service({{"Name", "api"}, {"NamespaceId", room}});
  const Json its = map.call("GetService", {{"Id", service}})["Service"]["Arn"];
  CHECK(map.call("ListTagsForResource", {{"ResourceARN", its}})["Tags"] == Json::array());
  CHECK(map.refused("ListTagsForResource", {{"ResourceARN", its.get<std::string>() + "x"}}) ==
        "ResourceNotFoundException");
}
