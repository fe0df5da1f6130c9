#include "codec_samples.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::http;
using namespace lungo::http::test;
using namespace std::literals;

// -- RFC 9112, 2: Message --------------------------------------------------

TEST_CASE("a request without a body is a head and its end") {
  const auto r = accept(get("/a?b=c"));
  CHECK(r.head.method == method::get);
  CHECK(r.head.target == "/a?b=c");
  CHECK(r.head.path == "/a");
  CHECK(r.head.query == "b=c");
  CHECK(r.head.version == version::http_1_1);
  CHECK(r.head.body == "");
  CHECK_FALSE(r.has_body);
}

TEST_CASE("a few empty lines before a request are skipped") {
  for (const auto* lines : {"\r\n", "\r\n\r\n\r\n\r\n"})
    CHECK(accept(lines + get("/a")).head.path == "/a");
}

TEST_CASE("many empty lines before a request are refused") {
  check_refused({"\r\n\r\n\r\n\r\n\r\n" + get("/")}, errc::bad_request);
}

TEST_CASE("line ends before a request that are no CRLF are refused") {
  check_refused({"\n" + get("/"), "\r" + get("/"), "\r\r\n" + get("/")},
                errc::bad_request);
}

TEST_CASE("a decoder is idle until the first octet of a request line") {
  request_decoder decoder{limits{}};
  auto put = [&](std::string_view input) { return decoder.put(input); };
  CHECK(decoder.idle());
  CHECK(put("\r\n\r") == request_decoder::event::need_more);
  CHECK(decoder.idle());
  CHECK(put("\nG") == request_decoder::event::need_more);
  CHECK_FALSE(decoder.idle());
  CHECK(put("ET / HTTP/1.0\r\n\r\n") == request_decoder::event::head);
  CHECK(put("") == request_decoder::event::complete);
  CHECK_FALSE(decoder.idle());
  decoder.next();
  CHECK(decoder.idle());
}

