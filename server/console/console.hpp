#pragma once
// The web console: its page at / and below /console/, and the files that the page loads (docs/console.md).

#include <optional>
#include <string>

#include "server/http/message.hpp"

namespace drydock::server::console {

/// What the page is told about the server that it came from.
struct PageFacts {
  std::string token;    // sent back in X-Drydock-Token with everything that is no plain read (guard.hpp)
  std::string nonce;    // of the style sheets that the terminal makes at run time
  std::string account;  // the default world's
  std::string region;
  std::string runtime;
  std::string version;
  bool virtual_clock = false;
  bool verifies_signatures = false;  // the page then has nothing to show, and says so
};

class Console {
 public:
  explicit Console(const PageFacts& facts);

  /// The answer to GET and HEAD of /, /console and what is below it; nothing for other requests, those that name an
  /// operation among them. Every path below
  /// /console/ that names no file is the page: it finds its way by the path itself.
  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request) const;

 private:
  std::string page_;
  std::string policy_;
};

}  // namespace drydock::server::console
