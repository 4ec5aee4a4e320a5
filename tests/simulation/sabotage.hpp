#pragma once
// Ways to break a world on purpose, one rule each: the proof that the invariants would notice such a mistake.

namespace drydock::simulation {

enum class Sabotage {
  kNone,
  kOvercommit,    // a scheduler that places tasks on an instance that is full
  kLoseReports,   // an agent that takes every report that a task STOPPED for delivered, and delivers none
  kTakeBack,      // a task that was STOPPED is shown RUNNING again
  kForgetWrites,  // a disk that skips some of the rows it says are durable
  kStopTooMany,   // a scheduler that stops healthy tasks below minimumHealthyPercent
  kStartTwice,    // an instance that runs a task's containers a second time
  kCrowd,         // a scheduler that forgets distinctInstance
};

}  // namespace drydock::simulation
