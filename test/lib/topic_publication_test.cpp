#include "topic_samples.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace lungo::topic::test {

TEST_CASE("topics: a position says epoch and place, and is read back") {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  CHECK(to_string({0xbeef, 42}) == "beef-42");
  for (auto at : {position{0, 0}, {0xbeef, 42}, {most, most}})
    CHECK(parse_position(to_string(at)) == at);
}

TEST_CASE("topics: a position in any other spelling is none") {
  for (auto* text : {"", "-", "1", "1-", "-1", "1-1 ", " 1-1", "01-1", "1-01",
                     "1--1", "+1-1", "1-+1", "A-1", "0x1-1", "1-1-1", "g-1",
                     "1-f", "1-18446744073709551616", "10000000000000000-1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_position(text));
  }
  CHECK_FALSE(parse_position(std::string_view{"1-1\0", 4}));
}

TEST_CASE("topics: a name is 1 to 200 octets of UTF-8 without controls") {
  for (auto name : {std::string{"a"}, std::string{"a/b c:d"}, std::string{"é"},
                    std::string(200, 'x')})
    CHECK(check_name(name).has_value());
  for (auto name :
       {std::string{}, std::string(201, 'x'), std::string{"a\nb"},
        std::string{"a\x7f"}, std::string{'a', '\0'}, std::string{"\xff"}}) {
    CAPTURE(name);
    CHECK(check_name(name).error().code == errc::bad_request);
  }
}

TEST_CASE("topics: an event that has an id already is refused") {
  auto what = say("a");
  what.what.id("7");
  CHECK(check(what).error().code == errc::bad_request);
  what.what.id("");
  CHECK(check(what).error().code == errc::bad_request);
}

TEST_CASE("topics: an event without data is refused, with empty data not") {
  CHECK(check(publication{}).error().code == errc::bad_request);
  CHECK(check(say("")).has_value());
}

TEST_CASE("topics: a message id has at most 200 octets") {
  auto what = say("a");
  what.message_id = std::string(200, 'x');
  CHECK(check(what).has_value());
  what.message_id += 'x';
  CHECK(check(what).error().code == errc::bad_request);
}

TEST_CASE("topics: what is refused takes no place in the log") {
  auto all = log_keeping(9);
  CHECK(all.publish("a", publication{}, {}).error().code == errc::bad_request);
  CHECK(all.publish("", say("x"), {}).error().code == errc::bad_request);
  CHECK(all.head() == position{1, 0});
  CHECK(publish(all, "a", "x") == 1);
}

TEST_CASE("topics: an event of a stream is its block, with the id") {
  entry one;
  one.what.data("a\nb").name("tick").id("1-7");
  CHECK(encode(one, "t", form::event_stream).plain()
        == "event: tick\nid: 1-7\ndata: a\ndata: b\n\n");
}

TEST_CASE("topics: an event of a WebSocket is a text of JSON") {
  entry one;
  one.what.data("say \"é\"\n").id("1-7").key("k");
  auto made = encode(one, "t", form::websocket);
  CHECK(made.key() == "k");
  CHECK(
    made.plain().substr(2)
    == R"({"topic":"t","id":"1-7","event":"message","data":"say \"é\"\n"})");
  auto heard_all = listener{form::websocket}.feed(made.plain());
  CHECK(heard_all
        == std::vector<heard>{{"t", "message", "say \"é\"\n", "1-7"}});
}

TEST_CASE("topics: a gap is told alike in both forms") {
  gap missing{"a \"b\"", "nonsense", "1-9", 4};
  for (auto as : {form::event_stream, form::websocket}) {
    listener ear{as};
    auto all = ear.feed(encode(missing, as, true).plain());
    REQUIRE(all.size() == 1);
    CHECK(all.front().type == "gap");
    CHECK(read_gap(all.front().data) == missing);
    CHECK(ear.last_id() == "1-9");
  }
}

TEST_CASE("topics: a gap that a client cannot come back behind has no id") {
  for (auto as : {form::event_stream, form::websocket}) {
    listener ear{as};
    CHECK(ear.feed(encode(gap{"a", "1-1", "1-9", {}}, as, false).plain()).size()
          == 1);
    CHECK(ear.last_id() == "");
  }
}

TEST_CASE("topics: no gap takes the place of another topic's in an outbox") {
  auto key = [](const char* topic) {
    auto made = encode(gap{topic, "1-1", "1-9", {}}, form::event_stream, true);
    return std::string{made.key()};
  };
  CHECK(key("a") != key("b"));
}

TEST_CASE("topics: a position alone fires no event, and is kept") {
  for (auto as : {form::event_stream, form::websocket}) {
    listener ear{as};
    CHECK(ear.feed(encode(position{1, 7}, as).plain()).empty());
    CHECK(ear.last_id() == "1-7");
  }
}

} // namespace lungo::topic::test
