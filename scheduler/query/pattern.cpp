#include "scheduler/query/pattern.hpp"

#include <cctype>
#include <optional>
#include <string>

namespace drydock::scheduler::query {
namespace {

using Step = Pattern::Step;
using Bytes = Pattern::Bytes;
using Code = std::vector<Step>;

// An expression has at most 2,000 characters; only counted repetitions can ask for more.
constexpr std::size_t kMostSteps = 4000;
constexpr int kDeepestGroup = 50;
constexpr int kMostRepetitions = 1000;

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

Bytes range(char first, char last) {
  Bytes set;
  for (unsigned i = byte(first); i <= byte(last); ++i) set.set(i);
  return set;
}

Bytes word() { return range('a', 'z') | range('A', 'Z') | range('0', '9') | range('_', '_'); }

Bytes space() {
  Bytes set;
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) set.set(byte(c));
  return set;
}

Bytes other_case(const Bytes& set) {
  Bytes both = set;
  for (unsigned i = 'a'; i <= 'z'; ++i) {
    const unsigned upper = i - 'a' + 'A';
    if (set[i] || set[upper]) both.set(i).set(upper);
  }
  return both;
}

/// Reads the pattern and writes its program, piece by piece. Pieces have relative jumps, so they can be joined, moved
/// and repeated.
class Compiler {
 public:
  explicit Compiler(std::string_view text) : text_(text) {}

  std::optional<Code> run() {
    if (text_.starts_with("(?i)")) {
      ignore_case_ = true;
      at_ = 4;
    }
    auto code = alternatives();
    if (code && !done()) return fail("unmatched ')'");
    return code;
  }

  std::vector<Bytes> sets;
  Error error;

 private:
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }
  bool take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  std::nullopt_t fail(std::string reason) {
    if (error.reason.empty()) error = {std::move(reason), at_ + 1};
    return std::nullopt;
  }
  [[nodiscard]] bool fits(std::size_t steps) const { return steps <= kMostSteps; }
  std::nullopt_t too_large() { return fail("the regular expression is too large"); }

  Code byte_of(const Bytes& set) {
    sets.push_back(set);
    Step step;
    step.set = static_cast<std::uint32_t>(sets.size() - 1);
    return {step};
  }
  [[nodiscard]] Bytes cased(const Bytes& set) const { return ignore_case_ ? other_case(set) : set; }
  static Step jump(Step::Kind kind, std::size_t to, bool back = false) {
    Step step;
    step.kind = kind;
    step.to = back ? -static_cast<int>(to) : static_cast<int>(to);
    return step;
  }
  static void append(Code& code, const Code& more) { code.insert(code.end(), more.begin(), more.end()); }

  std::optional<Code> alternatives() {
    auto code = sequence();
    while (code && take("|")) {
      const auto other = sequence();
      if (!other) return std::nullopt;
      Code both = {jump(Step::Kind::kSplit, code->size() + 2)};
      append(both, *code);
      both.push_back(jump(Step::Kind::kJump, other->size() + 1));
      append(both, *other);
      if (!fits(both.size())) return too_large();
      code = std::move(both);
    }
    return code;
  }

  std::optional<Code> sequence() {
    Code code;
    while (!done() && peek() != '|' && peek() != ')') {
      const auto next = repeated();
      if (!next) return std::nullopt;
      append(code, *next);
      if (!fits(code.size())) return too_large();
    }
    return code;
  }

  /// How often; `most` is -1 for any number.
  struct Count {
    int least = 1;
    int most = 1;
  };

  std::optional<Code> repeated() {
    auto code = atom();
    while (code) {
      const char sign = peek();
      if (sign != '*' && sign != '+' && sign != '?' && sign != '{') break;
      const auto count = quantifier();
      if (!count) return std::nullopt;
      code = repeat(*code, *count);
      if (!code) return std::nullopt;
      // A lazy quantifier accepts the same texts.
      if (take("?")) continue;
      if (peek() == '+') return fail("possessive quantifiers are not supported");
      if (!done() && (peek() == '*' || peek() == '{')) return fail("dangling quantifier");
    }
    return code;
  }

