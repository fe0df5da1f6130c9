#include "fixture.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <doctest/doctest.h>

using namespace lungo;
using namespace lungo::test;

namespace {

/// Sends values through octets, as between two nodes.
class wire_fixture : public fixture {
public:
  template <class T>
  caf::binary_serializer::container_type save(const T& what) {
    caf::binary_serializer::container_type octets;
    caf::binary_serializer sink{system(), octets};
    auto failed = sink(what);
    REQUIRE_FALSE(failed);
    return octets;
  }

  template <class T>
  caf::error load(const caf::binary_serializer::container_type& octets,
                  T& into) {
    caf::binary_deserializer source{system(), octets};
    return source(into);
  }

  template <class T>
  T travel(const T& what) {
    T arrived;
    auto failed = load(save(what), arrived);
    CHECK_FALSE(failed);
    return arrived;
  }
};

/// What another node could send in the place of an event.
struct forged {
  sse::event_parts parts;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, forged& what) {
  auto& p = what.parts;
  return f(p.has_data, p.has_id, p.has_comment, p.data, p.id, p.comment, p.name,
           p.key, p.retry_ms);
}

} // namespace

TEST_CASE_FIXTURE(wire_fixture, "an event arrives as it was sent") {
  auto full = sse::event::comment("why");
  full.data("a\nb").id("7").name("tick").retry(1500ms).key("k");
  CHECK(travel(full) == full);
}

TEST_CASE_FIXTURE(wire_fixture, "what an event leaves out stays left out") {
  CHECK(travel(sse::event{}) == sse::event{});
  CHECK(travel(sse::event{}.id("")) == sse::event{}.id(""));
  CHECK(travel(sse::event{""}) == sse::event{""});
  CHECK(travel(sse::event{}.retry(0ms)) == sse::event{}.retry(0ms));
  CHECK(travel(sse::event::comment("")) == sse::event::comment(""));
  CHECK(travel(sse::event{"x"}.name("n")) == sse::event{"x"}.name("n"));
  CHECK(travel(sse::event{"x"}.key("n")) == sse::event{"x"}.key("n"));
}

TEST_CASE_FIXTURE(wire_fixture, "an event whose key is its name arrives the "
                                "same") {
  auto same = sse::event{"x"}.name("n").key("n");
  CHECK(travel(same).key() == same.key());
}

TEST_CASE_FIXTURE(wire_fixture, "an event that no stream can carry is refused "
                                "on arrival") {
  forged bad;
  SUBCASE("a name with a line end") {
    bad.parts.name = "a\nb";
  }
  SUBCASE("an id with NUL") {
    bad.parts.has_id = true;
    bad.parts.id = std::string{"a\0b", 3};
  }
  SUBCASE("data that is not UTF-8") {
    bad.parts.has_data = true;
    bad.parts.data = "\xff";
  }
  SUBCASE("a comment that is not UTF-8") {
    bad.parts.has_comment = true;
    bad.parts.comment = "\xc0\x80";
  }
  sse::event arrived{"old"};
  CHECK(load(save(bad), arrived));
  CHECK(arrived == sse::event{"old"});
}

TEST_CASE_FIXTURE(wire_fixture, "a WebSocket message arrives as it was sent") {
  auto octets = websocket::binary(std::string{"\0\xff", 2});
  auto words = websocket::text("\u00fc").key("k");
  CHECK(travel(octets) == octets);
  CHECK(travel(words) == words);
  CHECK(travel(websocket::message{}) == websocket::message{});
}

TEST_CASE_FIXTURE(wire_fixture, "a text that is not UTF-8 is refused on "
                                "arrival") {
  auto octets = save(websocket::binary("\xff"));
  // The first octet tells the kind.
  octets[0] = static_cast<caf::binary_serializer::value_type>(1);
  auto arrived = websocket::text("old");
  CHECK(load(octets, arrived));
  CHECK(arrived == websocket::text("old"));
}

TEST_CASE_FIXTURE(wire_fixture, "a close status and a piece of a body arrive "
                                "as they were sent") {
  websocket::close_status status{websocket::close_code::going_away, "bye"};
  CHECK(travel(status) == status);
  lungo::stream::piece piece{"octets"};
  CHECK(travel(piece) == piece);
}

TEST_CASE_FIXTURE(wire_fixture, "octets that end early are refused") {
  auto octets = save(sse::event{"a text of some length"});
  octets.resize(octets.size() / 2);
  sse::event arrived;
  CHECK(load(octets, arrived));
}

TEST_CASE_FIXTURE(wire_fixture, "a renewal arrives as it was sent") {
  CHECK(travel(renew{1500ms}).in == 1500ms);
}
