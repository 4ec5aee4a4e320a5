#include "server/wire/credentials.hpp"

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
std::string add(Credentials& credentials, const Section& section) {
  if (section.access_key.empty() && section.credential.secret.empty()) return {};
  if (section.access_key.empty()) return "[" + section.name + "] has no aws_access_key_id";
  if (section.credential.secret.empty()) return "[" + section.name + "] has no aws_secret_access_key";
  const std::string& account = section.credential.account;
  if (!account.empty() && !is_account(account)) return "[" + section.name + "] aws_account_id is not 12 digits";
  const auto [known, added] = credentials.emplace(section.access_key, section.credential);
  if (added) return {};
  const Credential& other = known->second;
  const bool same = other.secret == section.credential.secret && other.account == account &&
                    other.session_token == section.credential.session_token;
  return same ? "" : "[" + section.name + "] repeats an aws_access_key_id with other values";
}

void take(Section& section, std::string_view key, std::string_view value) {
  if (key == "aws_access_key_id") section.access_key = value;
  if (key == "aws_secret_access_key") section.credential.secret = value;
  if (key == "aws_session_token") section.credential.session_token = value;
  if (key == "aws_account_id") section.credential.account = value;
}

}  // namespace

std::expected<Credentials, std::string> parse_credentials(std::string_view text) {
  Credentials credentials;
  Section section;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    ++number;
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      if (std::string error = add(credentials, section); !error.empty()) return std::unexpected(error);
      section = {};
      section.name = trimmed(line.substr(1, line.size() - 2));
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || section.name.empty()) {
      return std::unexpected("line " + std::to_string(number) + " is neither [name] nor a setting of one");
    }
    take(section, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
  }
  if (std::string error = add(credentials, section); !error.empty()) return std::unexpected(error);
  return credentials;
}

}  // namespace drydock::wire
