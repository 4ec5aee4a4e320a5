#include "server/http/response_head.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

namespace drydock::http {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool breaks_line(std::string_view text) {
  bool found = false;  // no early exit: a loop without branches is faster for texts as short as these
  for (const char c : text) found |= c == '\r' || c == '\n';
  return found;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (breaks_line(name) || breaks_line(value)) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_status_line(std::string& out, unsigned status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  out += "HTTP/1.1 ";
  append_number(out, status);
  out += ' ';
  out.append(reason.data(), reason.size());
  out += "\r\n";
}

}  // namespace

std::string_view HttpDate::now() {
  const std::time_t second = std::time(nullptr);
  if (second != second_) {
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&second, &parts);
    std::array<char, 64> buffer{};
    // Names from our own tables: strftime's follow the process's locale.
    const std::size_t size = std::strftime(buffer.data(), buffer.size(), "%d  %Y %H:%M:%S GMT", &parts);
    const std::string_view rest(buffer.data(), size);
    text_ = kDays.at(static_cast<std::size_t>(parts.tm_wday));
    text_.append(", ").append(rest.substr(0, 3)).append(kMonths.at(static_cast<std::size_t>(parts.tm_mon)));
    text_.append(rest.substr(3));
    second_ = second;
  }
  return text_;
}

void append_head(std::string& out, const Response& response, std::string_view date, Persistence persistence) {
  append_status_line(out, response.status);
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  const bool may_have_body = response.status >= 200 && response.status != 204 && response.status != 304;
  if (may_have_body) {
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  out.append("Date: ").append(date).append("\r\n");
  if (persistence == Persistence::close) out += "Connection: close\r\n";
  if (persistence == Persistence::keep_http_1_0) out += "Connection: keep-alive\r\n";
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  out += "\r\n";
}

}  // namespace drydock::http
