#include "instances/docker/image_puller.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string_view>

#include "instances/docker/image_reference.hpp"
#include "instances/docker/stub/stub_image.hpp"
#include "instances/stub.hpp"

namespace drydock::instances::docker {

namespace {

constexpr int kMaxAttempts = 3;

bool mentions(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Errors that another try will not change: no such image, no right to it, no network.
bool is_final(const EngineError& error) {
  if (error.kind != EngineError::Kind::kRefused) return true;
  static constexpr std::string_view kFinal[] = {"not found",    "manifest unknown", "denied",
                                                "no such host", "invalid",          "unauthorized",
                                                "refused",      "unreachable",      "no space left"};
  return error.http_status == 404 ||
         std::ranges::any_of(kFinal, [&](auto part) { return mentions(error.message, part); });
}

}  // namespace

struct ImagePuller::Pull {
  explicit Pull(const asio::any_io_executor& executor) : done(executor) {}
  Signal done;
  std::optional<ImageOutcome> outcome;
  std::shared_ptr<Canceller> canceller = std::make_shared<Canceller>();
  int waiting = 0;
};

std::string pull_failure_reason(const EngineError& error) {
  if (error.kind == EngineError::Kind::kTimeout)
    return "DockerTimeoutError: Could not transition to PULLED; " + error.message;
  const std::string text = describe(error);
  std::string advice;
  if (mentions(text, "is not authorized to perform: ecr:BatchGetImage on resource"))
    advice =
        "The task can’t pull the image. Check that the role has the permissions to pull images from the registry. ";
  else if (mentions(text, "denied: requested access to the resource is denied"))
    advice = "The task can’t pull the image. Check whether the image exists. ";
  else if (mentions(text, "request canceled while waiting for connection"))
    advice = "The task can’t pull the image. Check your network configuration. ";
  return "CannotPullContainerError: " + advice + text;
}

ImagePuller::ImagePuller(asio::any_io_executor executor, std::shared_ptr<EngineClient> engine, PullBehavior behavior)
    : executor_(std::move(executor)), engine_(std::move(engine)), behavior_(behavior) {}

asio::awaitable<ImageOutcome> ImagePuller::look(std::string image) {
  ImageOutcome outcome;
  auto info = co_await engine_->inspect_image(image);
  if (info) {
    outcome.digest = pick_digest(image, info->repo_digests);
    outcome.environment = std::move(info->environment);
    co_return outcome;
  }
  outcome.kind = info.error().is_transport() ? ImageOutcome::Kind::kUnreachable : ImageOutcome::Kind::kMissing;
  if (info.error().kind == EngineError::Kind::kCancelled) outcome.kind = ImageOutcome::Kind::kCancelled;
  outcome.reason = "CannotPullContainerError: " + describe(info.error());
  co_return outcome;
}

asio::awaitable<ImageOutcome> ImagePuller::make_stub() {
  const std::string image(kStubImage);
  ImageOutcome present = co_await look(image);
  if (present.kind != ImageOutcome::Kind::kMissing) co_return present;
  const std::string entry_point = "ENTRYPOINT [\"" + std::string(kStubProgram) + "\"]";
  const auto made = co_await engine_->import_image(image, stub_image_archive(), entry_point);
  if (!made) spdlog::warn("cannot make {}: {}", image, describe(made.error()));
  co_return co_await look(image);
}

asio::awaitable<ImageOutcome> ImagePuller::ensure(std::shared_ptr<ImagePuller> self, std::string image,
                                                  std::string registry_auth, std::shared_ptr<Canceller> canceller) {
  if (image == kStubImage) co_return co_await self->make_stub();
  const PullBehavior behavior = self->behavior_;
  const bool may_look = behavior == PullBehavior::kDefault || behavior == PullBehavior::kPreferCached ||
                        (behavior == PullBehavior::kOnce && self->pulled_.contains(image));
  if (may_look) {
    ImageOutcome present = co_await self->look(image);
    if (present.kind != ImageOutcome::Kind::kMissing) co_return present;
  }
  Wanted wanted;
  wanted.image = std::move(image);
  wanted.registry_auth = std::move(registry_auth);
  co_return co_await join_pull(std::move(self), std::move(wanted), std::move(canceller));
}

asio::awaitable<ImageOutcome> ImagePuller::join_pull(std::shared_ptr<ImagePuller> self, Wanted wanted,
                                                     std::shared_ptr<Canceller> canceller) {
  std::shared_ptr<Pull>& entry = self->pulls_[wanted];
  if (!entry) {
    entry = std::make_shared<Pull>(self->executor_);
    spawn(self->executor_, run_pull(self, wanted, entry), "pull of " + wanted.image);
  }
  const std::shared_ptr<Pull> pull = entry;
  ++pull->waiting;
  canceller->on_cancel([pull] { pull->done.notify(); });
  while (!pull->outcome && !canceller->cancelled()) co_await pull->done.wait();
  canceller->on_cancel(nullptr);
  --pull->waiting;
  if (pull->outcome) co_return *pull->outcome;
  if (pull->waiting == 0) {
    self->forget(wanted, pull);
    pull->canceller->cancel();
  }
  ImageOutcome outcome;
  outcome.kind = ImageOutcome::Kind::kCancelled;
  co_return outcome;
}

void ImagePuller::forget(const Wanted& wanted, const std::shared_ptr<Pull>& pull) {
  const auto found = pulls_.find(wanted);
  if (found != pulls_.end() && found->second == pull) pulls_.erase(found);
}

asio::awaitable<void> ImagePuller::run_pull(std::shared_ptr<ImagePuller> self, Wanted wanted,
                                            std::shared_ptr<Pull> pull) {
  const std::string& image = wanted.image;
  const TimePoint begin = std::chrono::system_clock::now();
  spdlog::info("pulling {}", image);
  EngineResult<void> result;
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    PullOptions options;
    options.registry_auth = wanted.registry_auth;
    options.on_progress = [&image](const PullProgress& progress) {
      if (progress.total == 0) spdlog::debug("pull of {}: {} {}", image, progress.layer, progress.status);
    };
    result = co_await self->engine_->pull_image(image, std::move(options), pull->canceller);
    if (result || is_final(result.error())) break;
    spdlog::warn("pull of {} failed (try {} of {}): {}", image, attempt, kMaxAttempts, describe(result.error()));
    co_await sleep_for(std::chrono::seconds(attempt), pull->canceller.get());
  }
  ImageOutcome outcome;
  if (result) {
    self->pulled_.insert(image);
    outcome = co_await self->look(image);
    spdlog::info("pulled {} {}", image, outcome.digest);
  } else if (result.error().kind == EngineError::Kind::kCancelled) {
    outcome.kind = ImageOutcome::Kind::kCancelled;
  } else if (result.error().is_transport()) {
    outcome.kind = ImageOutcome::Kind::kUnreachable;
  } else {
    outcome.kind = ImageOutcome::Kind::kMissing;
    outcome.reason = pull_failure_reason(result.error());
    spdlog::warn("cannot pull {}: {}", image, describe(result.error()));
  }
  outcome.pull_started_at = begin;
  outcome.pull_stopped_at = std::chrono::system_clock::now();
  pull->outcome = std::move(outcome);
  self->forget(wanted, pull);
  pull->done.notify();
}

}  // namespace drydock::instances::docker
