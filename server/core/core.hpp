#pragma once
// The control plane without any I/O: State behind its one door, the reconciler around it, and the links to instances.
// Everything here runs on the core thread. Sockets, files and the operating system's clock are outside.

#include <deque>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "instances/instance_link.hpp"
#include "instances/launch/image_map.hpp"
#include "instances/launch/launch_resources.hpp"
#include "model/rows.hpp"
#include "model/transaction.hpp"
#include "scheduler/pace.hpp"
#include "scheduler/reconciler/work_queue.hpp"
#include "server/core/extent.hpp"
#include "server/events/record/recorder.hpp"
#include "server/operations/context.hpp"

namespace drydock::server {

struct CoreOptions {
  scheduler::Pace pace;
  operations::Settings settings;
  instances::ReadObject read_object;  // of environment files; it answers on the core thread
  std::size_t kept_events = 0;        // none are made without room for them
  instances::ImageMap images;         // what is run in place of others
};

/// Hands a change set to storage; the storage tells its fate through Core::durable or Core::storage_failed.
using Append = std::function<void(std::uint64_t epoch, model::ChangeSet)>;

class Core {
 public:
  Core(CoreOptions options, const model::Clock& clock, std::uint64_t seed, Append append);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// Begins the generated ids and random choices anew from this seed.
  void reseed(std::uint64_t seed) { random_ = model::Random(seed); }
  /// Rebuilds State, before start().
  model::StateLoader loader() { return model::StateLoader(state_); }
  /// Sequence of the last stored change set. Everything is put up for reconciliation.
  void start(std::uint64_t last_sequence);

  [[nodiscard]] const model::State& state() const { return state_; }
  [[nodiscard]] const operations::Settings& settings() const { return options_.settings; }
  /// What temporary credentials are made with, once it is known.
  void set_credential_seed(std::string seed) { options_.settings.credential_seed = std::move(seed); }
  /// The URL agents are told, once it is known.
  void set_endpoint(std::string url) { options_.settings.endpoint = std::move(url); }
  [[nodiscard]] model::Instant now() const { return clock_.now(); }
  [[nodiscard]] const model::Clock& clock() const { return clock_; }
  /// The highest sequence that a read made now could have observed.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] std::uint64_t durable_sequence() const { return durable_; }
  /// Set while storage cannot write: changes are refused with this error, reads go on.
  [[nodiscard]] const std::optional<api::ApiError>& storage_error() const { return storage_error_; }

  /// The world of an account in a region, made when it is first seen. None when it is new and storage cannot write:
  /// run() then answers with the storage error.
  model::WorldId world(std::string_view account, std::string_view region);

  /// Runs one operation as a transaction: it commits when the operation succeeds and leaves no trace otherwise.
  template <class Operation>
  auto run(model::WorldId world, Operation&& operation) -> decltype(operation(std::declval<operations::Context&>())) {
    // A world that could not be made: storage cannot write.
    if (storage_error_ && state_.find(world) == nullptr) return std::unexpected(*storage_error_);
    model::Transaction tx(state_, clock_.now(), random_);
    operations::Context context{tx, world, options_.settings};
    auto result = operation(context);
    if (!result || tx.empty()) return result;
    if (storage_error_) return std::unexpected(*storage_error_);
    commit(tx);
    return result;
  }
  /// Runs a change that cannot be refused but may have to wait: false while storage cannot write.
  bool change(const std::function<void(model::Transaction&)>& step);

  /// Calls `then` once everything up to `sequence` is durable (at once when it is), or with the error that says why it
  /// never will be.
  using Released = std::move_only_function<void(const api::ApiError* error)>;
  void when_durable(std::uint64_t sequence, Released then);

  // What storage says (storage/store.hpp has the protocol).
  void durable(std::uint64_t sequence);
  void storage_failed(const std::string& message, std::uint64_t last_durable);
  void storage_recovered(std::uint64_t epoch, std::uint64_t last_durable);

