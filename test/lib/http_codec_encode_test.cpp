#include "lungo/http/codec.hpp"

#include <doctest/doctest.h>

using namespace lungo::http;

namespace {

std::string encode(const response& message, framing how = framing::none,
                   bool keep_alive = true, version spoken = version::http_1_1) {
  return encode_head(message, how, message.body.size(), keep_alive, spoken, "");
}

} // namespace

TEST_CASE("a head is a status line, the fields and an empty line") {
  response message;
  message.status = status::not_found;
  message.fields.add("X-A", "1");
  CHECK(encode(message) == "HTTP/1.1 404 Not Found\r\nX-A: 1\r\n\r\n");
}

TEST_CASE("a status without a phrase keeps the space behind its code") {
  CHECK(encode(empty(static_cast<status>(299))) == "HTTP/1.1 299 \r\n\r\n");
}

TEST_CASE("fields keep their order and their duplicates") {
  response message;
  message.fields.add("Set-Cookie", "a=1")
    .add("Vary", "Origin")
    .add("Set-Cookie", "b=2")
    .add("set-cookie", "c=3");
  CHECK(encode(message)
        == "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nVary: Origin\r\n"
           "Set-Cookie: b=2\r\nset-cookie: c=3\r\n\r\n");
}

TEST_CASE("the date given is written, and one among the fields wins") {
  auto message = empty(status::no_content);
  CHECK(encode_head(message, framing::none, 0, true, version::http_1_1, "now")
        == "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
  message.fields.add("date", "then");
  CHECK(encode_head(message, framing::none, 0, true, version::http_1_1, "now")
        == "HTTP/1.1 204 No Content\r\ndate: then\r\n\r\n");
}

TEST_CASE("each framing has its field") {
  response message;
  message.body = "hello, world";
  CHECK(encode(message, framing::length)
        == "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n");
  CHECK(encode(message, framing::chunked)
        == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(encode(message, framing::close) == "HTTP/1.1 200 OK\r\n\r\n");
  CHECK(encode(message, framing::none) == "HTTP/1.1 200 OK\r\n\r\n");
}

TEST_CASE("the content length is the one told, not that of the body") {
  CHECK(encode_head({}, framing::length, 18'446'744'073'709'551'615u, true,
                    version::http_1_1, "")
        == "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n");
}

TEST_CASE("Connection says only what the version does not") {
  CHECK(encode({}, framing::none, false, version::http_1_1)
        == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  CHECK(encode({}, framing::none, false, version::http_1_0)
        == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  CHECK(encode({}, framing::none, true, version::http_1_0)
        == "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
}

TEST_CASE("framing and connection fields of a program are left out") {
  response message;
  message.fields.add("Content-Length", "7")
    .add("transfer-encoding", "gzip")
    .add("CONNECTION", "keep-alive")
    .add("Keep-Alive", "timeout=5")
    .add("Upgrade", "h2c")
    .add("X-Kept", "1");
  CHECK(encode(message) == "HTTP/1.1 200 OK\r\nX-Kept: 1\r\n\r\n");
}

TEST_CASE("a 101 keeps its Connection and Upgrade and gets no other") {
  response message;
  message.status = status::switching_protocols;
  message.fields.add("Connection", "Upgrade")
    .add("Upgrade", "websocket")
    .add("Content-Length", "0");
  const auto* head = "HTTP/1.1 101 Switching Protocols\r\n"
                     "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  CHECK(encode(message) == head);
  CHECK(encode(message, framing::none, false) == head);
}

// RFC 9110, 15.5.22 and 7.8.
TEST_CASE("a 426 keeps its Upgrade, and its Connection lists it") {
  response message;
  message.status = status::upgrade_required;
  message.fields.add("Upgrade", "websocket")
    .add("Connection", "X-Own")
    .add("Sec-WebSocket-Version", "13");
  const std::string head = "HTTP/1.1 426 Upgrade Required\r\n"
                           "Upgrade: websocket\r\n"
                           "Sec-WebSocket-Version: 13\r\n"
                           "Connection: ";
  CHECK(encode(message) == head + "Upgrade\r\n\r\n");
  CHECK(encode(message, framing::none, false)
        == head + "Upgrade, close\r\n\r\n");
  CHECK(encode(message, framing::none, true, version::http_1_0)
        == head + "Upgrade, keep-alive\r\n\r\n");
}

TEST_CASE("a 426 that names no protocol has the Connection of all others") {
  const auto message = empty(status::upgrade_required);
  CHECK(encode(message) == "HTTP/1.1 426 Upgrade Required\r\n\r\n");
  CHECK(encode(message, framing::none, false)
        == "HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\n\r\n");
}

TEST_CASE("1xx, 204 and 304 have no body, all others a length") {
  for (auto code : {100, 101, 103, 204, 304})
    CHECK(framing_for(static_cast<status>(code)) == framing::none);
  for (auto code : {200, 205, 206, 301, 400, 404, 500, 599})
    CHECK(framing_for(static_cast<status>(code)) == framing::length);
}

TEST_CASE("a date is an IMF-fixdate") {
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(951'782'399) == "Mon, 28 Feb 2000 23:59:59 GMT");
  CHECK(http_date(951'782'400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(http_date(4'107'542'400) == "Mon, 01 Mar 2100 00:00:00 GMT");
  CHECK(http_date(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_CASE("a date stays within the years that four digits can tell") {
  CHECK(http_date(INT64_MAX) == "Fri, 31 Dec 9999 23:59:59 GMT");
  CHECK(http_date(INT64_MIN) == "Sat, 01 Jan 0000 00:00:00 GMT");
}
