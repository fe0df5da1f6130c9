#include "lungo/sse/event.hpp"

#include "event_stream_parser.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace lungo;
using namespace std::literals;
using sse::event;
using test::event_stream_parser;
using test::read_event_stream;
using test::stream_event;

namespace {

using events = std::vector<stream_event>;

/// What a browser reads as the data of `text`.
std::string heard(std::string_view text) {
  auto read = read_event_stream(encode_block(event{std::string{text}}));
  REQUIRE(read.size() == 1);
  return read[0].data;
}

} // namespace

TEST_CASE("data of one line is one data line with one space") {
  CHECK(encode_block(event{"a"}) == "data: a\n\n");
  CHECK(encode_block(event{" a"}) == "data:  a\n\n");
  CHECK(heard(" a") == " a");
}

TEST_CASE("CRLF, CR and LF each end a data line") {
  CHECK(encode_block(event{"a\r\nb\rc\nd"})
        == "data: a\ndata: b\ndata: c\ndata: d\n\n");
  CHECK(heard("a\r\nb\rc\nd") == "a\nb\nc\nd");
}

TEST_CASE("line ends at the edges of data and side by side are kept") {
  CHECK(heard("\n") == "\n");
  CHECK(heard("a\n") == "a\n");
  CHECK(heard("\na") == "\na");
  CHECK(heard("a\r") == "a\n");
  CHECK(heard("a\n\r") == "a\n\n");
  CHECK(heard("\r\r\n\n") == "\n\n\n");
  CHECK(heard("\n\ra\rb\n\nc\r\n") == "\n\na\nb\n\nc\n");
}

TEST_CASE("data cannot start a field, an event or a comment of its own") {
  auto text = "a\n\nid: 9\nevent: x\n:c\ndata: b\nretry: 1";
  event_stream_parser reader;
  CHECK(reader.feed(encode_block(event{text}))
        == events{{"message", text, ""}});
  CHECK(reader.comments().empty());
  CHECK_FALSE(reader.retry_ms());
}

TEST_CASE("empty data fires an event, no data fires none") {
  CHECK(encode_block(event{""}) == "data: \n\n");
  CHECK(heard("") == "");
  CHECK(read_event_stream(encode_block(event{}.name("n").id("1"))).empty());
}

TEST_CASE("event, id and retry stand before the data") {
  auto all = event{"a\nb"}.name("tick").id("7").retry(1500ms);
  CHECK(encode_block(all)
        == "event: tick\nid: 7\nretry: 1500\ndata: a\ndata: b\n\n");
  CHECK(read_event_stream(encode_block(all)) == events{{"tick", "a\nb", "7"}});
}

TEST_CASE("a block with an id only moves the id and fires nothing") {
  event_stream_parser reader;
  CHECK(encode_block(event{}.id(18446744073709551615u))
        == "id: 18446744073709551615\n\n");
  CHECK(reader.feed(encode_block(event{}.id("a-1"))).empty());
  CHECK(reader.last_event_id() == "a-1");
  reader.feed(encode_block(event{}.id("")));
  CHECK(reader.last_event_id() == "");
}

TEST_CASE("a block with a retry time only sets it and fires nothing") {
  event_stream_parser reader;
  CHECK(encode_block(event{}.retry(2s)) == "retry: 2000\n\n");
  CHECK(reader.feed(encode_block(event{}.retry(2s))).empty());
  CHECK(reader.retry_ms() == 2000);
  reader.feed(encode_block(event{}.retry(0ms)));
  CHECK(reader.retry_ms() == 0);
}

TEST_CASE("a comment is split at every line end and fires nothing") {
  event_stream_parser reader;
  auto block = encode_block(event::comment("a\r\nb\rdata: c\n"));
  CHECK(block == ": a\n: b\n: data: c\n: \n\n");
  CHECK(reader.feed(block).empty());
  CHECK(reader.comments().size() == 4);
}

TEST_CASE("an event with nothing to say is an empty comment") {
  CHECK(encode_block(event{}) == ":\n\n");
  CHECK(encode_block(event::comment("")) == ":\n\n");
}

TEST_CASE("a comment may stand before an event") {
  CHECK(encode_block(event::comment("c").data("a")) == ": c\ndata: a\n\n");
}

TEST_CASE("an event name with CR, LF or bad UTF-8 is refused") {
  for (auto wrong : {"a\nb"s, "a\rb"s, "a\n"s, "\xFF"s}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(event{}.name(wrong), invalid_value);
    auto checked = sse::check_name(wrong);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == errc::bad_request);
  }
  CHECK(sse::check_name("open").has_value());
  CHECK(sse::check_name("\0"sv).has_value());
}

TEST_CASE("an id with CR, LF, NUL or bad UTF-8 is refused") {
  for (auto wrong : {"a\nb"s, "a\rb"s, "a\0b"s, "\xFF"s}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(event{}.id(wrong), invalid_value);
    auto checked = sse::check_id(wrong);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == errc::bad_request);
  }
  CHECK(sse::check_id("").has_value());
}

TEST_CASE("data and comments that are not UTF-8 are refused") {
  CHECK_THROWS_AS(event{"\xFF"}, invalid_value);
  CHECK_THROWS_AS(event{}.data("\xFF"), invalid_value);
  CHECK_THROWS_AS(event::comment("\xFF"), invalid_value);
  CHECK(sse::check_data("\xFF").error().code == errc::bad_request);
}

TEST_CASE("a negative retry time is refused") {
  CHECK_THROWS_AS(event{}.retry(-1ms), invalid_value);
}

TEST_CASE("a setter that throws leaves the event as it was") {
  auto before = event{"a"}.name("n").id("1").retry(1s);
  auto after = before;
  CHECK_THROWS_AS(after.data("\xFF"), invalid_value);
  CHECK_THROWS_AS(after.name("\n"), invalid_value);
  CHECK_THROWS_AS(after.id("\n"), invalid_value);
  CHECK_THROWS_AS(after.retry(-1ms), invalid_value);
  CHECK(after == before);
}

TEST_CASE("an encoded event carries its block, its key and its id's flag") {
  auto tick = event{"a"}.name("tick").id("1");
  auto ready = encode(tick);
  CHECK(ready.block() == encode_block(tick));
  CHECK(ready.key() == "tick");
  CHECK(ready.resumable());
  CHECK_FALSE(encode(event{"a"}).resumable());
  CHECK_FALSE(encode(event{"a"}.id("")).resumable());
}

TEST_CASE("the key is the one set, else the type a browser sees") {
  CHECK(event{"a"}.name("tick").key("EUR").key() == "EUR");
  CHECK(event{"a"}.name("tick").key() == "tick");
  CHECK(event{"a"}.key() == "message");
}

TEST_CASE("a block without data has no key unless told") {
  CHECK(event::comment("beat").key() == "");
  CHECK(event{}.name("tick").id("1").key() == "");
  CHECK(event{}.id("1").key("cursor").key() == "cursor");
}
