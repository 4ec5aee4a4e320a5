#pragma once
// The terminal in which a command's terminal is shown.

#include <memory>

#include "server/sessions/protocol/payloads.hpp"

namespace drydock::cli {

/// Whether commands get a terminal of their own: both standard input and output are one. What goes into a file or a
/// pipe must not be changed on its way.
bool in_terminal();

/// Of the terminal; of a usual one where there is none.
sessions::Size terminal_size();

/// While it lives, keys go through as they are pressed, Ctrl-C too, and nothing is echoed here.
class RawTerminal {
 public:
  RawTerminal();
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  /// Once more, after somebody else may have changed it (the shell, while this process was stopped).
  void set() const;

 private:
  struct Settings;
  std::unique_ptr<Settings> before_;
};

}  // namespace drydock::cli
