#include "event_stream_parser.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace lungo::test;
using namespace std::literals;

namespace {

using events = std::vector<stream_event>;

/// What is read when the stream comes in two pieces, cut at `cut`.
events read_cut(std::string_view stream, std::size_t cut) {
  event_stream_parser parser;
  auto all = parser.feed(stream.substr(0, cut));
  for (auto& e : parser.feed(stream.substr(cut)))
    all.push_back(e);
  return all;
}

} // namespace

TEST_CASE("the reader of streams joins data lines and ends at a blank line") {
  CHECK(read_event_stream("data: a\ndata:b\ndata:  c\n\n")
        == events{{"message", "a\nb\n c", ""}});
  CHECK(read_event_stream("data\n\ndata\ndata\n\ndata:")
        == events{{"message", "", ""}, {"message", "\n", ""}});
  CHECK(read_event_stream("data: lost").empty());
}

TEST_CASE("the reader of streams keeps the id and forgets the type") {
  event_stream_parser parser;
  CHECK(parser.feed("event: e\nid: 1\ndata: a\n\ndata: b\n\n")
        == events{{"e", "a", "1"}, {"message", "b", "1"}});
  CHECK(parser.feed("id: 2\n\n").empty());
  CHECK(parser.last_event_id() == "2");
  CHECK(parser.feed("id: 3\0\ndata: c\n\n"sv) == events{{"message", "c", "2"}});
  parser.feed("id: 4\n");
  CHECK(parser.last_event_id() == "2");
  parser.feed("\nid\n\n");
  CHECK(parser.last_event_id() == "");
}

TEST_CASE("the reader of streams drops a type without data") {
  CHECK(read_event_stream("event: e\n\ndata: a\n\n")
        == events{{"message", "a", ""}});
}

TEST_CASE("the reader of streams ignores unknown fields and other cases") {
  CHECK(read_event_stream("Data: a\ndata : b\nx: c\n\n").empty());
}

TEST_CASE("the reader of streams takes digits only for a retry time") {
  event_stream_parser parser;
  parser.feed("retry: 1500\n");
  CHECK(parser.retry_ms() == 1500);
  for (auto wrong : {"retry: -1\n", "retry: +1\n", "retry: 1.5\n", "retry:\n",
                     "retry: 1 \n", "retry:  1\n"})
    parser.feed(wrong);
  CHECK(parser.retry_ms() == 1500);
}

TEST_CASE("the reader of streams strips one byte order mark, once") {
  CHECK(read_event_stream("\xEF\xBB\xBF"
                          "data: a\n\n")
        == events{{"message", "a", ""}});
  CHECK(read_event_stream("\xEF\xBB\xBF\xEF\xBB\xBF"
                          "data: a\n\n")
          .empty());
  CHECK(read_event_stream("\n\xEF\xBB\xBF"
                          "data: a\n\n")
          .empty());
}

TEST_CASE("the reader of streams hands out comments") {
  event_stream_parser parser;
  CHECK(parser.feed(": one\n:\n\n").empty());
  CHECK(parser.comments() == std::vector<std::string>{" one", ""});
}

TEST_CASE("the reader of streams refuses what is not UTF-8") {
  CHECK_THROWS_AS(read_event_stream("data: \xC3\n"), std::runtime_error);
}

TEST_CASE("the reader of streams may be cut anywhere, whatever ends a line") {
  auto stream = "\xEF\xBB\xBF"
                "data: \xE2\x82\xAC\r\n\r\n:c\rid: 7\r"
                "event: e\ndata\rdata: b\n\r\ndata: d\r\r"sv;
  events whole{
    {"message", "\xE2\x82\xAC", ""}, {"e", "\nb", "7"}, {"message", "d", "7"}};
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    CAPTURE(cut);
    CHECK(read_cut(stream, cut) == whole);
  }
}