  /// Works off the queue until nothing is left that can be done now.
  void settle();
  [[nodiscard]] bool has_work() const { return !storage_error_ && !queue_.empty(); }
  /// When there will be something to do although nothing happens.
  [[nodiscard]] std::optional<model::Instant> next_timer() const { return queue_.next_timer(); }
  /// The same without the timers that only forget what is old.
  [[nodiscard]] std::optional<model::Instant> next_action() const { return queue_.next_action(); }
  /// Whether an answer or a message to an instance is held until changes are durable.
  [[nodiscard]] bool waits_for_storage() const { return !waiting_.empty() || !deliveries_.empty(); }
  /// Called when work appears; the owner then calls settle() soon.
  std::function<void()> on_work;
  /// May add to a transaction that is about to be committed: facts that must be stored together with any change.
  std::function<void(model::Transaction&)> before_commit;
  /// Called for every committed transaction, with what it touched.
  std::function<void(std::span<const model::Touched>)> on_commit;

  /// From now on payloads for the instance's tasks go to this link; those of its tasks that are not STOPPED are sent
  /// at once. Returns the ARNs of these tasks: whatever else the instance runs is nobody's.
  std::vector<std::string> attach(model::InstanceId instance, std::shared_ptr<instances::InstanceLink> link);
  void detach(model::InstanceId instance);
  /// Where a task runs; null when nothing is connected there.
  [[nodiscard]] std::shared_ptr<instances::InstanceLink> link_of(const model::Task& task) const;
  /// The hidden host of Fargate tasks.
  std::vector<std::string> attach_fargate(std::shared_ptr<instances::InstanceLink> link);

  /// Removes every entity of the worlds in the extent and forgets the links of their instances; worlds stay, and so
  /// does the host of Fargate tasks unless everything goes. Tasks end without a trace; their containers are for the
  /// caller. False while storage cannot write.
  bool reset(const Extent& extent = {});
  /// Makes everything but the world `apart` what it was when the snapshot was taken, and plans anew from there. The
  /// links stay as they are: forget_links(), once it is durable, and then attach those that go on. No event is made of
  /// it. The error is a sentence; nothing was changed then.
  std::expected<void, std::string> restore(std::string_view snapshot, model::WorldId apart);
  void forget_links();
  /// ARNs of the Fargate tasks that are not STOPPED, of all worlds.
  [[nodiscard]] std::vector<std::string> fargate_task_arns() const;

 private:
  struct Waiting {
    std::uint64_t sequence;
    Released then;
  };
  struct Undoable {
    std::uint64_t sequence;
    model::UndoLog undo;
  };
  struct Delivery {
    std::uint64_t sequence;
    model::TaskId task;
  };
  // What a link was told of a task since it was attached.
  struct Told {
    bool start = false;
    bool stop = false;
    std::uint64_t reading = 0;  // of the environment files that its start waits for; 0: of none
  };

  enum class Telling { kEvents, kNothing };
  void commit(model::Transaction& tx, Telling telling = Telling::kEvents);
  void queue_deliveries(std::span<const model::Touched> touched);
  void deliver(model::TaskId id);
  void files_read(model::TaskId id, std::uint64_t reading, const instances::Objects& files);
  void send(const model::Task& task, instances::InstanceLink& link, instances::TaskPayload payload,
            const instances::Objects& files);
  void release(std::uint64_t upto);
  void note_work();
  std::vector<std::string> send_all(const std::set<model::TaskId>& tasks);

  CoreOptions options_;
  const model::Clock& clock_;
  model::Random random_;
  Append append_;
  model::State state_;
  scheduler::WorkQueue queue_;
  events::Recorder recorder_;
  std::uint64_t sequence_ = 0;
  std::uint64_t durable_ = 0;
  std::uint64_t epoch_ = 1;
  std::deque<Waiting> waiting_;
  std::deque<Undoable> undoable_;
  std::deque<Delivery> deliveries_;
  std::optional<api::ApiError> storage_error_;
  std::map<model::InstanceId, std::shared_ptr<instances::InstanceLink>> links_;
  std::shared_ptr<instances::InstanceLink> fargate_;
  std::unordered_map<model::TaskId, Told> told_;
  std::uint64_t readings_ = 0;
};

}  // namespace drydock::server
