#pragma once
// The Docker Engine API as far as Drydock uses it. Works with engines from API 1.30 on (and newer ones whose oldest
// API is above our newest). Errors are values; a call never retries by itself.

#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "instances/docker/engine_http.hpp"
#include "instances/docker/volumes.hpp"

namespace drydock::instances::docker {

template <class T>
using EngineResult = std::expected<T, EngineError>;
template <class T>
using EngineTask = asio::awaitable<std::expected<T, EngineError>>;

using TimePoint = std::chrono::system_clock::time_point;

struct EngineVersion {
  std::string version;          // "20.10.24+dfsg1"
  std::string api_version;      // newest the engine speaks
  std::string min_api_version;  // oldest the engine speaks
};

struct EngineInfo {
  int cpus = 0;
  std::int64_t memory_bytes = 0;
  std::string operating_system;
  std::string os_type;       // "linux"
  std::string architecture;  // "x86_64", "aarch64"
  std::vector<std::string> log_drivers;
  std::vector<std::string> security_options;
  std::vector<std::string> runtimes;
  std::vector<std::string> gpus;  // UUIDs of the engine's generic resources; most engines are not told of theirs
};

struct ImageInfo {
  std::string id;
  std::vector<std::string> environment;   // "NAME=value"
  std::vector<std::string> repo_digests;  // "repository@sha256:…"; empty for an image that was never in a registry
};

struct EngineNetwork {
  std::string name;
  std::string subnet;   // "169.254.170.0/30"
  std::string gateway;  // the machine's own address in it
  std::map<std::string, std::string> labels;
};

struct PublishedPort {
  std::string host_ip;
  int host_port = 0;
  int container_port = 0;
  std::string protocol;  // tcp, udp, sctp
};

struct ContainerInfo {
  std::string id;
  std::string name;      // without the leading slash
  std::string status;    // created, running, paused, restarting, removing, exited, dead
  bool running = false;  // also while paused
  bool oom_killed = false;
  int exit_code = 0;
  std::string error;                     // .State.Error
  std::optional<TimePoint> started_at;   // absent when it never ran
  std::optional<TimePoint> finished_at;  // absent when it never ended
  std::string health;                    // starting, healthy, unhealthy; empty without a health check
  std::string image_id;
  std::map<std::string, std::string> labels;
  std::vector<PublishedPort> ports;  // only while it runs
  std::string ip_address;            // in its first network; empty if none
  std::string mac_address;           // there
  std::string gateway;               // of that network: the machine as its containers see it
  std::string log_path;              // of the driver json-file: where the engine keeps its log; empty before it ran
};

struct ContainerSummary {
  std::string id;
  std::string state;
  std::map<std::string, std::string> labels;
};

struct NetworkSummary {
  std::string id;
  std::string gateway;  // of its first addresses
  std::map<std::string, std::string> labels;
};

struct VolumeSummary {
  std::string name;
  std::map<std::string, std::string> labels;
};

/// One line of the engine's event stream about a container.
struct ContainerEvent {
  std::string action;  // die, oom, start, "health_status: healthy", …
  std::string id;
  std::map<std::string, std::string> attributes;  // labels, exitCode, name
};

struct PullProgress {
  std::string layer;   // empty for lines about the whole image
  std::string status;  // "Downloading", "Pull complete", …
  std::int64_t current = 0;
  std::int64_t total = 0;
};

struct PullOptions {
  std::string registry_auth;  // X-Registry-Auth header value, or empty
  std::chrono::milliseconds timeout = std::chrono::hours(2);
  std::chrono::milliseconds inactivity = std::chrono::minutes(1);
  std::function<void(const PullProgress&)> on_progress;
};

struct EventHandling {
  std::function<void()> on_open;
  std::function<void(const ContainerEvent&)> on_event;
};

/// A command to run inside a container, as root.
struct ExecSpec {
  std::vector<std::string> command;
  std::vector<std::string> environment;  // NAME=value, beyond the container's
  bool attached = true;                  // otherwise it runs for itself
  bool terminal = true;                  // of one that is attached
};

struct ExecInfo {
  bool running = false;
  int exit_code = 0;
  int pid = 0;  // as the engine sees it; 0: it never ran
};

/// What sessions need to know of a running container.
struct ContainerInside {
  std::vector<std::string> environment;  // NAME=value
  int pid = 0;                           // of its first process, as the engine sees it
  std::string ip_address;                // in its first network; empty if none
};

/// A connection that became the command's terminal, or its three streams: what it writes then comes in frames
/// (stream_frames.hpp).
struct HijackedStream {
  asio::local::stream_protocol::socket socket;
  std::string already_read;
};

/// How the docker command line and AWS's agent word an engine's error.
std::string describe(const EngineError& error);

class EngineClient {
 public:
  EngineClient(asio::any_io_executor executor, std::string socket_path);

