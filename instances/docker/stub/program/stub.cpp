// The program of the image that stands for one that cannot be had here: it does nothing until it is told to end. With
// an argument it is the container's health check, which passes.
#include <csignal>

int main(int argc, char**) {
  if (argc > 1) return 0;
  // What others in the namespace leave behind.
  std::signal(SIGCHLD, SIG_IGN);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  int which = 0;
  sigwait(&ends, &which);
  return 0;
}
