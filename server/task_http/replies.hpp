#pragma once
// What the answers to containers are made of.

#include <string>

#include "server/http/message.hpp"

namespace drydock::task_http {

http::Response json_response(unsigned status, std::string body);
http::Response text_response(unsigned status, std::string body);

}  // namespace drydock::task_http
