#include "server/task_http/replies.hpp"

namespace drydock::task_http {
namespace {

http::Response response(unsigned status, const char* type, std::string body) {
  http::Response made;
  made.status = status;
  made.content_type = type;
  made.body = std::move(body);
  return made;
}

}  // namespace

http::Response json_response(unsigned status, std::string body) {
  return response(status, "application/json", std::move(body));
}

http::Response text_response(unsigned status, std::string body) {
  return response(status, "text/plain; charset=utf-8", std::move(body));
}

}  // namespace drydock::task_http
