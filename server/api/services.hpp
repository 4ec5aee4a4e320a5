#pragma once
// The services of which Drydock speaks something, and how each is recognized (spec/adjuncts.md section 0).

#include <string_view>

#include "server/operations/registry.hpp"
#include "server/wire/aws_request.hpp"

namespace drydock::server {

struct ServiceFacts {
  operations::Service service;
  std::string_view title;         // in messages
  std::string_view signing_name;  // in the scope of signatures
  wire::Protocol json = wire::Protocol::kJson11;
  // Of the query protocol; empty for services that do not have it.
  std::string_view version{};
  std::string_view xml_namespace{};
};

const ServiceFacts& facts_of(operations::Service service);
/// The service whose query protocol has this version; null for none that Drydock speaks.
const ServiceFacts* service_with_version(std::string_view version);
/// Whether requests signed for this service are for Drydock.
bool is_spoken(std::string_view signing_name);

}  // namespace drydock::server
