#include "codec_samples.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::http;
using namespace lungo::http::test;
using namespace std::literals;

// -- RFC 9112, 6: Message body ---------------------------------------------

TEST_CASE("a body has the length that is told") {
  const auto r = accept(with_lines("Content-Length: 5\r\n") + "he\0\r\n"s);
  CHECK(r.has_body);
  CHECK(r.head.body == "he\0\r\n"s);
}

TEST_CASE("a body of length zero is none") {
  const auto r = accept(with_lines("Content-Length: 0\r\n"));
  CHECK_FALSE(r.has_body);
  CHECK(r.head.body == "");
}

TEST_CASE("a body that is not all here is not complete") {
  const auto all
    = decode_all_ways(with_lines("Content-Length: 5\r\n") + "hell");
  REQUIRE(all.requests.size() == 1);
  CHECK_FALSE(all.requests[0].complete);
  CHECK(all.requests[0].head.body == "hell");
  CHECK_FALSE(all.idle);
}

TEST_CASE("a piece of a body points into the input") {
  for (const auto& sample : {with_lines("Content-Length: 5\r\n") + "hello",
                             chunked("5\r\nhello\r\n0\r\n\r\n")}) {
    request_decoder decoder{limits{}};
    std::string_view input = sample;
    REQUIRE(decoder.put(input) == request_decoder::event::head);
    REQUIRE(decoder.put(input) == request_decoder::event::body);
    CHECK(decoder.piece() == "hello");
    CHECK(decoder.piece().data() == sample.data() + sample.find("hello"));
  }
}

TEST_CASE("a malformed Content-Length is refused") {
  std::vector<std::string> samples;
  for (const auto* value :
       {"", "+5", "-5", "5x", "0x5", "5 5", "5,5", "5, 5", "5;", "5.0", "\"5\"",
        "18446744073709551616", "99999999999999999999999999", "five"})
    samples.push_back(with_lines("Content-Length: "s + value + "\r\n")
                      + "hello");
  check_refused(samples, errc::bad_request);
}

TEST_CASE("two Content-Length fields are refused, even if equal") {
  check_refused(
    {with_lines("Content-Length: 5\r\nContent-Length: 5\r\n") + "hello",
     with_lines("Content-Length: 5\r\ncontent-length: 6\r\n") + "hello"},
    errc::bad_request);
}

