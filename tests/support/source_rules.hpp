#pragma once
// The rules that hold for the text of Drydock's sources, as functions from a source file to what is wrong with it.
// tests/unit/layers_test.cpp applies them to the tree and shows that each rule catches what it forbids.

#include <string>
#include <vector>

namespace drydock::test {

/// One file: its path from the repository root, and its text.
struct SourceFile {
  std::string path;
  std::string text;
};

/// Text with comments and the insides of string and character literals blanked; every line stays where it is.
std::string blank_comments_and_literals(const std::string& text);

/// Includes that go up the table of rooms (docs/adr/0001-rooms.md), or that do not start at the repository root.
std::vector<std::string> forbidden_includes(const SourceFile& file);

/// Wall clock, hidden randomness, threads, environment and sleeping in the rooms that must be deterministic.
std::vector<std::string> hidden_inputs(const SourceFile& file);

/// What g++ 12 miscompiles or rejects: capturing lambdas and brace lists in an expression that awaits, and calls with
/// arguments awaited in the condition of an if, while, for or switch (their temporaries are destroyed too early).
std::vector<std::string> awaits_that_gcc12_breaks(const SourceFile& file);

/// Loops over unordered containers in the deterministic rooms. `header` is the text of the header of the same stem,
/// where members are declared. A loop whose result does not depend on the order says so on its line or the one above:
/// "// any order: <why>".
std::vector<std::string> unordered_iteration(const SourceFile& file, const std::string& header);

/// Files that hold more than one idea, by their length.
std::vector<std::string> too_long(const SourceFile& file);

}  // namespace drydock::test
