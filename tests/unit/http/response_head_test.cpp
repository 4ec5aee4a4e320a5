#include "server/http/response_head.hpp"

#include <regex>

#include "tests/support/catch.hpp"

namespace drydock::http {

TEST_CASE("a response's header says length, type and date, and what the handler adds") {
  Response response;
  response.content_type = "application/json";
  response.body = "{}";
  response.headers.emplace_back("x-amzn-RequestId", "1-2-3");
  std::string head = "before";
  append_head(head, response, "today", Persistence::keep);
  CHECK(head ==
        "beforeHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nDate: today\r\n"
        "x-amzn-RequestId: 1-2-3\r\n\r\n");
}

TEST_CASE("statuses without a body have no Content-Length") {
  for (const unsigned status : {204U, 304U}) {
    Response response;
    response.status = status;
    std::string head;
    append_head(head, response, "today", Persistence::close);
    CHECK(head.find("Content-Length") == std::string::npos);
    CHECK(head.find("Connection: close\r\n") != std::string::npos);
  }
}

TEST_CASE("a header value cannot split the response") {
  Response response;
  response.headers.emplace_back("X-A", "1\r\nX-Evil: 2");
  response.headers.emplace_back("X-B\r\nX-Evil", "2");
  response.headers.emplace_back("X-C", "3");
  std::string head;
  append_head(head, response, "today", Persistence::keep);
  CHECK(head.find("Evil") == std::string::npos);
  CHECK(head.find("X-C: 3\r\n") != std::string::npos);
}

TEST_CASE("dates have the fixed form of HTTP") {
  const std::regex form(
      "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] [A-Z][a-z]{2} 20[0-9]{2} [0-2][0-9](:[0-5][0-9]){2} "
      "GMT");
  HttpDate date;
  CHECK(std::regex_match(std::string(date.now()), form));
}

TEST_CASE("errors are JSON whatever is in their message") {
  const Response response = error_response(400, "SomeException", "a \"quote\", a \\, a \n and a \xff");
  CHECK(response.body ==
        "{\"__type\":\"SomeException\",\"message\":\"a \\\"quote\\\", a \\\\, a \\u000a and a \\u00ff\"}");
  CHECK(response.content_type == "application/x-amz-json-1.1");
}

}  // namespace drydock::http
