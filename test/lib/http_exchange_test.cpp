#include "lungo/http/exchange.hpp"
#include "lungo/http/verdict.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>

using namespace lungo;
using http::amend;
using http::fields;
using http::status;
using http::upgrade_kind;

namespace {

struct some_plan : http::connection_plan {};

http::upgrade wish(upgrade_kind kind, fields wanted = {}) {
  return {kind, std::move(wanted), std::make_shared<some_plan>()};
}

http::exchange prepared(http::answer what) {
  return http::prepare(std::make_shared<http::request>(), std::move(what));
}

} // namespace

TEST_CASE("a WebSocket succeeds with 101, the other upgrades with 200") {
  CHECK(success_status(upgrade_kind::websocket) == status{101});
  CHECK(success_status(upgrade_kind::sse) == status{200});
  CHECK(success_status(upgrade_kind::stream) == status{200});
}

TEST_CASE("an upgrade is called by the name of its kind") {
  CHECK(to_string(upgrade_kind::sse) == "sse");
  CHECK(to_string(upgrade_kind::websocket) == "websocket");
  CHECK(to_string(upgrade_kind::stream) == "stream");
}

TEST_CASE("a plain answer is the response, and upgrades to nothing") {
  auto plain = http::text("hi", status::created);
  auto made = prepared(plain);
  CHECK(made.response == plain);
  CHECK_FALSE(made.upgrade);
  CHECK_FALSE(made.upgrades());
}

TEST_CASE("an exchange holds the request it was prepared for") {
  auto asked = std::make_shared<http::request>();
  CHECK(http::prepare(asked, http::empty()).request == asked);
  CHECK(http::prepare(asked, wish(upgrade_kind::sse)).request == asked);
}

TEST_CASE("an upgrade becomes a head with its success status and fields") {
  for (auto kind :
       {upgrade_kind::sse, upgrade_kind::websocket, upgrade_kind::stream}) {
    auto wanted = wish(kind, {{"X-A", "1"}, {"X-A", "2"}});
    auto plan = wanted.plan;
    auto made = prepared(std::move(wanted));
    CHECK(made.response.status == success_status(kind));
    CHECK(made.response.fields == fields{{"X-A", "1"}, {"X-A", "2"}});
    CHECK(made.response.body.empty());
    REQUIRE(made.upgrade);
    CHECK(made.upgrade->kind == kind);
    CHECK(made.upgrade->plan == plan);
    CHECK(made.upgrade->fields.empty());
    CHECK(made.upgrades());
  }
}

TEST_CASE("any status but its success status drops the upgrade") {
  for (auto kind :
       {upgrade_kind::sse, upgrade_kind::websocket, upgrade_kind::stream}) {
    auto made = prepared(wish(kind));
    for (int code = 100; code < 600; ++code) {
      made.response.status = static_cast<status>(code);
      CHECK(made.upgrades() == (made.response.status == success_status(kind)));
    }
  }
}

TEST_CASE("a plain 200 or 101 is no upgrade") {
  CHECK_FALSE(prepared(http::empty(status::ok)).upgrades());
  CHECK_FALSE(prepared(http::empty(status::switching_protocols)).upgrades());
}

TEST_CASE("to drop a prepared upgrade is to let go of its plan, no more") {
  auto wanted = wish(upgrade_kind::sse);
  std::weak_ptr<const http::connection_plan> plan = wanted.plan;
  auto made = prepared(std::move(wanted));
  auto copy = made;
  made.upgrade.reset();
  CHECK(copy.upgrades());
  CHECK_FALSE(plan.expired());
  copy.upgrade.reset();
  CHECK(plan.expired());
}

TEST_CASE("amendments are carried out in the order they were asked for") {
  fields target{{"A", "1"}, {"B", "2"}, {"C", "3"}};
  amend{}.remove("b").set("a", "4").add("A", "5").add("B", "6").apply_to(
    target);
  CHECK(target == fields{{"a", "4"}, {"C", "3"}, {"A", "5"}, {"B", "6"}});
  amend{}.add("A", "7").remove("A").apply_to(target);
  CHECK(target == fields{{"C", "3"}, {"B", "6"}});
}

TEST_CASE("an amendment may be carried out again, and none changes nothing") {
  amend more;
  more.add("A", "1");
  fields target;
  more.apply_to(target);
  more.apply_to(target);
  amend{}.apply_to(target);
  CHECK(target == fields{{"A", "1"}, {"A", "1"}});
}

TEST_CASE("an amendment takes blanks off its values") {
  fields target;
  amend{}.set("A", " 1\t").add("B", "\t2 ").apply_to(target);
  CHECK(target == fields{{"A", "1"}, {"B", "2"}});
}

TEST_CASE("an amendment that no message can carry throws at once") {
  amend some;
  CHECK_THROWS_AS(some.set("A", "x\r\ny"), invalid_value);
  CHECK_THROWS_AS(some.add("A B", "x"), invalid_value);
  CHECK_THROWS_AS(some.remove("A:"), invalid_value);
  CHECK(some.edits().empty());
}

TEST_CASE("attributes are noted in order and touch no field") {
  amend some;
  some.attribute("user", "ann").attribute("note", "any\ntext");
  CHECK(some.attributes()
        == http::pairs{{"user", "ann"}, {"note", "any\ntext"}});
  fields target{{"A", "1"}};
  some.apply_to(target);
  CHECK(target == fields{{"A", "1"}});
}

TEST_CASE("a verdict approves, amends or replaces") {
  http::verdict some;
  CHECK(std::holds_alternative<http::approve>(some));
  some = amend{}.set("A", "1");
  CHECK(std::get<amend>(some).edits().size() == 1);
  some = http::replace{http::empty(status::forbidden)};
  CHECK(std::get<http::replace>(some).response.status == status::forbidden);
}
