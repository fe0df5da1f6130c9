#include "codec_samples.hpp"

#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::http;
using namespace lungo::http::test;
using namespace std::literals;

// -- RFC 9112, 3: Request line ---------------------------------------------

TEST_CASE("a malformed request line is refused") {
  check_refused({" GET / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
                 "GET /  HTTP/1.1\r\n\r\n", "GET\t/ HTTP/1.1\r\n\r\n",
                 "GET / \tHTTP/1.1\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
                 "GET /\r\n\r\n", "GET\r\n\r\n",
                 " / HTTP/1.1\r\nHost: a\r\n\r\n",
                 "GET  HTTP/1.1\r\nHost: a\r\n\r\n", "GET HTTP/1.1\r\n\r\n",
                 "G(T / HTTP/1.1\r\n\r\n", "/ HTTP/1.1\r\n\r\n",
                 "\x16\x03\x01\x02", "G\0T / HTTP/1.1\r\n\r\n"s},
                errc::bad_request);
}

TEST_CASE("every known method but CONNECT is accepted") {
  for (auto m :
       {method::get, method::head, method::post, method::put, method::delete_,
        method::options, method::trace, method::patch}) {
    const auto sample
      = std::string{to_string(m)} + " / HTTP/1.1\r\nHost: a\r\n\r\n";
    CHECK(accept(sample).head.method == m);
  }
}

TEST_CASE("unknown methods are not implemented, and case counts") {
  check_refused({"BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
                 "get / HTTP/1.1\r\nHost: a\r\n\r\n",
                 "GETT / HTTP/1.1\r\nHost: a\r\n\r\n"},
                errc::not_implemented);
}

TEST_CASE("CONNECT is not implemented") {
  check_refused({"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
                 "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"},
                errc::not_implemented);
}

TEST_CASE("a method that fills the head is not implemented") {
  limits small;
  small.head_bytes = 32;
  check_refused({std::string(33, 'A')}, errc::not_implemented, small);
}

// -- RFC 9112, 3.2: Request target -----------------------------------------

TEST_CASE("an octet that has to be encoded in a target is refused") {
  for (int octet = 0; octet < 256; ++octet) {
    const auto c = static_cast<char>(octet);
    const auto illegal = octet <= 0x20 || octet >= 0x7f
                         || "\"#<>\\^`{|}"sv.find(c) != std::string_view::npos;
    const auto path = get("/a"s + c + "b");
    const auto query = get("/a?"s + c + "b");
    INFO("octet " << octet);
    if (c != '%')
      CHECK(refusal_of(path).has_value() == illegal);
    CHECK(refusal_of(query).has_value() == illegal);
  }
}

TEST_CASE("a fragment in a target is refused") {
  check_refused({get("/a#b"), get("/#"), get("http://a/#b")},
                errc::bad_request);
}

TEST_CASE("a broken escape in a path is refused") {
  check_refused({get("/%"), get("/%4"), get("/%4?1"), get("/%zz"),
                 get("/%4g/a"), get("/a%%41"), get("http://a/%x1")},
                errc::bad_request);
}

TEST_CASE("a path is handed on as it was encoded") {
  CHECK(accept(get("/%41%2f%00/..//?a%b")).head.path == "/%41%2f%00/..//");
  CHECK(accept(get("/?100%")).head.query == "100%");
  CHECK(accept(get("/a??b?")).head.query == "?b?");
  CHECK(accept(get("/a?")).head.query == "");
  CHECK(accept(get("//a/b")).head.path == "//a/b");
}

TEST_CASE("path and query of an absolute-form are its own") {
  const auto r = accept(get("http://example.org:80/a/b?c"));
  CHECK(r.head.target == "http://example.org:80/a/b?c");
  CHECK(r.head.path == "/a/b");
  CHECK(r.head.query == "c");
  CHECK(accept(get("HTTP://[::1]/a")).head.path == "/a");
}

TEST_CASE("the path of an absolute-form without one is a slash") {
  CHECK(accept(get("http://a")).head.path == "/");
  CHECK(accept(get("http://a?b=/")).head.path == "/");
  CHECK(accept(get("http://a?b=/")).head.query == "b=/");
}

TEST_CASE("an absolute-form with a malformed authority is refused") {
  check_refused({get("http://"), get("http:///a"), get("http://:80/"),
                 get("http://u@a/"), get("http://u:p@a/"), get("http://a:b/"),
                 get("http://a:65536/"), get("http://[::1/"),
                 get("http://a%zz/")},
                errc::bad_request);
}

TEST_CASE("targets of other forms and schemes are refused") {
  check_refused({get("https://a/"), get("ftp://a/"), get("a"), get("a:80"),
                 get("?a"), get("http:/a"), get("http:a")},
                errc::bad_request);
}

TEST_CASE("an asterisk goes with OPTIONS only") {
  const auto r = accept("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(r.head.path == "*");
  check_refused({get("*"), "OPTIONS *a HTTP/1.1\r\nHost: a\r\n\r\n",
                 "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n"},
                errc::bad_request);
}

TEST_CASE("a target over its limit is too long") {
  limits small;
  small.target_bytes = 10;
  CHECK(accept(get("/123456789"), small).head.target == "/123456789");
  check_refused({get("/1234567890"), "GET /1234567890"}, errc::uri_too_long,
                small);
}

TEST_CASE("a request line over the limit of the head is a target too long") {
  limits small;
  small.head_bytes = 30;
  check_refused({get("/" + std::string(40, 'a')), get("/12345678901234567890"),
                 "GET /1234567890123456 HTTP/1.1\r\nHost: a\r\n\r\n"},
                errc::uri_too_long, small);
}

// -- RFC 9112, 3.2: Host ---------------------------------------------------

TEST_CASE("a host with or without a port is accepted") {
  for (const auto* host :
       {"a", "example.org", "example.org:80", "a:", "a:0", "a:65535",
        "127.0.0.1:8080", "[::1]", "[2001:db8::1]:443", "a_b", "%41"})
    CHECK(accept(with_host(" "s + host)).head.fields.get("host") == host);
}

TEST_CASE("a malformed host is refused") {
  check_refused(
    {with_host(" a b"), with_host(" a:b"), with_host(" a:65536"),
     with_host(" a:300000"), with_host(" a:-1"), with_host(" a:80:80"),
     with_host(" u@a"), with_host(" @a"), with_host(" :80"), with_host(" a/b"),
     with_host(" a?b"), with_host(" ::1"), with_host(" [::1"),
     with_host(" a,b"s + '"'), with_host(" http://a"), with_host(" \xc3\xa4")},
    errc::bad_request);
}

TEST_CASE("HTTP/1.1 without a host, or with two, is refused") {
  check_refused({"GET / HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nhost: b\r\n\r\n"},
                errc::bad_request);
}

TEST_CASE("HTTP/1.0 may lack a host, but has no second and no bad one") {
  CHECK(accept("GET / HTTP/1.0\r\n\r\n").head.version == version::http_1_0);
  check_refused({"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
                 "GET / HTTP/1.0\r\nHost: u@a\r\n\r\n"},
                errc::bad_request);
}

TEST_CASE("a host may be empty where the target has no authority") {
  check_accepted(
    {with_host(""), with_host(" \t "), "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n"});
  check_refused({"GET http://a/ HTTP/1.1\r\nHost:\r\n\r\n"}, errc::bad_request);
}
