// Three topics, read by pages through one event stream. Publishers know topics
// and no reader, readers know topics and no publisher. A page that comes is
// given the history first; one that comes back, what it missed.
//
//     curl -N localhost:8080/events

#include "live_dashboard_page.hpp"
#include "live_figures.hpp"
#include "page.hpp"

#include <lungo/run.hpp>

#include <cmath>
#include <random>

using namespace std::chrono_literals;
using figures::outlet;
using figures::tick;
namespace http = lungo::http;
namespace sse = lungo::sse;

using publisher_actor = caf::typed_actor<caf::reacts_to<tick>>;

publisher_actor::behavior_type load(publisher_actor::pointer self,
                                    std::shared_ptr<outlet> out) {
  self->send(self, tick::value);
  return {[=, cpu = figures::cpu_meter{}](tick) mutable {
    self->delayed_send(self, 1s, tick::value);
    out->say({{"cpu", cpu.busy()}, {"load", figures::load_average()}});
  }};
}

/// Prices of nothing: the same random walk at each start.
publisher_actor::behavior_type market(publisher_actor::pointer self,
                                      std::shared_ptr<outlet> out) {
  self->send(self, tick::value);
  return {[=, chance = std::mt19937{7}, turn = 0u,
           prices = std::array{318.0, 204.0, 271.0, 158.0}](tick) mutable {
    constexpr const char* names[] = {"arabica", "robusta", "liberica", "decaf"};
    self->delayed_send(self, 100ms, tick::value);
    auto which = turn++ % prices.size();
    prices[which] *= 1 + std::normal_distribution{0.0, 0.002}(chance);
    auto price = std::round(prices[which] * 100) / 100;
    out->say({{"name", names[which]}, {"price", price}});
  }};
}

sse::upgrade_handler watch(const lungo::topics& all) {
  return sse::upgrade([all](sse::connection<>* self) -> sse::behavior {
    self->push(sse::event{}.retry(1s));
    self->subscribe(all, {"load", "market", "server"},
                    {.from = lungo::topic::beginning::oldest});
    return {};
  });
}

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    auto& all = app.topics();
    auto add = [&](const char* name, std::size_t events) {
      all.declare(name, {.events = events});
      return std::make_shared<outlet>(all, name);
    };
    // A little more than the minute that a page shows.
    app.spawn(load, add("load", 70));
    app.spawn(market, add("market", 700));
    all.watch("server", app.spawn(figures::reporter, &app, add("server", 70)));
    add_page(app, live_dashboard_page);
    app.get("/health", [](auto&) { return http::text("ok"); });
    app.get("/events", watch(all));
  });
}
