#include "lungo/worker_pool.hpp"

#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>

using namespace lungo;
using namespace std::chrono_literals;

namespace {

/// Nothing here takes a fraction of that.
constexpr auto patience = 30s;

struct pooled_config : caf::actor_system_config {
  explicit pooled_config(std::size_t workers, std::size_t throughput = 100) {
    load<worker_pool>();
    set(config_key::scheduler_threads, workers);
    set(config_key::scheduler_throughput, throughput);
  }
};

/// An actor system whose actors run in a pool.
struct pooled {
  explicit pooled(std::size_t workers = 1, std::size_t throughput = 100)
    : config(workers, throughput),
      system(config) {}

  worker_pool& pool() { return dynamic_cast<worker_pool&>(system.scheduler()); }

  /// An actor that keeps the word with its first message.
  caf::actor listener(std::promise<void>& heard) {
    return system.spawn([&heard](caf::event_based_actor* self) {
      return caf::behavior{[self, &heard](int) {
        heard.set_value();
        self->quit();
      }};
    });
  }

  pooled_config config;
  caf::actor_system system;
};

bool holds(std::promise<void>& what) {
  return what.get_future().wait_for(patience) == std::future_status::ready;
}

} // namespace

TEST_CASE("actors of a pool answer, on as many threads as it was told") {
  pooled all{3};
  auto twice = all.system.spawn(
    [] { return caf::behavior{[](int n) { return 2 * n; }}; });
  caf::scoped_actor self{all.system};
  auto result = 0;
  self->request(twice, patience, 21)
    .receive([&](int n) { result = n; }, [](const caf::error&) {});
  CHECK(result == 42);
  CHECK(all.pool().num_workers() == 3);
  self->send_exit(twice, caf::exit_reason::user_shutdown);
}

TEST_CASE("a delayed message comes through the pool's clock") {
  pooled all;
  std::promise<void> heard;
  caf::delayed_anon_send(all.listener(heard), 1ms, 1);
  CHECK(holds(heard));
}

TEST_CASE("a request that is not answered in time fails") {
  pooled all;
  auto silent = all.system.spawn([](caf::event_based_actor* self) {
    self->set_default_handler(caf::skip);
    return caf::behavior{[](caf::unit_t) {}};
  });
  std::promise<void> failed;
  auto asking = all.system.spawn([&](caf::event_based_actor* self) {
    self->request(silent, 1ms, 1)
      .then([] {},
            [&failed](const caf::error& why) {
              if (why == caf::sec::request_timeout)
                failed.set_value();
            });
    return caf::behavior{[](int) {}};
  });
  CHECK(holds(failed));
  caf::anon_send_exit(asking, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(silent, caf::exit_reason::user_shutdown);
}

TEST_CASE("an actor that hears nothing is told so, and again") {
  pooled all;
  std::promise<void> enough;
  auto waiting = all.system.spawn([&](caf::event_based_actor* self) {
    return caf::behavior{[](int) {}, caf::after(1ms) >>
                                       [&enough, self, heard = 0]() mutable {
                                         if (++heard == 3)
                                           enough.set_value();
                                         if (heard == 3)
                                           self->quit();
                                       }};
  });
  CHECK(holds(enough));
}

TEST_CASE("an actor that never runs out of messages starves no other") {
  pooled all{1, 5};
  auto busy = all.system.spawn([](caf::event_based_actor* self) {
    self->send(self, 1);
    return caf::behavior{[self](int n) { self->send(self, n); }};
  });
  std::promise<void> heard;
  caf::anon_send(all.listener(heard), 1);
  CHECK(holds(heard));
  caf::anon_send_exit(busy, caf::exit_reason::user_shutdown);
}

TEST_CASE("a system may end with jobs in the queue") {
  std::atomic<int> handled = 0;
  {
    pooled all;
    all.system.await_actors_before_shutdown(false);
    for (int i = 0; i < 100; ++i) {
      auto each = all.system.spawn(
        [&handled] { return caf::behavior{[&handled](int) { ++handled; }}; });
      caf::anon_send(each, 1);
    }
  }
  CHECK(handled <= 100);
}

// -- wake-ups -----------------------------------------------------------------

TEST_CASE("a thread that puts wake-ups off is told once to see to them") {
  pooled all;
  std::promise<void> first, second;
  auto one = all.listener(first);
  auto other = all.listener(second);
  auto told = 0;
  std::thread{[&] {
    all.pool().put_off_wakes([&told] { ++told; });
    caf::anon_send(one, 1);
    caf::anon_send(other, 1);
    CHECK(told == 1);
    all.pool().wake();
    // Both are heard before the next is queued, so that a job is new.
    CHECK(holds(first));
    CHECK(holds(second));
    std::promise<void> third;
    auto last = all.listener(third);
    CHECK(told == 2);
    caf::anon_send(last, 1);
    all.pool().wake();
    CHECK(holds(third));
  }}.join();
}

TEST_CASE("no wake-up is put off for more than some dozens of jobs") {
  pooled all;
  std::thread{[&] {
    all.pool().put_off_wakes([] {});
    std::promise<void> heard;
    auto listener = all.listener(heard);
    caf::anon_send(listener, 1);
    auto more = all.system.spawn([] { return caf::behavior{[](int) {}}; });
    std::vector<caf::actor> others;
    for (int i = 0; i < 64; ++i)
      others.push_back(all.system.spawn([](caf::event_based_actor* self) {
        self->quit();
        return caf::behavior{[](int) {}};
      }));
    CHECK(holds(heard));
    caf::anon_send_exit(more, caf::exit_reason::user_shutdown);
    all.pool().wake();
  }}.join();
}

TEST_CASE("wake-ups of one pool are put off, those of another are not") {
  pooled mine, others;
  std::thread{[&] {
    mine.pool().put_off_wakes([] {});
    std::promise<void> heard;
    caf::anon_send(others.listener(heard), 1);
    CHECK(holds(heard));
  }}.join();
}
