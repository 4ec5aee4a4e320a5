#include "server/wire/credentials.hpp"

#include <algorithm>
#include <vector>

#include "server/wire/aws_request.hpp"

namespace drydock::wire {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

struct Section {
  std::string name;
  std::string access_key;
  Credential credential;
};

/// An error, or an empty text.
std::string check(const Section& section) {
  if (section.access_key.empty() && section.credential.secret.empty()) return {};
  if (section.access_key.empty()) return "[" + section.name + "] has no aws_access_key_id";
  if (section.credential.secret.empty()) return "[" + section.name + "] has no aws_secret_access_key";
  const std::string& account = section.credential.account;
  if (!account.empty() && !is_account(account)) return "[" + section.name + "] aws_account_id is not 12 digits";
  return {};
}

/// An error, or an empty text.
std::string add(Credentials& credentials, const Section& section) {
  if (section.access_key.empty()) return {};
  const auto [known, added] = credentials.emplace(section.access_key, section.credential);
  if (added) return {};
  const Credential& other = known->second;
  const bool same = other.secret == section.credential.secret && other.account == section.credential.account &&
                    other.session_token == section.credential.session_token;
  return same ? "" : "[" + section.name + "] repeats an aws_access_key_id with other values";
}

void take(Section& section, std::string_view key, std::string_view value) {
  if (key == "aws_access_key_id") section.access_key = value;
  if (key == "aws_secret_access_key") section.credential.secret = value;
  if (key == "aws_session_token") section.credential.session_token = value;
  if (key == "aws_account_id") section.credential.account = value;
}

std::expected<std::vector<Section>, std::string> parse_sections(std::string_view text) {
  std::vector<Section> sections;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    ++number;
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      sections.emplace_back().name = trimmed(line.substr(1, line.size() - 2));
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || sections.empty() || sections.back().name.empty()) {
      return std::unexpected("line " + std::to_string(number) + " is neither [name] nor a setting of one");
    }
    take(sections.back(), trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
  }
  for (const Section& section : sections) {
    if (std::string error = check(section); !error.empty()) return std::unexpected(std::move(error));
  }
  return sections;
}

}  // namespace

std::expected<Credentials, std::string> parse_credentials(std::string_view text) {
  const auto sections = parse_sections(text);
  if (!sections) return std::unexpected(sections.error());
  Credentials credentials;
  for (const Section& section : *sections) {
    if (std::string error = add(credentials, section); !error.empty()) return std::unexpected(std::move(error));
  }
  return credentials;
}

std::expected<std::optional<AccessKey>, std::string> access_key_of_profile(std::string_view text,
                                                                           std::string_view profile) {
  const auto sections = parse_sections(text);
  if (!sections) return std::unexpected(sections.error());
  const auto found = std::ranges::find(*sections, profile, &Section::name);
  if (found == sections->end() || found->access_key.empty()) return std::nullopt;
  return AccessKey{found->access_key, found->credential.secret, found->credential.session_token};
}

}  // namespace drydock::wire
