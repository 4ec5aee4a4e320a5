#pragma once
// Status line and header of a response as bytes.
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace drydock::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT"; formatted once per second.
class HttpDate {
 public:
  std::string_view now();

 private:
  std::time_t second_ = -1;
  std::string text_;
};

enum class Persistence {
  keep,           // HTTP/1.1's default: no header
  keep_http_1_0,  // "Connection: keep-alive", which HTTP/1.0 clients wait for
  close,          // "Connection: close"
};

/// Appends everything up to and including the empty line. Header values with line breaks are left out: they could
/// only come from a defect, and would split the response.
void append_head(std::string& out, const Response& response, std::string_view date, Persistence persistence);

}  // namespace drydock::http
