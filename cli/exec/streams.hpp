#pragma once
// Standard input and output on threads of their own: both may block, and must not be set not to, as others share them.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace drydock::cli {

/// Reads standard input piece by piece, each when it is asked for. The thread may outlive this, waiting for a key.
class InputReader {
 public:
  /// `on_bytes` is called on the thread; an empty text is the end.
  explicit InputReader(std::function<void(std::string bytes)> on_bytes);
  ~InputReader();
  InputReader(const InputReader&) = delete;
  InputReader& operator=(const InputReader&) = delete;
  /// Lets it read one more piece.
  void ask();

 private:
  struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool asked = false;
    bool over = false;
  };
  std::shared_ptr<Gate> gate_;
};

/// Writes to standard output and standard error, in the order of the calls.
class OutputWriter {
 public:
  OutputWriter();
  /// What was not written by then is not.
  ~OutputWriter();
  OutputWriter(const OutputWriter&) = delete;
  OutputWriter& operator=(const OutputWriter&) = delete;
  /// `then` is called on the thread; `failed` when nobody takes it any more.
  void write(int descriptor, std::string bytes, std::function<void(bool failed)> then);
  /// Waits until everything is written.
  void finish();

 private:
  struct Piece {
    int descriptor = 0;
    std::string bytes;
    std::function<void(bool)> then;
  };
  struct Queue {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Piece> pieces;
    bool over = false;     // nothing follows
    bool dropped = false;  // nothing is to be written any more
  };
  std::shared_ptr<Queue> queue_;
  std::thread thread_;
};

}  // namespace drydock::cli
