#pragma once
// A Docker engine without containers, for what a real one does too rarely: it answers the calls that the agent makes,
// and lets a test finish another client's requests when it likes.

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/temp_directory.hpp"

namespace drydock::test {

class FakeEngine {
 public:
  FakeEngine();
  ~FakeEngine();
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  [[nodiscard]] std::string socket() const { return (directory_.path() / "engine.sock").string(); }

  /// Somebody's create begins: the name is taken, the container is not shown yet. Returns its id.
  std::string begin_create(const std::string& name, const std::map<std::string, std::string>& labels);
  /// The create is done.
  void finish_create(const std::string& id);
  /// The container runs now.
  void finish_start(const std::string& id);

  /// created, running or exited; empty when there is no such container.
  [[nodiscard]] std::string state(const std::string& id) const;
  [[nodiscard]] std::size_t starts(const std::string& id) const;
  /// Calls to create that were refused because the name was taken.
  [[nodiscard]] std::size_t conflicts() const;

 private:
  struct Container {
    std::string name;
    std::map<std::string, std::string> labels;
    std::string state;  // empty: its create is under way
    std::size_t starts = 0;
  };
  struct Answer {
    unsigned status = 200;
    nlohmann::json body;
  };
  using Socket = boost::asio::local::stream_protocol::socket;

  void accept();
  void serve(Socket& socket);
  void stream_events(Socket& socket);
  Answer answer(const std::string& method, const std::string& target, const std::string& body);
  Answer answer_container(const std::string& method, const std::string& id_or_name, const std::string& what);
  Answer create(const std::string& name, const nlohmann::json& spec);
  std::map<std::string, Container>::iterator find(const std::string& id_or_name);
  void tell(const std::string& action, const std::string& id);
  void set_running(const std::string& id);
  std::string add(const std::string& name, const std::map<std::string, std::string>& labels);

  TempDirectory directory_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Container> containers_;
  std::vector<std::string> events_;
  std::size_t conflicts_ = 0;
  int numbers_ = 0;
  bool closing_ = false;
  boost::asio::io_context io_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::vector<std::shared_ptr<Socket>> sockets_;
  std::vector<std::thread> threads_;
};

}  // namespace drydock::test
