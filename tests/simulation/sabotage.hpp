#pragma once
// Ways to break a world on purpose, one rule each: the proof that the invariants would notice such a mistake.

namespace drydock::simulation {

enum class Sabotage {
  kNone,
  kOvercommit,     // a scheduler that places tasks on an instance that is full
  kLoseReports,    // an agent that takes every report that a task STOPPED for delivered, and delivers none
  kTakeBack,       // a task that was STOPPED is shown RUNNING again
  kForgetWrites,   // a disk that skips some of the rows it says are durable
  kStopTooMany,    // a scheduler that stops healthy tasks below minimumHealthyPercent
  kStartTwice,     // an instance that runs a task's containers a second time
  kStartTooMany,   // a scheduler that starts tasks above maximumPercent
  kSecondDaemon,   // a scheduler that starts a DAEMON service's task where one runs already
  kPlaceOnGone,    // a scheduler that places a task on an instance that is INACTIVE
  kDropTask,       // a scheduler that forgets a task that runs
  kWantAgain,      // a scheduler that wants a task again after it asked for its stop
  kMoveTask,       // a scheduler that moves a task that runs to another instance
  kCompleteEarly,  // a scheduler that calls a deployment completed while it is under way
  kReopen,         // a scheduler that takes up a service deployment that has ended
  kSameVersion,    // a scheduler that changes a status and counts its version back
  kWrongExit,      // an agent that reports another exit code than the container's
  kNeverStop,      // an instance whose containers never stop
  kCrowd,          // a scheduler that forgets distinctInstance
  kStopProtected,  // a scheduler that scales in a task which is protected
  kSkipStage,      // a scheduler that leaves a stage of a blue/green deployment out
  kTripEarly,      // a circuit breaker that fires below its threshold
  kLoseTraffic,    // a scheduler that gives some of the traffic to nobody
};

}  // namespace drydock::simulation
