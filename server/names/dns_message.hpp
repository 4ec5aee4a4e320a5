#pragma once
// Questions and answers of the domain name system (RFC 1035), as far as Drydock speaks it. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::server {

/// The numbers are the protocol's.
enum class RecordType : std::uint16_t { kA = 1, kCname = 5, kSoa = 6, kTxt = 16, kAaaa = 28, kSrv = 33, kAny = 255 };

struct Question {
  std::uint16_t id = 0;
  bool recursion_desired = false;
  std::string name;  // lower case, without the last dot
  std::uint16_t type = 0;
  std::uint16_t kind = 1;        // class; 1: the internet
  std::string text;              // as it was asked, for the answer
  std::size_t most_bytes = 512;  // of an answer by UDP (EDNS)
};

/// One question; nothing for what is none, or malformed.
std::optional<Question> read_question(std::string_view packet);

struct Record {
  RecordType type = RecordType::kA;
  std::uint32_t ttl = 0;   // seconds
  std::string address;     // kA: 10.0.0.1; kAaaa: fd00::1
  std::string target;      // kSrv, kCname: a name
  std::uint16_t port = 0;  // kSrv
  friend bool operator==(const Record&, const Record&) = default;
};

/// The numbers are the protocol's. kFailed lets the resolver ask its next server.
enum class Outcome : std::uint8_t { kFound = 0, kFailed = 2, kNoSuchName = 3 };

/// The answer as bytes. More than `most_bytes` of it are cut off, and the answer says so: the resolver asks again by
/// TCP.
std::string write_answer(const Question& question, Outcome outcome, const std::vector<Record>& records,
                         std::size_t most_bytes);

}  // namespace drydock::server