  std::optional<Count> quantifier() {
    if (take("*")) return Count{0, -1};
    if (take("+")) return Count{1, -1};
    if (take("?")) return Count{0, 1};
    ++at_;
    const auto least = number();
    if (!least) return std::nullopt;
    Count count{*least, *least};
    if (take(",")) {
      count.most = -1;
      if (peek() != '}') {
        const auto most = number();
        if (!most) return std::nullopt;
        count.most = *most;
      }
    }
    if (!take("}")) return fail("malformed repetition");
    if (count.most >= 0 && count.most < count.least) return fail("malformed repetition");
    return count;
  }

  std::optional<int> number() {
    int value = 0;
    const std::size_t begin = at_;
    while (!done() && peek() >= '0' && peek() <= '9') {
      value = value * 10 + (peek() - '0');
      if (value > kMostRepetitions) return too_large();
      ++at_;
    }
    if (at_ == begin) return fail("malformed repetition");
    return value;
  }

  std::optional<Code> repeat(const Code& once, Count count) {
    Code code;
    const int most = count.most < 0 ? count.least + 1 : count.most;
    if (!fits((once.size() + 2) * static_cast<std::size_t>(most))) return too_large();
    for (int i = 0; i < count.least; ++i) append(code, once);
    if (count.most < 0) {
      code.push_back(jump(Step::Kind::kSplit, once.size() + 2));
      append(code, once);
      code.push_back(jump(Step::Kind::kJump, once.size() + 1, true));
      return code;
    }
    for (int i = count.least; i < count.most; ++i) {
      code.push_back(jump(Step::Kind::kSplit, once.size() + 1));
      append(code, once);
    }
    return code;
  }

  std::optional<Code> atom() {
    switch (peek()) {
      case '(': return group();
      case '[': {
        ++at_;
        const auto set = bracket();
        if (!set) return std::nullopt;
        return byte_of(*set);
      }
      case '.': ++at_; return byte_of(~(range('\n', '\n') | range('\r', '\r')));
      case '^': ++at_; return Code{jump(Step::Kind::kStart, 0)};
      case '$': ++at_; return Code{jump(Step::Kind::kEnd, 0)};
      case '\\': return escape();
      case '*':
      case '+':
      case '?':
      case '{': return fail("dangling quantifier");
      default: {
        const char c = text_[at_++];
        return byte_of(cased(range(c, c)));
      }
    }
  }

  std::optional<Code> group() {
    if (++depth_ > kDeepestGroup) return fail("groups are nested too deeply");
    const std::size_t begin = at_;
    ++at_;
    if (take("?")) {
      const bool named = peek() == '<' && at_ + 1 < text_.size() && std::isalpha(byte(text_[at_ + 1])) != 0;
      if (named) {
        const std::size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) return fail("unclosed group");
        at_ = end + 1;
      } else if (!take(":")) {
        return fail("lookaround, atomic groups and flags inside a regular expression are not supported");
      }
    }
    auto code = alternatives();
    if (!code) return std::nullopt;
    if (!take(")")) {
      at_ = begin;
      return fail("unclosed group");
    }
    --depth_;
    return code;
  }

  std::optional<Code> escape() {
    const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (letter == 'b' || letter == 'B') {
      at_ += 2;
      return Code{jump(letter == 'b' ? Step::Kind::kBoundary : Step::Kind::kNoBoundary, 0)};
    }
    const auto set = escaped_set();
    if (!set) return std::nullopt;
    return byte_of(*set);
  }

  /// At a backslash: what it and the next characters stand for.
  std::optional<Bytes> escaped_set() {
    if (at_ + 1 >= text_.size()) return fail("incomplete escape");
    const char letter = text_[at_ + 1];
    std::optional<Bytes> set;
    switch (letter) {
      case 'd': set = range('0', '9'); break;
      case 'D': set = ~range('0', '9'); break;
      case 'w': set = word(); break;
      case 'W': set = ~word(); break;
      case 's': set = space(); break;
      case 'S': set = ~space(); break;
      case 't': set = range('\t', '\t'); break;
      case 'n': set = range('\n', '\n'); break;
      case 'r': set = range('\r', '\r'); break;
      case 'f': set = range('\f', '\f'); break;
      default:
        if (std::isdigit(byte(letter)) != 0) return fail("back references are not supported");
        if (std::isalpha(byte(letter)) != 0) return fail(std::string("the escape \\") + letter + " is not supported");
        set = range(letter, letter);
    }
    at_ += 2;
    return set;
  }

  /// After '['.
  std::optional<Bytes> bracket() {
    const std::size_t begin = at_;
    const bool negated = take("^");
    Bytes set;
    for (bool first = true; first || peek() != ']'; first = false) {
      if (done()) {
        at_ = begin - 1;
        return fail("unclosed character class");
      }
      if (peek() == '[' || text_.substr(at_).starts_with("&&")) {
        return fail("character classes inside character classes are not supported");
      }
      if (peek() == '\\') {
        const auto inner = escaped_set();
        if (!inner) return std::nullopt;
        if (inner->count() != 1 || peek() != '-') {
          set |= *inner;
          continue;
        }
        // The beginning of a range, from an escaped character.
        if (!add_range(text_[at_ - 1], set)) return std::nullopt;
        continue;
      }
      const char from = text_[at_++];
      if (!add_range(from, set)) return std::nullopt;
    }
    ++at_;
    return negated ? ~cased(set) : cased(set);
  }

  /// `from`, or the range that begins with it.
  bool add_range(char from, Bytes& set) {
    char to = from;
    if (peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
      ++at_;
      if (peek() == '\\') ++at_;
      if (done()) {
        fail("unclosed character class");
        return false;
      }
      to = text_[at_++];
      if (byte(to) < byte(from)) {
        fail("a character range goes backwards");
        return false;
      }
    }
    set |= range(from, to);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool ignore_case_ = false;
};

}  // namespace

