#pragma once
// Hands events over to the targets of rules and to webhooks: one after the other for each of them, again after a while
// when one fails, and again after a crash. Runs on the core thread.

#include <functional>
#include <map>
#include <set>
#include <string>

#include <boost/asio/io_context.hpp>

#include "instances/simulated/simulated_instance.hpp"
#include "model/log_lines.hpp"
#include "model/random.hpp"
#include "server/core/core.hpp"

namespace drydock::server {

class EventSender {
 public:
  struct Options {
    /// Webhooks get some events twice and some before the one that they follow, so that consumers can be tested.
    bool shuffle = false;
    std::uint64_t seed = 0;
  };

  EventSender(boost::asio::io_context& io, Core& core, instances::simulated::After after, Options options)
      : io_(io), core_(core), after_(std::move(after)), options_(options), random_(options.seed) {}

  /// What a former run did not hand over, or what was refused while storage could not write.
  void send_all();
  /// Looks for deliveries in a commit.
  void committed(std::span<const model::Touched> touched);

 private:
  using Way = std::pair<model::EventRuleId, std::string>;  // rule and target

  void look_at(const Way& way);
  void begin(const Way& way);
  void hand_over(const Way& way, const model::EventDelivery& delivery);
  void run_task(const Way& way, const model::EventDelivery& delivery, const std::string& input);
  void write_log(const Way& way, const model::EventDelivery& delivery, const std::string& arn,
                 const std::string& input);
  void post(const Way& way, const model::EventDelivery& delivery, const std::string& url, const std::string& input);
  void end(const Way& way, const std::function<void(model::Transaction&)>& outcome);
  model::EventDeliveryId choose(const model::EventRule& rule, const std::set<model::EventDeliveryId>& waiting);

  boost::asio::io_context& io_;
  Core& core_;
  instances::simulated::After after_;
  Options options_;
  model::Random random_;
  std::set<Way> under_way_;
  std::map<Way, model::Instant> resting_;  // until when
};

}  // namespace drydock::server
