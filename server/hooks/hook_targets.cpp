#include "server/hooks/hook_targets.hpp"

#include <algorithm>
#include <cctype>

namespace drydock::server {
namespace {

constexpr std::string_view kHttp = "http://";

std::expected<HookTarget, std::string> parse_url(std::string_view text) {
  HookTarget target;
  target.kind = HookTarget::Kind::kUrl;
  target.text = text;
  std::string_view rest = text.substr(kHttp.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  target.path = slash == rest.size() ? "/" : std::string(rest.substr(slash));
  std::string_view authority = rest.substr(0, slash);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  target.port = colon == std::string_view::npos ? "80" : std::string(authority.substr(colon + 1));
  target.host = authority.substr(0, colon);
  if (target.host.starts_with('[') && target.host.ends_with(']')) {
    target.host = target.host.substr(1, target.host.size() - 2);
  }
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool plain = std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (target.host.empty() || target.port.empty() || target.port.size() > 5 ||
      !std::ranges::all_of(target.port, digit) || !plain) {
    return std::unexpected("\"" + std::string(text) + "\" is not a URL like http://127.0.0.1:8000/check");
  }
  return target;
}

}  // namespace

std::expected<HookTarget, std::string> parse_hook_target(std::string_view text, bool commands) {
  if (text.starts_with(kHttp)) return parse_url(text);
  HookTarget target;
  target.text = text;
  if (text == "succeed") return target;
  if (text.empty() || text.starts_with("https://") || !commands) {
    return std::unexpected("\"" + std::string(text) + "\" is no target for a hook: give an http:// URL" +
                           (commands ? ", a command, or succeed" : " or succeed"));
  }
  target.kind = HookTarget::Kind::kCommand;
  return target;
}

std::string function_name(std::string_view arn) {
  constexpr std::string_view kBefore = ":function:";
  const std::size_t at = arn.find(kBefore);
  if (at == std::string_view::npos) return std::string(arn);
  std::string_view name = arn.substr(at + kBefore.size());
  return std::string(name.substr(0, name.find(':')));
}

const HookTarget* HookTargets::find(const std::string& arn) const {
  for (const std::string& key : {arn, function_name(arn), std::string("*")}) {
    if (const auto it = targets_.find(key); it != targets_.end()) return &it->second;
  }
  return nullptr;
}

std::expected<void, std::string> add_hook_target(HookTargets& targets, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    return std::unexpected("\"" + std::string(assignment) + "\" is not FUNCTION=TARGET");
  }
  auto target = parse_hook_target(assignment.substr(equals + 1), true);
  if (!target) return std::unexpected(std::move(target.error()));
  targets.set(std::string(assignment.substr(0, equals)), std::move(*target));
  return {};
}

}  // namespace drydock::server
