// Any text: it is read or refused, and what is read prints to a text that reads the same.
#include <cstdint>
#include <cstdlib>

#include "scheduler/query/evaluate.hpp"
#include "scheduler/query/parser.hpp"
#include "scheduler/query/printer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace query = drydock::scheduler::query;
  const auto node = query::parse({reinterpret_cast<const char*>(data), size});
  if (!node) {
    if (node.error().reason.empty() || node.error().position > size + 1) std::abort();
    return 0;
  }
  query::InstanceFacts facts;
  facts.agent_version = "1.86.2";
  facts.instance_id = "i-0123456789abcdef0";
  facts.groups = {"family:web", "service:web"};
  const bool answer = query::holds(*node, facts);
  const std::string text = query::print(*node);
  if (text.size() > query::kLongestExpression) return 0;
  const auto again = query::parse(text);
  if (!again || *again != *node || query::holds(*again, facts) != answer) std::abort();
  return 0;
}
