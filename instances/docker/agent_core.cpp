#include "instances/docker/agent_core.hpp"

namespace drydock::instances::docker {

AgentCore::AgentCore(asio::any_io_executor io, DockerAgentOptions settings, ControlPlane plane)
    : executor(std::move(io)),
      options(std::move(settings)),
      control_plane(std::move(plane)),
      engine(std::make_shared<EngineClient>(executor, options.socket_path)),
      images(std::make_shared<ImagePuller>(executor, engine, options.config.pull_behavior)),
      logs(std::make_shared<LogFollowers>(executor, options.log_executor, options.socket_path, options.logs)),
      launches(executor, options.parallel_launches),
      changed(executor) {}

void AgentCore::shut_down() {
  closing = true;
  engine->shutdown();
  logs->shutdown();
  changed.notify();
  for (const auto& [arn, run] : tasks) {
    run->changed.notify();
    for (const auto& pull : run->pulls) pull->cancel();
  }
  const auto asleep = std::exchange(sleepers, {});
  for (const auto& sleeper : asleep) sleeper->cancel();
}

asio::awaitable<void> engine_back(CorePtr core) {
  // The end of the event stream may not have been noticed yet; do not spin until it is.
  co_await pause(core, std::chrono::milliseconds(100));
  while (!core->engine_up && !core->closing) co_await core->changed.wait();
}

asio::awaitable<void> pause(CorePtr core, std::chrono::milliseconds duration) {
  if (core->closing) co_return;
  const auto canceller = std::make_shared<Canceller>();
  core->sleepers.insert(canceller);
  co_await sleep_for(duration, canceller.get());
  core->sleepers.erase(canceller);
}

}  // namespace drydock::instances::docker