TEST_CASE("Content-Length together with Transfer-Encoding is refused") {
  check_refused(
    {with_lines("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
     with_lines("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
     with_lines("Transfer-Encoding: identity\r\nContent-Length: 5\r\n")},
    errc::bad_request);
}

TEST_CASE("a Transfer-Encoding that is not one chunked is refused") {
  std::vector<std::string> samples;
  for (const auto* value :
       {"", "gzip", "identity", "gzip, chunked", "chunked, gzip",
        "chunked, chunked", "chunked;a=b", "chunked,", "xchunked", "chunkedx",
        "\"chunked\"", "chun ked"})
    samples.push_back(with_lines("Transfer-Encoding: "s + value + "\r\n")
                      + "0\r\n\r\n");
  samples.push_back(with_lines("Transfer-Encoding: chunked\r\n"
                               "Transfer-Encoding: chunked\r\n"));
  samples.push_back(with_lines("Transfer-Encoding: gzip\r\n"
                               "Transfer-Encoding: chunked\r\n"));
  check_refused(samples, errc::bad_request);
}

TEST_CASE("HTTP/1.0 with a Transfer-Encoding is refused") {
  check_refused({"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "0\r\n\r\n"},
                errc::bad_request);
}

TEST_CASE("a length over the limit of the body is refused with the head") {
  limits small;
  small.streamed_body_bytes = 5;
  CHECK(accept(with_lines("Content-Length: 5\r\n") + "hello", small).head.body
        == "hello");
  const auto all = decode_all_ways(with_lines("Content-Length: 6\r\n"), small);
  REQUIRE(all.refusal.has_value());
  CHECK(all.refusal->code == errc::content_too_large);
  CHECK(all.requests.empty());
}

TEST_CASE("a body is kept to the limit that is set behind its head") {
  for (auto size : {5u, 6u}) {
    request_decoder decoder{limits{}};
    const auto all = with_lines("Content-Length: 6\r\n") + "hello!";
    std::string_view input = all;
    REQUIRE(decoder.put(input) == request_decoder::event::head);
    decoder.limit_body(size);
    const auto said = decoder.put(input);
    if (size == 6) {
      CHECK(said == request_decoder::event::body);
    } else {
      REQUIRE(said == request_decoder::event::refused);
      CHECK(decoder.refusal().code == errc::content_too_large);
      CHECK_FALSE(decoder.keep_alive());
    }
  }
}

TEST_CASE("a chunked body is kept to the limit that is set behind its head") {
  request_decoder decoder{limits{}};
  const auto all = chunked("5\r\nhello\r\n2\r\n, \r\n");
  std::string_view input = all;
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  decoder.limit_body(6);
  REQUIRE(decoder.put(input) == request_decoder::event::body);
  REQUIRE(decoder.put(input) == request_decoder::event::refused);
  CHECK(decoder.refusal().code == errc::content_too_large);
}

TEST_CASE("a limit for one body does not hold for the next") {
  request_decoder decoder{limits{}};
  const auto all
    = chunked("1\r\na\r\n0\r\n\r\n") + chunked("5\r\nhello\r\n0\r\n\r\n");
  std::string_view input = all;
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  decoder.limit_body(1);
  while (decoder.put(input) != request_decoder::event::complete) {
  }
  decoder.next();
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  CHECK(decoder.put(input) == request_decoder::event::body);
  CHECK(decoder.piece() == "hello");
}

// -- RFC 9112, 7: Chunked --------------------------------------------------

TEST_CASE("a chunked body is what its chunks hold") {
  const auto r = accept(chunked("5\r\nhello\r\n00b\r\n, \r\nchunks\r\r\n"
                                "000\r\n\r\n"));
  CHECK(r.has_body);
  CHECK(r.head.body == "hello, \r\nchunks\r");
}

TEST_CASE("chunked may be written in any case, and so may sizes") {
  const auto r = accept(with_lines("transfer-encoding: ChunKed\r\n")
                        + "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n");
  CHECK(r.head.body == "01234567890123456789");
}

TEST_CASE("a chunked body may be empty") {
  const auto r = accept(chunked("0\r\n\r\n"));
  CHECK(r.has_body);
  CHECK(r.head.body == "");
}

TEST_CASE("a malformed chunk size is refused") {
  check_refused(
    {chunked("+5\r\nhello\r\n0\r\n\r\n"), chunked("-5\r\nhello\r\n0\r\n\r\n"),
     chunked("0x5\r\nhello\r\n0\r\n\r\n"), chunked(" 5\r\nhello\r\n0\r\n\r\n"),
     chunked("5 \r\nhello\r\n0\r\n\r\n"), chunked("5 ;a\r\nhello\r\n0\r\n\r\n"),
     chunked("5 \nhello\r\n0\r\n\r\n"), chunked("\r\n\r\n"),
     chunked(";a\r\n\r\n"), chunked("\r\nhello\r\n0\r\n\r\n"),
     chunked(";a\r\nhello\r\n0\r\n\r\n"), chunked("5g\r\nhello\r\n0\r\n\r\n"),
     chunked("5_0\r\nhello\r\n0\r\n\r\n"),
     chunked("\xef\xbc\x95\r\nhello\r\n0\r\n\r\n")},
    errc::bad_request);
}

TEST_CASE("a chunk size of more than 16 digits is refused") {
  CHECK(accept(chunked("0000000000000005\r\nhello\r\n0\r\n\r\n")).head.body
        == "hello");
  check_refused({chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"),
                 chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"),
                 chunked("00000000000000000\r\n\r\n")},
                errc::bad_request);
}

TEST_CASE("chunk data that CRLF does not follow is refused") {
  check_refused(
    {chunked("5\r\nhelloX\r\n0\r\n\r\n"), chunked("5\r\nhello\n0\r\n\r\n"),
     chunked("5\r\nhello\r0\r\n\r\n"), chunked("5\r\nhello0\r\n\r\n"),
     chunked("5\r\nhelloXY0\r\n\r\n"), chunked("5\r\nhello\r\r0\r\n\r\n"),
     chunked("5\r\nhello\n\n0\r\n\r\n"), chunked("4\r\nhello\r\n0\r\n\r\n")},
    errc::bad_request);
}

TEST_CASE("a bare LF or CR in a chunk line is refused") {
  check_refused({chunked("5\nhello\r\n0\r\n\r\n"),
                 chunked("5\rhello\r\n0\r\n\r\n"),
                 chunked("5;a\nhello\r\n0\r\n\r\n"),
                 chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), chunked("0\n\r\n"),
                 chunked("0\r\n\n"), chunked("0\r\n\rX")},
                errc::bad_request);
}

TEST_CASE("chunk extensions are dropped") {
  const auto r = accept(chunked("5;a=b;c=\"d e\t\xc3\xa4\"\r\nhello\r\n"
                                "0;last\r\n\r\n"));
  CHECK(r.head.body == "hello");
}

TEST_CASE("a control character in a chunk extension is refused") {
  check_refused({chunked("5;a\0\r\nhello\r\n0\r\n\r\n"s),
                 chunked("5;a\x7f\r\nhello\r\n0\r\n\r\n"),
                 chunked("5;\x1b[0m\r\nhello\r\n0\r\n\r\n")},
                errc::bad_request);
}

TEST_CASE("a chunk over the limit of the body is refused when announced") {
  limits small;
  small.streamed_body_bytes = 8;
  CHECK(accept(chunked("5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n"), small).head.body
        == "helloabc");
  check_refused({chunked("9\r\n"), chunked("5\r\nhello\r\n4\r\n"),
                 chunked("5\r\nhello\r\nFFFFFFFFFFFFFFFF\r\n"),
                 chunked("5\r\nhello\r\nfffffffffffffffb;a")},
                errc::content_too_large, small);
}

TEST_CASE("trailer fields are dropped") {
  const auto r = accept(chunked("5\r\nhello\r\n0\r\nA: 1\r\nHost: b\r\n"
                                "Content-Length: 9\r\n\r\n"));
  CHECK(r.head.body == "hello");
  CHECK_FALSE(r.head.fields.contains("A"));
  CHECK(r.head.fields.all("Host").size() == 1);
}

TEST_CASE("a malformed trailer field is refused") {
  check_refused({chunked("0\r\nA : 1\r\n\r\n"), chunked("0\r\nA\r\n\r\n"),
                 chunked("0\r\n A: 1\r\n\r\n"), chunked("0\r\nA: 1\n\r\n"),
                 chunked("0\r\nA: 1\r\n 2\r\n\r\n"),
                 chunked("0\r\nA: \0\r\n\r\n"s)},
                errc::bad_request);
}

TEST_CASE("extensions and trailer fields together have a limit") {
  limits small;
  small.chunk_overhead_bytes = 12;
  check_accepted({chunked("5;a=b\r\nhello\r\n0;c\r\nA:1\r\n\r\n"),
                  chunked("5;2345678901\r\nhello\r\n0;\r\n\r\n"),
                  chunked("0\r\nA: 6789012\r\n\r\n")},
                 small);
  check_refused({chunked("5;a=b\r\nhello\r\n0;cd\r\nA:12\r\n\r\n"),
                 chunked("5;23456789012;"),
                 chunked("5;23456789012\r\nhello\r\n1;"),
                 chunked("0\r\nA: 67890123\r\n\r\n")},
                errc::bad_request, small);
}

TEST_CASE("the limit of extensions and trailer fields may be zero") {
  limits none;
  none.chunk_overhead_bytes = 0;
  check_accepted({chunked("5\r\nhello\r\n0\r\n\r\n")}, none);
  check_refused({chunked("5;\r\nhello\r\n0\r\n\r\n"), chunked("0\r\nA:")},
                errc::bad_request, none);
}

TEST_CASE("trailer fields over the number of fields are refused") {
  limits small;
  small.head_fields = 2;
  check_accepted({chunked("0\r\nA: 1\r\nB: 2\r\n\r\n")}, small);
  check_refused({chunked("0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n")},
                errc::fields_too_large, small);
}
