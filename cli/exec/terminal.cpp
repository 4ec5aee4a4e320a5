#include "cli/exec/terminal.hpp"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace drydock::cli {

struct RawTerminal::Settings {
  termios settings{};
};

bool in_terminal() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

sessions::Size terminal_size() {
  winsize window{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0) return {24, 80};
  return {window.ws_row, window.ws_col};
}

RawTerminal::RawTerminal() {
  auto before = std::make_unique<Settings>();
  if (::tcgetattr(STDIN_FILENO, &before->settings) != 0) return;
  before_ = std::move(before);
  set();
}

RawTerminal::~RawTerminal() {
  if (before_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_->settings);
}

void RawTerminal::set() const {
  if (!before_) return;
  termios raw = before_->settings;
  ::cfmakeraw(&raw);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

}  // namespace drydock::cli