  /// Asks the engine for its versions and settles which API version all further calls use. Call it first, and again
  /// after the engine was away.
  EngineTask<EngineVersion> version();
  EngineTask<EngineInfo> info();

  EngineTask<ImageInfo> inspect_image(std::string image);
  /// Pulls `image` (a missing tag means latest). An error in the progress stream is the call's error.
  EngineTask<void> pull_image(std::string image, PullOptions options, std::shared_ptr<Canceller> canceller = {});

  /// Makes an image of a file system, given as a tar archive; `changes` as in `docker import --change`.
  EngineTask<void> import_image(std::string image, std::string archive, std::string changes);
  /// Returns the new container's id. Status 404: no such image; 409: the name is taken.
  EngineTask<std::string> create_container(std::string name, std::string spec_json);
  /// Writes the files of a tar archive into a directory of a container, which need not run. In a container with a
  /// read-only root the directory must be in one of its volumes.
  EngineTask<void> put_files(std::string container, std::string directory, std::string archive);
  EngineTask<void> start_container(std::string id);
  /// SIGTERM (or the image's signal), SIGKILL after `grace`. A container that does not run is no error.
  EngineTask<void> stop_container(std::string id, std::chrono::seconds grace);
  EngineTask<void> kill_container(std::string id, std::string signal = "KILL");
  EngineTask<ContainerInfo> inspect_container(std::string id_or_name);
  /// The same as the engine words it.
  EngineTask<std::string> inspect_container_json(std::string id_or_name);
  /// What the container uses at this moment, as the engine words it; without a look at the moment before (engines
  /// before API 1.41 take one, and two seconds).
  EngineTask<std::string> container_stats(std::string id);
  /// The same every second, one JSON text each, until the engine, the container's end or the canceller ends it.
  EngineTask<void> stream_stats(std::string id, std::function<void(std::string_view)> on_sample,
                                std::shared_ptr<Canceller> canceller);
  /// Containers in any state that carry all these labels ("key=value" or "key").
  EngineTask<std::vector<ContainerSummary>> list_containers(std::vector<std::string> labels);
  EngineTask<void> remove_container(std::string id, bool force, bool with_volumes);
  /// Makes a named volume; one of the same name, driver and options is no error. Status 409: the name is another's.
  EngineTask<void> create_volume(EngineVolume volume);
  /// Status 404: there is none.
  EngineTask<void> find_volume(std::string name);
  /// Where its files are, on the engine's machine.
  EngineTask<std::string> volume_directory(std::string name);
  /// Volumes that carry all these labels ("key=value" or "key").
  EngineTask<std::vector<VolumeSummary>> list_volumes(std::vector<std::string> labels);
  /// Status 409: a container uses it.
  EngineTask<void> remove_volume(std::string name);
  /// Makes a bridge network. Status 409: the name is taken; 403: its addresses are another network's.
  EngineTask<void> create_network(EngineNetwork network);
  /// Networks that carry all these labels ("key=value" or "key").
  EngineTask<std::vector<NetworkSummary>> list_networks(std::vector<std::string> labels);
  /// Status 403: containers are in it; 404: there is none.
  EngineTask<void> remove_network(std::string id);

  /// Prepares a command in a running container and returns its id. Status 404: no such container; 409: it is paused or
  /// does not run.
  EngineTask<std::string> create_exec(std::string container, ExecSpec spec);
  /// Starts it, with a terminal or without as it was prepared. Closing the stream does not end the command.
  EngineTask<std::shared_ptr<HijackedStream>> attach_exec(std::string id, bool terminal);
  /// Starts one that is not attached.
  EngineTask<void> start_exec(std::string id);
  EngineTask<ExecInfo> inspect_exec(std::string id);
  /// Only between its start and its end; before, the engine would wait ten seconds for it.
  EngineTask<void> resize_exec(std::string id, int rows, int columns);
  EngineTask<ContainerInside> look_inside(std::string container);

  /// Container events with all these labels, from `since` on, until the engine or the canceller ends the stream.
  EngineTask<void> container_events(std::vector<std::string> labels, TimePoint since, EventHandling handling,
                                    std::shared_ptr<Canceller> canceller);

  /// What a container has written since a moment ("<seconds>.<nanoseconds>", inclusive), each record behind its time,
  /// and what it goes on writing until it ends. Status 404: there is none; 501: its log driver cannot be read.
  EngineTask<void> container_logs(std::string id, std::string since, StreamHandling handling,
                                  std::shared_ptr<Canceller> canceller);

  /// Returns once the container does not run. Status 404: there is none.
  EngineTask<void> wait_container(std::string id);

  void shutdown() { http_.shutdown(); }
  const std::string& socket_path() const { return http_.socket_path(); }

 private:
  EngineTask<std::string> request(std::string method, std::string path, std::string body,
                                  std::chrono::milliseconds timeout);

  UnixHttpClient http_;
  std::string prefix_;  // "/v1.41"; empty until version() was asked
};

}  // namespace drydock::instances::docker
