// DNS messages as resolvers send them (RFC 1035).
#include "server/names/dns_message.hpp"
#include "tests/support/catch.hpp"

using namespace drydock::server;

namespace {

/// A question as the C library writes it.
std::string packet(const std::string& labels, std::uint16_t type, bool edns = false) {
  std::string out{'\x12', '\x34', '\x01', '\0', '\0', '\x01', '\0', '\0', '\0', '\0', '\0', edns ? '\x01' : '\0'};
  out += labels;
  out += {'\0', static_cast<char>(type >> 8U), static_cast<char>(type & 0xFFU), '\0', '\x01'};
  if (edns) out += std::string("\0\0\x29\x10\0\0\0\0\0\0\0", 11);
  return out;
}

const std::string kApi = std::string("\x03") + "Api" + "\x08" + "internal";

}  // namespace

TEST_CASE("A question is read: name in lower case, type, and what the sender takes", "[dns]") {
  const auto question = read_question(packet(kApi, 1));
  REQUIRE(question);
  CHECK(question->id == 0x1234);
  CHECK(question->name == "api.internal");
  CHECK(question->type == 1);
  CHECK(question->recursion_desired);
  CHECK(question->most_bytes == 512);
  CHECK(read_question(packet(kApi, 33, true))->most_bytes == 1232);
  CHECK(read_question(packet(kApi, 33, true))->type == 33);
}

TEST_CASE("What is no question is not read, wherever it is cut", "[dns]") {
  const std::string whole = packet(kApi, 1);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK_FALSE(read_question(whole.substr(0, length)));
  }
  std::string answer = whole;
  answer[2] = '\x81';
  CHECK_FALSE(read_question(answer));
  CHECK_FALSE(read_question(packet("\xC0\x0C", 1)));  // a pointer, to itself
  std::string several = whole;
  several[5] = '\x02';
  CHECK_FALSE(read_question(several));
  std::string endless;
  for (int i = 0; i < 5; ++i) endless += '\x3F' + std::string(63, 'a');
  CHECK_FALSE(read_question(packet(endless, 1)));
}

TEST_CASE("Answers carry addresses, and targets with ports", "[dns]") {
  const auto question = read_question(packet(kApi, 1));
  const Record a{RecordType::kA, 10, "10.0.0.7", "", 0};
  const std::string answer = write_answer(*question, Outcome::kFound, {a}, 512);
  CHECK(answer.substr(0, 12) == std::string("\x12\x34\x85\x80\0\x01\0\x01\0\0\0\0", 12));
  CHECK(answer.substr(12, question->text.size()) == question->text);
  CHECK(answer.substr(12 + question->text.size()) ==
        std::string("\xC0\x0C\0\x01\0\x01\0\0\0\x0A\0\x04\x0A\0\0\x07", 16));
  const Record srv{RecordType::kSrv, 1, "", "one.api", 8080};
  const std::string service = write_answer(*question, Outcome::kFound, {srv}, 512);
  CHECK(
      service.ends_with(std::string("\0\x01\0\x01\x1F\x90\x03one\x03"
                                    "api\0",
                                    15)));
  CHECK(write_answer(*question, Outcome::kNoSuchName, {}, 512).substr(2, 2) == "\x85\x83");
  CHECK(write_answer(*question, Outcome::kFailed, {}, 512).substr(2, 2) == "\x85\x82");
}

TEST_CASE("An answer that is too long says that it is cut", "[dns]") {
  const auto question = read_question(packet(kApi, 1));
  const std::vector<Record> many(60, Record{RecordType::kA, 10, "10.0.0.7", "", 0});
  const std::string answer = write_answer(*question, Outcome::kFound, many, 512);
  CHECK(answer.size() <= 512);
  CHECK((static_cast<unsigned char>(answer[2]) & 0x02U) != 0);
  CHECK(write_answer(*question, Outcome::kFound, many, 65535).size() > 900);
}
