// The built-in agent against a real engine: what becomes of tasks, as the control plane is told.

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <set>

#include "tests/docker/bench.hpp"
#include "tests/support/catch.hpp"

using namespace drydock;
using namespace drydock::test;

namespace {

const std::vector<std::string> kForever = {"sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1 & wait; done"};

std::string http_get(int host_port, const std::string& path) {
  namespace ip = boost::asio::ip;
  boost::asio::io_context io;
  ip::tcp::socket socket(io);
  boost::system::error_code ec;
  socket.connect(ip::tcp::endpoint(ip::address_v4::loopback(), static_cast<std::uint16_t>(host_port)), ec);
  if (ec) return ec.message();
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  boost::asio::write(socket, boost::asio::buffer(request), ec);
  std::string answer;
  boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ec);
  return answer;
}

}  // namespace

TEST_CASE("An instance registers with the machine's resources and opens its session") {
  AgentBench bench;
  bench.start_agent();
  bench.until("session", [&] { return !bench.told.sessions.empty(); });
  CHECK(bench.told.sessions == std::vector<bool>{true});
  REQUIRE(bench.told.registrations.size() == 1);
  const auto& request = bench.told.registrations.front();
  CHECK(request.cluster == "harbour");
  REQUIRE(request.totalResources);
  CHECK(request.totalResources->at(0).integerValue.value_or(0) >= 1024);
  CHECK(request.totalResources->at(1).integerValue.value_or(0) > 100);
  REQUIRE(request.versionInfo);
  CHECK_THAT(request.versionInfo->dockerVersion.value_or(""), StartsWith("DockerVersion: "));
}

TEST_CASE("An instance waits for its cluster and joins once it exists") {
  AgentBench bench;
  for (int i = 0; i < 3; ++i) bench.told.registration_errors.push_back(api::ApiError::cluster_not_found());
  bench.start_agent();
  bench.until("session", [&] { return !bench.told.sessions.empty(); });
  CHECK(bench.told.registrations.size() == 4);
}

TEST_CASE("A task runs, publishes a dynamic port that answers, and stops when asked") {
  AgentBench bench;
  bench.start_agent();
  auto web = container("web", {"sh", "-c", "exec httpd -f -p 8080 -h /www"});
  web.portMappings = {port(8080), port(9000, 0, "udp")};
  const auto task = bench.task({web, container("side", kForever)});
  bench.send(task);

  const auto running = bench.await_report(task, "RUNNING");
  CHECK(running.cluster == "harbour");
  const auto change = entry(running, "web");
  CHECK(change.status == "RUNNING");
  CHECK(change.runtimeId.value_or("").size() == 64);
  REQUIRE(change.networkBindings);
  REQUIRE(change.networkBindings->size() == 2);
  const auto& tcp = change.networkBindings->at(0);
  CHECK(tcp.bindIP == "0.0.0.0");
  CHECK(tcp.containerPort == 8080);
  CHECK(tcp.protocol == "tcp");
  CHECK(change.networkBindings->at(1).protocol == "udp");
  REQUIRE(tcp.hostPort.value_or(0) > 0);
  // RUNNING says that the process was started, not that it listens already.
  const auto answers = [&] { return http_get(*tcp.hostPort, "/index.html").find("harbour") != std::string::npos; };
  bench.until("the page", answers);
  CHECK(entry(running, "side").status == "RUNNING");
  CHECK_FALSE(running.pullStartedAt);

  bench.send(task, "STOPPED");
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(entry(stopped, "side").exitCode == 0);
  CHECK(entry(stopped, "web").status == "STOPPED");
  CHECK(stopped.executionStoppedAt);
  CHECK(bench.count_reports(task, "RUNNING") == 1);
  CHECK(bench.count_reports(task, "STOPPED") == 1);
}

TEST_CASE("A range of container ports is published on a row of host ports") {
  AgentBench bench;
  bench.start_agent();
  auto web = container("web", {"sh", "-c", "exec httpd -f -p 7002 -h /www"});
  api::PortMapping range;
  range.containerPortRange = "7000-7003";
  web.portMappings = {range};
  const auto task = bench.task({web});
  bench.send(task);
  const auto change = entry(bench.await_report(task, "RUNNING"), "web");
  REQUIRE(change.networkBindings);
  REQUIRE(change.networkBindings->size() == 1);
  const auto& binding = change.networkBindings->front();
  CHECK(binding.containerPortRange == "7000-7003");
  const auto row = docker::parse_port_range(binding.hostPortRange.value_or(""));
  REQUIRE(row);
  CHECK(row->last - row->first == 3);
  const auto answers = [&] { return http_get(row->first + 2, "/index.html").find("harbour") != std::string::npos; };
  bench.until("the page", answers);
}

