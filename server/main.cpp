// The program: reads the command line, sets up logging, runs.
#include <csignal>
#include <cstdio>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "server/application.hpp"
#include "server/memory/huge_pages.hpp"

int main(int argc, char** argv) {
  auto options = drydock::server::parse_command_line(argc, argv);
  if (!options) {
    if (options.error().word) return options.error().word();
    std::fputs(options.error().text.c_str(), options.error().exit_code == 0 ? stdout : stderr);
    return options.error().exit_code;
  }
  // A client that goes away while it is answered must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  // A file at the limit of its size is a full disk (EFBIG), not a reason to end.
  std::signal(SIGXFSZ, SIG_IGN);
  spdlog::set_default_logger(spdlog::stderr_logger_mt("drydock"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_level(spdlog::level::from_str(options->log_level == "warn" ? "warning" : options->log_level));
  drydock::server::use_huge_pages_when_large();
  const auto ended = drydock::server::run(*options);
  if (!ended) {
    std::fprintf(stderr, "drydock: %s\n", ended.error().c_str());
    return 1;
  }
  return *ended;
}
