#include "model/base64.hpp"

#include "tests/support/catch.hpp"

using namespace drydock;

TEST_CASE("Base64 of RFC 4648's examples, there and back") {
  struct Row {
    std::string bytes;
    std::string text;
  };
  const Row row = GENERATE(values<Row>({{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"},
                                        {"\xfb\xff", "+/8="}}));
  CHECK(model::to_base64(row.bytes) == row.text);
  CHECK(model::from_base64(row.text) == row.bytes);
}

TEST_CASE("Base64 for URLs has another alphabet") { CHECK(model::to_base64url("\xfb\xff") == "-_8="); }

TEST_CASE("What is no base64 is told") {
  for (const char* text : {"Zg", "Zg=", "Z===", "Zm9v!AAA", "Zm 9", "-_8="}) CHECK_FALSE(model::from_base64(text));
}