TEST_CASE("versions other than 1.0 and 1.1 are not spoken") {
  check_refused({"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "GET / HTTP/1.2\r\n\r\n",
                 "GET / HTTP/0.9\r\n\r\n", "GET / HTTP/3.1\r\n\r\n",
                 "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
                errc::version_not_supported);
}

TEST_CASE("a malformed version is refused") {
  check_refused({"GET / http/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n",
                 "GET / HTTP/11\r\n\r\n", "GET / HTTP/1.\r\n\r\n",
                 "GET / HTTP/1.10\r\n\r\n", "GET / HTTP/01.1\r\n\r\n",
                 "GET / HTTP 1.1\r\n\r\n", "GET / ICY/1.1\r\n\r\n",
                 "GET / HTTP/1.1\n\r\n", "GET / HTTP/1.1\rHost: a\r\n\r\n"},
                errc::bad_request);
}

// -- RFC 9110, 10.1.1: Expect ----------------------------------------------

TEST_CASE("a client that expects 100 Continue is known") {
  const auto r = accept(with_lines("Content-Length: 2\r\n"
                                   "Expect: 100-Continue\r\n")
                        + "ab");
  CHECK(r.expects_continue);
  CHECK(accept(with_lines("Transfer-Encoding: chunked\r\n"
                          "Expect: 100-continue\r\n")
               + "0\r\n\r\n")
          .expects_continue);
}

TEST_CASE("there is nothing to continue without a body") {
  CHECK_FALSE(accept(with_lines("Expect: 100-continue\r\n")).expects_continue);
  CHECK_FALSE(accept(with_lines("Content-Length: 0\r\n"
                                "Expect: 100-continue\r\n"))
                .expects_continue);
  CHECK_FALSE(
    accept(with_lines("Content-Length: 1\r\n") + "a").expects_continue);
}

TEST_CASE("an expectation other than 100-continue fails") {
  check_refused({with_lines("Expect: tea\r\n"), with_lines("Expect:\r\n"),
                 with_lines("Expect: 100-continue, tea\r\n"),
                 with_lines("Expect: 100-continue\r\nExpect: tea\r\n")},
                errc::expectation_failed);
}

TEST_CASE("HTTP/1.0 expects nothing") {
  const auto r = accept("POST / HTTP/1.0\r\nContent-Length: 1\r\n"
                        "Expect: 100-continue\r\n\r\na");
  CHECK_FALSE(r.expects_continue);
  check_accepted({"GET / HTTP/1.0\r\nExpect: tea\r\n\r\n"});
}

// -- RFC 9112, 9: Connection management ------------------------------------

TEST_CASE("HTTP/1.1 goes on unless told to close") {
  CHECK(accept(get("/")).keep_alive);
  CHECK(accept(with_lines("Connection: keep-alive, Upgrade\r\n")).keep_alive);
  CHECK_FALSE(accept(with_lines("Connection: close\r\n")).keep_alive);
  CHECK_FALSE(accept(with_lines("Connection: TE, Close\r\n")).keep_alive);
  CHECK_FALSE(
    accept(with_lines("Connection: TE\r\nconnection: close\r\n")).keep_alive);
}

TEST_CASE("HTTP/1.0 goes on only if asked to") {
  CHECK_FALSE(accept("GET / HTTP/1.0\r\n\r\n").keep_alive);
  CHECK(accept("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
  CHECK_FALSE(accept("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n")
                .keep_alive);
}

TEST_CASE("empty elements of Connection are no fault") {
  CHECK_FALSE(accept(with_lines("Connection: ,, close ,\r\n")).keep_alive);
  CHECK(accept(with_lines("Connection:\r\n")).keep_alive);
}

TEST_CASE("requests that were sent ahead follow each other") {
  const auto all = decode_all_ways(get("/1") + chunked("2\r\nab\r\n0\r\n\r\n")
                                   + with_lines("Content-Length: 2\r\n") + "cd"
                                   + "\r\n" + get("/4"));
  REQUIRE(all.requests.size() == 4);
  CHECK_FALSE(all.refusal.has_value());
  CHECK(all.requests[0].head.path == "/1");
  CHECK(all.requests[1].head.body == "ab");
  CHECK(all.requests[2].head.body == "cd");
  CHECK(all.requests[3].head.path == "/4");
  CHECK_FALSE(all.requests[3].has_body);
}

TEST_CASE("every request has the limits for itself") {
  const auto sample
    = "\r\n\r\n\r\n\r\n" + chunked("5;abc\r\nhello\r\n0\r\n\r\n");
  limits exact;
  exact.head_bytes = 54;
  exact.target_bytes = 1;
  exact.head_fields = 2;
  exact.streamed_body_bytes = 5;
  exact.chunk_overhead_bytes = 4;
  const auto all = decode_all_ways(sample + sample + sample, exact);
  REQUIRE_MESSAGE(!all.refusal, all.refusal->message);
  REQUIRE(all.requests.size() == 3);
  CHECK(all.requests[2].complete);
}

TEST_CASE("octets behind a whole request stay in the input until next") {
  request_decoder decoder{limits{}};
  const auto sample = get("/1") + get("/2");
  std::string_view input = sample;
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  CHECK(input == get("/2"));
  REQUIRE(decoder.put(input) == request_decoder::event::complete);
  REQUIRE(decoder.put(input) == request_decoder::event::complete);
  CHECK(input == get("/2"));
  decoder.next();
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  CHECK(decoder.head().path == "/2");
}

TEST_CASE("after a refusal nothing more is taken, and nothing follows") {
  request_decoder decoder{limits{}};
  std::string_view bad = "GET / HTTP/1.1\r\nA : ";
  REQUIRE(decoder.put(bad) == request_decoder::event::refused);
  const auto why = decoder.refusal();
  const auto sample = get("/");
  std::string_view input = sample;
  CHECK(decoder.put(input) == request_decoder::event::refused);
  CHECK(input == sample);
  CHECK(decoder.refusal() == why);
  CHECK_FALSE(decoder.keep_alive());
}

TEST_CASE("a refusal in the body forbids another request") {
  request_decoder decoder{limits{}};
  const auto sample = chunked("x");
  std::string_view input = sample;
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  CHECK(decoder.keep_alive());
  REQUIRE(decoder.put(input) == request_decoder::event::refused);
  CHECK_FALSE(decoder.keep_alive());
}

TEST_CASE("a head may be moved out while its body is still read") {
  request_decoder decoder{limits{}};
  const auto sample = with_lines("Content-Length: 2\r\n") + "ab" + get("/2");
  std::string_view input = sample;
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  const auto moved = std::move(decoder.head());
  CHECK(moved.fields.contains("Content-Length"));
  REQUIRE(decoder.put(input) == request_decoder::event::body);
  CHECK(decoder.piece() == "ab");
  REQUIRE(decoder.put(input) == request_decoder::event::complete);
  decoder.next();
  REQUIRE(decoder.put(input) == request_decoder::event::head);
  CHECK(decoder.head().path == "/2");
}
