#pragma once
// One Drydock without its outside: State, virtual time, a seed, and one account in one region. Operations are called
// as the core calls them, each in a transaction of its own.

#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "model/transaction.hpp"
#include "server/operations/context.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/index_text.hpp"

namespace drydock::test {

class TestWorld {
 public:
  static constexpr const char* kAccount = "123456789012";
  static constexpr const char* kRegion = "eu-west-1";

  TestWorld();
  ~TestWorld();  // out of line, like everything here that would cost each test file a second

  /// Runs the operation; its changes stay when it succeeds and are taken back when it refuses.
  template <class Request, class Response>
  operations::Result<Response> call(operations::Result<Response> (*operation)(const Request&, operations::Context&),
                                    const std::type_identity_t<Request>& request) {
    model::Transaction tx(state, clock.now(), random);
    operations::Context context{tx, id, settings};
    auto result = operation(request, context);
    if (result) keep(tx);
    return result;
  }

  /// The same where a refusal would be the test's mistake.
  template <class Request, class Response>
  Response must(operations::Result<Response> (*operation)(const Request&, operations::Context&),
                const std::type_identity_t<Request>& request) {
    auto result = call(operation, request);
    if (!result) FAIL("refused: " + result.error().code + ": " + result.error().message);
    return std::move(*result);
  }

  /// The error of a call that has to be refused.
  template <class Request, class Response>
  api::ApiError refusal(operations::Result<Response> (*operation)(const Request&, operations::Context&),
                        const std::type_identity_t<Request>& request) {
    auto result = call(operation, request);
    if (result) FAIL("the call was not refused");
    return result.error();
  }

  /// Anything else that changes State, as one transaction that is committed.
  template <class Edit>
  void edit(Edit&& change) {
    model::Transaction tx(state, clock.now(), random);
    change(tx);
    keep(tx);
  }

  /// Everything in State now. Looks a little beyond the ids known, so that leftovers of a cut transaction show.
  [[nodiscard]] RowMap rows() const;

  [[nodiscard]] std::string arn(const std::string& resource) const;

  model::State state;
  model::VirtualClock clock{model::Instant{std::chrono::milliseconds{1'700'000'000'000}}};
  model::Random random{7};
  operations::Settings settings;
  model::WorldId id;
  RowMap stored;  // the rows of all commits, applied in order
  std::uint64_t sequence = 0;
  std::uint64_t highest_id = 0;
  std::function<void(model::Transaction&)> before_commit;  // may add to each transaction

 private:
  void keep(model::Transaction& tx);
};

/// Runs the operation again and again, cut off after its 1st, 2nd, ... edit, and checks that State is each time as it
/// was before; then runs it to its end and returns the number of edits it takes.
template <class Request, class Response>
int check_atomic(TestWorld& world, operations::Result<Response> (*operation)(const Request&, operations::Context&),
                 const std::type_identity_t<Request>& request) {
  struct Cut {};
  const RowMap rows_before = world.rows();
  const std::string indexes_before = indexes_of(world.state);
  for (int last = 1;; ++last) {
    const model::Random seed = world.random;
    int edits = 0;
    bool cut = false;
    try {
      model::Transaction tx(world.state, world.clock.now(), world.random);
      tx.after_edit = [&] {
        if (++edits == last) throw Cut{};
      };
      operations::Context context{tx, world.id, world.settings};
      // Outside of an assertion, which would take the exception for a failure.
      const auto result = operation(request, context);
      REQUIRE(result.has_value());
    } catch (const Cut&) {
      cut = true;
    }
    world.random = seed;
    REQUIRE(world.rows() == rows_before);
    REQUIRE(indexes_of(world.state) == indexes_before);
    if (!cut) break;
  }
  int edits = 0;
  {
    model::Transaction tx(world.state, world.clock.now(), world.random);
    tx.after_edit = [&] { ++edits; };
    operations::Context context{tx, world.id, world.settings};
    REQUIRE(operation(request, context).has_value());
  }
  world.must(operation, request);
  REQUIRE(world.rows() == world.stored);
  REQUIRE(indexes_after_restart(world.stored) == indexes_of(world.state));
  return edits;
}

}  // namespace drydock::test
