#include "tests/simulation/world.hpp"

#include "model/arn.hpp"
#include "server/operations/container_instances/instance_session.hpp"

namespace drydock::simulation {
namespace {

constexpr int kStepsBetweenRowChecks = 32;
constexpr std::size_t kKeptEvents = 200;

}  // namespace

World::World(std::uint64_t seed, Sabotage sabotage)
    : seed_(seed),
      sabotage_(sabotage),
      dice_(seed),
      parameters_(draw_parameters(dice_)),
      clock_(model::Instant{std::chrono::milliseconds{1'700'000'000'000}}),
      events_(clock_),
      invariants_(parameters_.pace, clock_),
      disk_(events_, dice_, parameters_,
            {.durable = [this](std::uint64_t sequence) { core_->durable(sequence); },
             .failed =
                 [this](std::uint64_t last) {
                   core_->storage_failed("no space left", last);
                   invariants_.restart(core_->state());
                 },
             .recovered =
                 [this](std::uint64_t epoch, std::uint64_t last) {
                   core_->storage_recovered(epoch, last);
                   for (const MachinePtr& machine : machines_) {
                     if (!machine->arn.empty()) connect(machine);
                     enroll(machine);
                   }
                   follow_groups();
                 },
             .writing = [this](const model::RowChange& row,
                               const std::string* before) { invariants_.writing(row, before); },
             .forgets = [this](const model::RowChange& row) { return forgets(row); }}) {
  note("seed " + std::to_string(seed) + " " + describe(parameters_));
}

World::~World() = default;

void World::note(const std::string& text) {
  log_.push_back(std::to_string(clock_.now().time_since_epoch().count() - 1'700'000'000'000) + " " + text);
}

void World::start_core() {
  server::CoreOptions options;
  options.pace = parameters_.pace;
  options.kept_events = kKeptEvents;
  core_ = std::make_unique<server::Core>(
      options, clock_, dice_.next(),
      [this](std::uint64_t epoch, model::ChangeSet changes) { disk_.append(epoch, std::move(changes)); });
  model::StateLoader loader = core_->loader();
  for (const auto& [key, body] : disk_.rows()) {
    if (const auto added = loader.add(key.first, key.second, body); !added) throw Violation(added.error());
  }
  // Before anything happens: agents that are told of their tasks may use up a fault at once.
  if (invariants_.rows_of(core_->state()).size() < disk_.rows().size()) throw Violation("a crash lost rows");
  invariants_.restart(core_->state());
  make_faults();
  core_->on_work = [this] { settle_soon(); };
  core_->on_commit = [this](std::span<const model::Touched> touched) {
    for (const model::Touched& entity : touched) {
      if (entity.kind == model::EntityKind::kInstanceGroup) follow_groups();
      if (entity.kind != model::EntityKind::kServiceEvent) continue;
      const auto* event = core_->state().find(model::ServiceEventId{entity.id});
      if (event != nullptr) note("  " + event->message);
    }
    invariants_.committed(core_->state(), touched);
  };
  core_->start(disk_.last());
  settle_soon();
  // As a server starts: nobody is connected until he says so.
  core_->change([this](model::Transaction& tx) {
    const std::set<model::InstanceId> known = core_->state().instances();
    for (const model::InstanceId id : known) operations::set_agent_connected(tx, id, false);
  });
  if (fargate_) core_->attach_fargate(fargate_->agent);
  follow_groups();
  for (const MachinePtr& machine : machines_) {
    machine->connected = false;
    machine->registering = false;
    enroll(machine);
  }
}

void World::crash() {
  note("crash");
  ++life_;
  settle_scheduled_ = false;
  following_groups_ = false;
  timer_at_ = {};
  faults_.reset();
  core_.reset();
  disk_.crash();
  const auto calls = std::move(calls_);
  calls_.clear();
  for (const auto& [number, broken] : calls) broken();
  start_core();
}

void World::settle_soon() {
  if (settle_scheduled_) return;
  settle_scheduled_ = true;
  events_.after(model::Duration{0}, "settle", [this, life = life_] {
    if (life == life_) settle();
  });
}

void World::settle() {
  settle_scheduled_ = false;
  core_->settle();
  const auto next = core_->next_timer();
  if (!next || (timer_at_ > clock_.now() && *next >= timer_at_)) return;
  timer_at_ = std::max(*next, clock_.now() + model::Duration{1});
  events_.at(timer_at_, "timer", [this, life = life_] {
    if (life == life_) settle();
  });
}

void World::act(const std::vector<Choice>& choices) {
  int total = 0;
  for (const Choice& choice : choices) total += choice.weight;
  if (total == 0) return;
  int left = static_cast<int>(dice_.below(static_cast<std::uint64_t>(total)));
  for (const Choice& choice : choices) {
    if ((left -= choice.weight) < 0) return (this->*choice.act)();
  }
}

void World::step() {
  ++steps_;
  const int chance = percent();
  if (chance < parameters_.call_percent) {
    act({{3, &World::register_definition},
         {6, &World::create_service},
         {8, &World::update_service},
         {2, &World::delete_service},
         {parameters_.stop_deployment_weight, &World::stop_deployment},
         {4, &World::run_task},
         {1, &World::start_task},
         {3, &World::stop_task},
         {2, &World::change_instance_state},
         {1, &World::deregister_instance},
         {parameters_.managed_daemons ? 3 : 0, &World::change_daemons},
         {parameters_.groups ? 3 : 0, &World::change_group},
         {parameters_.traffic_shifts ? 8 : 0, &World::answer_hook},
         {parameters_.traffic_shifts ? 2 : 0, &World::change_alarm},
         {parameters_.task_sets ? 4 : 0, &World::change_task_sets},
         {parameters_.other_calls ? 3 : 0, &World::protect_task},
         {parameters_.other_calls ? 1 : 0, &World::change_attributes},
         {parameters_.other_calls ? 1 : 0, &World::deregister_definition},
         {parameters_.other_calls ? 1 : 0, &World::change_tags},
         {parameters_.other_calls ? 1 : 0, &World::look_around},
         {parameters_.scaling ? 2 : 0, &World::scale_by_policy},
         {parameters_.scaling ? 3 : 0, &World::put_metric}});
  } else if (chance < parameters_.call_percent + parameters_.fault_percent) {
    act({{parameters_.crash_weight, &World::crash},
         {parameters_.disconnect_weight, &World::disconnect_some},
         {parameters_.loss_weight, &World::lose_some},
         {parameters_.exit_weight, &World::exit_some},
         {parameters_.health_weight, &World::change_health},
         {parameters_.injected_weight, &World::inject_fault},
         {parameters_.zone_loss_weight, &World::lose_zone}});
  } else if (!events_.empty()) {
    note(events_.run_next());
  }
  do_damage();
  check();
}

void World::check() {
  invariants_.check_capacity(core_->state());
  if (steps_ % kStepsBetweenRowChecks != 0) return;
  const bool quiet = disk_.idle() && !core_->storage_error() && core_->sequence() == disk_.last();
  invariants_.check_rows(core_->state(), quiet ? &disk_.rows() : nullptr);
}

test::RowMap World::rows() const { return invariants_.rows_of(core_->state()); }

void World::run() {
  start_core();
  create_clusters();
  create_capacity_providers();
  create_groups();
  if (parameters_.fargate) add_fargate();
  for (int i = 0; i < parameters_.machines; ++i) {
    add_machine(512 * (1 + static_cast<int>(dice_.below(4))), 1024 * (1 + static_cast<int>(dice_.below(4))),
                pick(clusters_));
  }
  while (steps_ < parameters_.steps) step();
  heal();
  run_until_converged();
}

}  // namespace drydock::simulation
