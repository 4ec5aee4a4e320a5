#pragma once
// What the explain call answers, by ARN.

#include <algorithm>

#include "model/arn.hpp"
#include "server/explain/explain.hpp"
#include "tests/unit/operations/services/service_fixture.hpp"

namespace drydock::test {

inline Json explained(const DrydockWorld& world, const std::string& arn) {
  const auto text = server::explain_json(world.state, arn, world.clock.now());
  return text ? Json::parse(*text) : Json();
}

inline std::vector<std::string> codes_in(const Json& reasons) {
  std::vector<std::string> codes;
  for (const Json& reason : reasons) codes.push_back(reason["code"]);
  return codes;
}

inline std::vector<std::string> codes(const DrydockWorld& world, const std::string& arn) {
  return codes_in(explained(world, arn)["reasons"]);
}

inline bool has(const std::vector<std::string>& codes, const std::string& code) {
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace drydock::test
