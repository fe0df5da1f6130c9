#include "codec_samples.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::http;
using namespace lungo::http::test;
using namespace std::literals;

// -- RFC 9112, 5: Field syntax ---------------------------------------------

TEST_CASE("fields keep their order, their case and their duplicates") {
  const auto r = accept(with_lines("B: 1\r\na: 2\r\nb: 3\r\nB:4\r\n"));
  const fields expected{
    {"Host", "a"}, {"B", "1"}, {"a", "2"}, {"b", "3"}, {"B", "4"}};
  CHECK(r.head.fields == expected);
}

TEST_CASE("white space around a value is no part of it") {
  const auto r = accept(with_lines("A: \t b\t c \t\r\nB:\r\nC: \t \r\n"));
  CHECK(r.head.fields.get("A") == "b\t c");
  CHECK(r.head.fields.get("B") == "");
  CHECK(r.head.fields.get("C") == "");
}

TEST_CASE("an octet that is no part of a token is refused in a name") {
  const auto token = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"sv;
  for (int octet = 0; octet < 256; ++octet) {
    const auto c = static_cast<char>(octet);
    INFO("octet " << octet);
    if (c != ':')
      CHECK(refusal_of(with_lines("A"s + c + "B: 1\r\n")).has_value()
            == (token.find(c) == token.npos));
  }
}

TEST_CASE("a control character in a value is refused, all else is kept") {
  for (int octet = 0; octet < 256; ++octet) {
    const auto value = "a"s + static_cast<char>(octet) + "b";
    const auto control = (octet < 0x20 && octet != '\t') || octet == 0x7f;
    const auto all = decode_all_ways(with_lines("A: " + value + "\r\n"));
    INFO("octet " << octet);
    REQUIRE(all.refusal.has_value() == control);
    if (!control)
      CHECK(all.requests.at(0).head.fields.get("A") == value);
  }
}

TEST_CASE("a malformed field line is refused") {
  check_refused({with_lines("A : 1\r\n"), with_lines("A\t: 1\r\n"),
                 with_lines(": 1\r\n"), with_lines("A\r\n"),
                 with_lines("A B: 1\r\n"), with_lines("A: 1\n"),
                 with_lines("A: 1\rB: 2\r\n"), with_lines("A: 1\r\r\n"),
                 with_lines("\n"), with_lines("A: \0\r\n"s)},
                errc::bad_request);
}

TEST_CASE("a folded line is refused") {
  check_refused({with_lines("A: 1\r\n 2\r\n"), with_lines("A: 1\r\n\t2\r\n"),
                 with_lines("A: 1\r\n \r\n")},
                errc::bad_request);
}

TEST_CASE("white space before the first field is refused") {
  check_refused({"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                 "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n",
                 "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n"},
                errc::bad_request);
}

TEST_CASE("a head that ends with a bare LF or CR is refused") {
  check_refused(
    {"GET / HTTP/1.1\r\nHost: a\r\n\n", "GET / HTTP/1.1\r\nHost: a\r\n\rX"},
    errc::bad_request);
}

TEST_CASE(
  "a head over its limit of octets is refused, the empty line is free") {
  const auto sample = with_lines("A: 1\r\n");
  limits exact;
  exact.head_bytes = sample.size() - 2;
  CHECK(accept(sample, exact).complete);
  auto short_by_one = exact;
  --short_by_one.head_bytes;
  check_refused({sample}, errc::fields_too_large, short_by_one);
}

TEST_CASE("an endless head is refused as soon as it is over its limit") {
  limits small;
  small.head_bytes = 64;
  const auto endless = "GET / HTTP/1.1\r\nA: " + std::string(64, 'x');
  check_refused({endless}, errc::fields_too_large, small);
}

TEST_CASE("a field over their number is refused") {
  limits small;
  small.head_fields = 3;
  CHECK(accept(with_lines("A: 1\r\nB: 2\r\n"), small).complete);
  check_refused({with_lines("A: 1\r\nB: 2\r\nC: 3\r\n")},
                errc::fields_too_large, small);
}

TEST_CASE("a large head is taken octet by octet in linear time") {
  limits large;
  large.head_bytes = 4 * 1024 * 1024;
  const std::string value(large.head_bytes - 1024, 'x');
  const auto sample = with_lines("A: " + value + "\r\n");
  const auto all = decode(test::octets_of(sample), large);
  REQUIRE(all.requests.size() == 1);
  CHECK(all.requests[0].head.fields.get("A") == value);
}