TEST_CASE("A container that exits is reported with its exit code, RUNNING first and STOPPED once") {
  AgentBench bench;
  bench.start_agent();
  const auto task = bench.task({container("once", {"sh", "-c", "exit 3"})});
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(entry(stopped, "once").exitCode == 3);
  CHECK_FALSE(entry(stopped, "once").reason);
  CHECK(bench.count_reports(task, "RUNNING") == 1);
  CHECK(stopped.executionStoppedAt);
}

TEST_CASE("An essential container that is killed takes the others with it") {
  AgentBench bench;
  bench.start_agent();
  const auto task = bench.task({container("main", kForever), container("side", kForever)});
  bench.send(task);
  const auto running = bench.await_report(task, "RUNNING");
  REQUIRE(bench.engine(bench.client().kill_container(*entry(running, "main").runtimeId)));
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(entry(stopped, "main").exitCode == 137);
  CHECK(entry(stopped, "side").exitCode == 0);
}

TEST_CASE("A non-essential container may end while the task goes on") {
  AgentBench bench;
  bench.start_agent();
  auto helper = container("helper", {"sh", "-c", "exit 5"});
  helper.essential = false;
  const auto task = bench.task({container("main", kForever), helper});
  bench.send(task);
  bench.until("report of the helper's end", [&] {
    for (const auto& report : bench.told.reports) {
      if (entry(report, "helper").exitCode == 5) return true;
    }
    return false;
  });
  CHECK(bench.count_reports(task, "STOPPED") == 0);
  bench.send(task, "STOPPED");
  bench.await_report(task, "STOPPED");
}

TEST_CASE("A process that ignores SIGTERM is killed after its stop time-out") {
  AgentBench bench;
  bench.start_agent();
  auto stubborn = container("stubborn", {"sh", "-c", "trap '' TERM; while :; do sleep 1; done"});
  stubborn.stopTimeout = 2;
  const auto task = bench.task({stubborn});
  bench.send(task);
  bench.await_report(task, "RUNNING");
  const auto begin = std::chrono::steady_clock::now();
  bench.send(task, "STOPPED");
  const auto stopped = bench.await_report(task, "STOPPED");
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(entry(stopped, "stubborn").exitCode == 137);
  CHECK(took > std::chrono::milliseconds(1900));
  CHECK(took < std::chrono::seconds(20));
}

TEST_CASE("An image that cannot be pulled stops the task with the reason") {
  AgentBench bench;
  bench.start_agent();
  auto missing = container("main", {"true"});
  missing.image = "localhost:1/no-such/image:1";
  const auto task = bench.task({missing, container("side", kForever)});
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK_THAT(entry(stopped, "main").reason.value_or(""),
             StartsWith("CannotPullContainerError: Error response from daemon: "));
  CHECK_FALSE(entry(stopped, "main").exitCode);
  CHECK(stopped.pullStartedAt);
  CHECK(stopped.pullStoppedAt);
  CHECK(bench.count_reports(task, "RUNNING") == 0);
}

TEST_CASE("A command that does not exist gives CannotStartContainerError and no exit code") {
  AgentBench bench;
  bench.start_agent();
  const auto task = bench.task({container("main", {"/no/such/program"})});
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK_THAT(entry(stopped, "main").reason.value_or(""),
             StartsWith("CannotStartContainerError: Error response from daemon: "));
  CHECK_FALSE(entry(stopped, "main").exitCode);
  CHECK(bench.count_reports(task, "RUNNING") == 0);
}

TEST_CASE("A task that is stopped before it began never starts a container") {
  AgentBench bench;
  bench.start_agent();
  const auto task = bench.task({container("main", kForever)});
  bench.send(task);
  bench.send(task, "STOPPED");
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK_FALSE(entry(stopped, "main").exitCode);
  CHECK(bench.count_reports(task, "RUNNING") == 0);
  const auto other = bench.task({container("main", kForever)});
  bench.send(other, "STOPPED");
  CHECK(entry(bench.await_report(other, "STOPPED"), "main").status == "STOPPED");
}

