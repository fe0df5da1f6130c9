#include "lungo/utf8.hpp"

#include <boost/locale/utf.hpp>
#include <doctest/doctest.h>

#include <string>
#include <string_view>

using lungo::is_utf8;
using lungo::utf8_checker;
using namespace std::literals;

namespace {

/// How many octets of `text` a checker takes before it says no.
std::size_t taken_of(std::string_view text) {
  utf8_checker checker;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (!checker.put(text.substr(at, 1)))
      return at;
  return text.size();
}

bool is_text_in_pieces(std::string_view text, std::size_t cut) {
  utf8_checker checker;
  return checker.put(text.substr(0, cut)) && checker.put(text.substr(cut))
         && checker.complete();
}

/// Is `text` valid, whole and cut in two at each place?
bool is_text(std::string_view text) {
  const auto whole = is_utf8(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    INFO("cut at " << cut);
    CHECK(is_text_in_pieces(text, cut) == whole);
  }
  return whole;
}

/// The same by another reader.
bool boost_takes(std::string_view text) {
  namespace utf = boost::locale::utf;
  auto at = text.data();
  const auto end = at + text.size();
  while (at != end) {
    const auto point = utf::utf_traits<char>::decode(at, end);
    if (point == utf::illegal || point == utf::incomplete)
      return false;
  }
  return true;
}

/// On each side of every border in the table of RFC 3629, 4.
constexpr auto edges = "\x00\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0"
                       "\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF"sv;

} // namespace

TEST_CASE("the edges of UTF-8 are text") {
  CHECK(is_text(""));
  CHECK(is_text("\0"sv));
  CHECK(is_text("\x7F"));
  CHECK(is_text("\xC2\x80"));
  CHECK(is_text("\xDF\xBF"));
  CHECK(is_text("\xE0\xA0\x80"));
  CHECK(is_text("\xED\x9F\xBF"));
  CHECK(is_text("\xEE\x80\x80"));
  CHECK(is_text("\xEF\xBF\xBF"));
  CHECK(is_text("\xF0\x90\x80\x80"));
  CHECK(is_text("\xF4\x8F\xBF\xBF"));
}

TEST_CASE("overlong forms are no text") {
  CHECK_FALSE(is_text("\xC0\x80"));
  CHECK_FALSE(is_text("\xC1\xBF"));
  CHECK_FALSE(is_text("\xE0\x9F\xBF"));
  CHECK_FALSE(is_text("\xF0\x8F\xBF\xBF"));
}

TEST_CASE("surrogates and what is above U+10FFFF are no text") {
  CHECK_FALSE(is_text("\xED\xA0\x80"));
  CHECK_FALSE(is_text("\xED\xBF\xBF"));
  CHECK_FALSE(is_text("\xF4\x90\x80\x80"));
  CHECK_FALSE(is_text("\xF5\x80\x80\x80"));
  CHECK_FALSE(is_text("\xFE"));
}

TEST_CASE("cut and stray octets are no text") {
  CHECK_FALSE(is_text("\x80"));
  CHECK_FALSE(is_text("a\xBF"));
  CHECK_FALSE(is_text("\xC2"));
  CHECK_FALSE(is_text("\xE2\x82"));
  CHECK_FALSE(is_text("\xF0\x9F\x98"));
  CHECK_FALSE(is_text("\xE2\x28\xA1"));
}

TEST_CASE("one bad octet is found wherever it stands") {
  for (std::size_t at = 0; at < 40; ++at) {
    CAPTURE(at);
    std::string text(40, 'a');
    CHECK(is_text(text));
    text[at] = '\x80';
    CHECK_FALSE(is_text(text));
  }
}

TEST_CASE("a character is found wherever it stands") {
  for (std::size_t at = 0; at < 40; ++at) {
    CAPTURE(at);
    CHECK(is_text(std::string(at, 'a') + "\xF0\x9F\x98\x80"
                  + std::string(40 - at, 'b')));
  }
}

TEST_CASE("of any four octets another reader says the same") {
  for (unsigned lead = 0; lead < 256; ++lead) {
    bool agreed = true;
    for (auto second : edges)
      for (auto third : edges)
        for (auto fourth : edges) {
          const char octets[]
            = {static_cast<char>(lead), second, third, fourth};
          const std::string_view text{octets, sizeof octets};
          agreed = agreed && is_utf8(text) == boost_takes(text);
        }
    CAPTURE(lead);
    CHECK(agreed);
  }
}

TEST_CASE("what cannot become text is known at its first wrong octet") {
  CHECK(taken_of("ab\x80") == 2);
  CHECK(taken_of("ab\xC0") == 2);
  CHECK(taken_of("ab\xF5") == 2);
  CHECK(taken_of("\xC3\x28") == 1);
  CHECK(taken_of("\xE0\x9F") == 1);
  CHECK(taken_of("\xED\xA0") == 1);
  CHECK(taken_of("\xF0\x8F") == 1);
  CHECK(taken_of("\xF4\x90") == 1);
  CHECK(taken_of("\xF0\x90\x80\xC0") == 3);
}

TEST_CASE("what may become text is no failure, and not complete") {
  for (auto begun : {"\xC2"s, "\xE0\xA0"s, "\xF4\x8F\xBF"s}) {
    utf8_checker checker;
    CHECK(checker.put("a"));
    CHECK(checker.complete());
    CHECK(checker.put(begun));
    CHECK_FALSE(checker.complete());
    CHECK(checker.put(""));
    CHECK(checker.put("\x80"));
    CHECK(checker.complete());
  }
}

TEST_CASE("a failure lasts") {
  for (auto wrong : {"\xFF"s, "\xC2\x20"s, "\xE0\x80"s}) {
    utf8_checker checker;
    CHECK_FALSE(checker.put(wrong));
    CHECK_FALSE(checker.put(""));
    CHECK_FALSE(checker.put("a"));
    CHECK_FALSE(checker.put("\x80"));
    CHECK_FALSE(checker.complete());
  }
}