std::expected<Pattern, Error> Pattern::compile(std::string_view text) {
  Compiler compiler(text);
  auto code = compiler.run();
  if (!code) return std::unexpected(std::move(compiler.error));
  Pattern pattern;
  pattern.program_ = std::move(*code);
  pattern.sets_ = std::move(compiler.sets);
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  static const Bytes kWord = word();
  const std::size_t end = program_.size();
  const auto is_word = [&](std::size_t i) { return i < text.size() && kWord[byte(text[i])]; };
  // The steps that could read the next character; `end` stands for having read all of the pattern.
  std::vector<std::size_t> now;
  std::vector<std::size_t> next;
  std::vector<std::size_t> waiting;
  std::vector<std::size_t> seen(end + 1, 0);  // at which character, from 1
  const auto follow = [&](std::size_t from, std::size_t at, std::vector<std::size_t>& list) {
    waiting.push_back(from);
    while (!waiting.empty()) {
      const std::size_t i = waiting.back();
      waiting.pop_back();
      if (seen[i] == at + 1) continue;
      seen[i] = at + 1;
      if (i == end || program_[i].kind == Step::Kind::kByte) {
        list.push_back(i);
        continue;
      }
      const Step& step = program_[i];
      const auto target = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(i) + step.to);
      const bool boundary = (at > 0 && is_word(at - 1)) != is_word(at);
      switch (step.kind) {
        case Step::Kind::kJump: waiting.push_back(target); break;
        case Step::Kind::kSplit:
          waiting.push_back(target);
          waiting.push_back(i + 1);
          break;
        case Step::Kind::kStart:
          if (at == 0) waiting.push_back(i + 1);
          break;
        case Step::Kind::kEnd:
          if (at == text.size()) waiting.push_back(i + 1);
          break;
        case Step::Kind::kBoundary:
          if (boundary) waiting.push_back(i + 1);
          break;
        case Step::Kind::kNoBoundary:
          if (!boundary) waiting.push_back(i + 1);
          break;
        case Step::Kind::kByte: break;
      }
    }
  };
  follow(0, 0, now);
  for (std::size_t at = 0; at < text.size() && !now.empty(); ++at) {
    next.clear();
    for (const std::size_t i : now) {
      if (i != end && sets_[program_[i].set][byte(text[at])]) follow(i + 1, at + 1, next);
    }
    std::swap(now, next);
  }
  for (const std::size_t i : now) {
    if (i == end) return true;
  }
  return false;
}

}  // namespace drydock::scheduler::query