TEST_CASE("A foreign container with the task's name is left alone and named in the reason") {
  AgentBench bench;
  bench.start_agent();
  const auto task = bench.task({container("main", kForever)});
  const std::string name = docker::docker_name(task, "main");
  const std::string spec = std::string(R"({"Image":")") + kImage + R"(","Cmd":["true"]})";
  const auto foreign = bench.engine(bench.client().create_container(name, spec));
  REQUIRE(foreign);
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK_THAT(entry(stopped, "main").reason.value_or(""), StartsWith("CannotCreateContainerError: "));
  CHECK(bench.engine(bench.client().inspect_container(*foreign)));
  CHECK(bench.engine(bench.client().remove_container(*foreign, true, true)));
}

TEST_CASE("A container whose dependency failed is not started") {
  AgentBench bench;
  bench.start_agent();
  auto init = container("init", {"sh", "-c", "exit 1"});
  init.essential = false;
  auto main = container("main", kForever);
  api::ContainerDependency dependency;
  dependency.containerName = "init";
  dependency.condition = "SUCCESS";
  main.dependsOn = {dependency};
  const auto task = bench.task({main, init});
  bench.send(task);
  const auto stopped = bench.await_report(task, "STOPPED");
  CHECK(entry(stopped, "main").exitCode == 143);
  CHECK(entry(stopped, "main").reason ==
        "CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [init] for "
        "target [main] as dependency did not exit successfully.");
  CHECK(bench.count_reports(task, "RUNNING") == 0);
}

TEST_CASE("A container waits for a healthy dependency, and health is published") {
  AgentBench bench;
  bench.start_agent();
  auto base = container("base", kForever);
  base.healthCheck.emplace();
  base.healthCheck->command = {"CMD-SHELL", "exit 0"};
  base.healthCheck->interval = 5;
  auto main = container("main", kForever);
  api::ContainerDependency dependency;
  dependency.containerName = "base";
  dependency.condition = "HEALTHY";
  main.dependsOn = {dependency};
  const auto task = bench.task({main, base});
  bench.send(task);
  bench.await_report(task, "RUNNING");
  REQUIRE_FALSE(bench.told.health.empty());
  CHECK(bench.told.health.front().container_name == "base");
  CHECK(bench.told.health.front().status == "HEALTHY");
  bench.send(task, "STOPPED");
  bench.await_report(task, "STOPPED");
}

TEST_CASE("Reports that meet a server fault are sent again, those that are invalid are dropped") {
  AgentBench bench;
  bench.told.report_errors.push_back(api::ApiError::server());
  bench.told.report_errors.push_back(api::ApiError::server());
  bench.start_agent();
  const auto task = bench.task({container("main", kForever)});
  bench.send(task);
  bench.await_report(task, "RUNNING");
  bench.told.report_errors.push_back(api::ApiError::invalid_parameter("unknown task"));
  bench.send(task, "STOPPED");
  bench.until("the refused report", [&] { return bench.told.report_errors.empty(); });
  CHECK(bench.count_reports(task, "STOPPED") == 0);
}

TEST_CASE("Containers of a stopped task are removed after the clean-up wait") {
  AgentBench bench;
  bench.start_agent([](docker::DockerAgentOptions& options) { options.config.cleanup_wait = std::chrono::seconds(1); });
  const auto task = bench.task({container("once", {"true"})});
  bench.send(task);
  bench.await_report(task, "STOPPED");
  bench.until("removal", [&] { return bench.containers().empty(); });
}

TEST_CASE("Fifty tasks start side by side") {
  AgentBench bench;
  bench.start_agent();
  std::vector<instances::TaskPayload> tasks;
  for (int i = 0; i < 50; ++i) {
    tasks.push_back(bench.task({container("main", {"sleep", "1000"})}));
    bench.send(tasks.back());
  }
  for (const auto& task : tasks) bench.await_report(task, "RUNNING");
  CHECK(bench.containers().size() == 50);
}

TEST_CASE("Containers of an awsvpc task share one network") {
  AgentBench bench;
  bench.start_agent();
  auto web = container("web", {"sh", "-c", "exec httpd -f -p 8080 -h /www"});
  web.portMappings = {port(8080, 8080)};
  auto client = container(
      "client",
      {"sh", "-c", "for i in 1 2 3 4 5; do wget -qO- http://127.0.0.1:8080/ && exit 7; sleep 1; done; exit 8"});
  client.essential = false;
  auto task = bench.task({client, web});
  task.network_mode = "awsvpc";
  bench.send(task);
  bench.until("the client's end", [&] {
    for (const auto& report : bench.told.reports) {
      if (entry(report, "client").exitCode == 7) return true;
    }
    return false;
  });
  CHECK_FALSE(entry(bench.await_report(task, "RUNNING"), "web").networkBindings);
}
