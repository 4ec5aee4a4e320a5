#include "server/admin/lifecycle_hooks.hpp"

#include <nlohmann/json.hpp>

namespace drydock::server {

using Json = nlohmann::ordered_json;

std::expected<void, std::string> change_hook_target(HookTargets& targets, std::string_view body) {
  const Json parsed = Json::parse(body, nullptr, false);
  const bool whole = parsed.is_object() && parsed.contains("function") && parsed.contains("target");
  if (!whole || !parsed["function"].is_string() || parsed["function"].get<std::string>().empty()) {
    return std::unexpected(R"(The body should be like {"function": "check", "target": "http://127.0.0.1:8000/"}.)");
  }
  const auto function = parsed["function"].get<std::string>();
  if (parsed["target"].is_null()) {
    targets.remove(function);
    return {};
  }
  if (!parsed["target"].is_string()) return std::unexpected("target should be a string or null.");
  auto target = parse_hook_target(parsed["target"].get<std::string>(), false);
  if (!target) return std::unexpected(std::move(target.error()) + "; commands are for --lifecycle-hook only.");
  targets.set(function, std::move(*target));
  return {};
}

std::string hook_targets_json(const HookTargets& targets) {
  Json list = Json::array();
  for (const auto& [function, target] : targets.all()) {
    list.push_back({{"function", function}, {"target", target.text}});
  }
  const Json answer = {{"lifecycleHooks", list}};
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace drydock::server
