#include "lungo/worker_pool.hpp"

#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <vector>

using namespace lungo;
using namespace std::chrono_literals;

namespace {

/// Nothing here takes a fraction of that.
constexpr auto patience = 30s;

/// What an actor says to the test, once. Shared, since the actor may still be
/// saying it when the test has heard it.
class word {
public:
  void say() const { said_->set_value(); }

  /// Was it said in time? To be asked once.
  bool holds() const {
    return said_->get_future().wait_for(patience) == std::future_status::ready;
  }

private:
  std::shared_ptr<std::promise<void>> said_
    = std::make_shared<std::promise<void>>();
};

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

  /// An actor that says the word at its first message.
  caf::actor listener(const word& heard) {
    return system.spawn([heard](caf::event_based_actor* self) {
      return caf::behavior{[self, heard](int) {
        heard.say();
        self->quit();
      }};
    });
  }

  pooled_config config;
  caf::actor_system system;
};

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
  word heard;
  caf::delayed_anon_send(all.listener(heard), 1ms, 1);
  CHECK(heard.holds());
}

TEST_CASE("a request that is not answered in time fails") {
  pooled all;
  auto silent = all.system.spawn([](caf::event_based_actor* self) {
    self->set_default_handler(caf::skip);
    return caf::behavior{[](caf::unit_t) {}};
  });
  word failed;
  auto asking = all.system.spawn([&](caf::event_based_actor* self) {
    self->request(silent, 1ms, 1)
      .then([] {},
            [failed](const caf::error& why) {
              if (why == caf::sec::request_timeout)
                failed.say();
            });
    return caf::behavior{[](int) {}};
  });
  CHECK(failed.holds());
  caf::anon_send_exit(asking, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(silent, caf::exit_reason::user_shutdown);
}

TEST_CASE("an actor that hears nothing is told so, and again") {
  pooled all;
  word enough;
  auto waiting = all.system.spawn([&](caf::event_based_actor* self) {
    auto told = [enough, self, heard = 0]() mutable {
      if (++heard < 3)
        return;
      enough.say();
      self->quit();
    };
    return caf::behavior{[](int) {}, caf::after(1ms) >> told};
  });
  CHECK(enough.holds());
}

TEST_CASE("an actor that never runs out of messages starves no other") {
  pooled all{1, 5};
  auto busy = all.system.spawn([](caf::event_based_actor* self) {
    self->send(self, 1);
    return caf::behavior{[self](int n) { self->send(self, n); }};
  });
  word heard;
  caf::anon_send(all.listener(heard), 1);
  CHECK(heard.holds());
  caf::anon_send_exit(busy, caf::exit_reason::user_shutdown);
}

TEST_CASE("what is in the queue when a system ends is run") {
  constexpr auto many = 1'000;
  std::atomic<int> destroyed = 0;
  struct state {
    ~state() { ++*destroyed; }
    std::atomic<int>* destroyed = nullptr;
  };
  {
    std::promise<void> go_on;
    pooled all;
    all.system.await_actors_before_shutdown(false);
    auto busy = all.system.spawn([&go_on](caf::event_based_actor* self) {
      self->quit();
      go_on.get_future().wait();
      return caf::behavior{[](int) {}};
    });
    for (int i = 0; i < many; ++i) {
      auto each = all.system.spawn([&](caf::stateful_actor<state>* self) {
        self->state.destroyed = &destroyed;
        return caf::behavior{[](int) {}};
      });
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    }
    go_on.set_value();
  }
  CHECK(destroyed == many);
}

TEST_CASE("a system may end while an actor keeps its queue filled") {
  std::atomic<int> handled = 0;
  {
    pooled all{1, 5};
    all.system.await_actors_before_shutdown(false);
    auto busy = all.system.spawn([&handled](caf::event_based_actor* self) {
      self->send(self, 1);
      return caf::behavior{[self, &handled](int n) {
        ++handled;
        self->send(self, n);
      }};
    });
  }
  CHECK(handled > 0);
}

// -- wake-ups -----------------------------------------------------------------

TEST_CASE("a thread that puts wake-ups off is told once to see to them") {
  pooled all;
  auto told = 0;
  // Each actor is a job from its start on.
  auto start_and_tell
    = [&all](const word& heard) { caf::anon_send(all.listener(heard), 1); };
  std::thread{[&] {
    all.pool().put_off_wakes([&told] { ++told; });
    word first, second, third;
    start_and_tell(first);
    start_and_tell(second);
    CHECK(told == 1);
    all.pool().wake();
    CHECK(first.holds());
    CHECK(second.holds());
    start_and_tell(third);
    CHECK(told == 2);
    all.pool().wake();
    CHECK(third.holds());
  }}.join();
}

TEST_CASE("no wake-up is put off for more than some dozens of jobs") {
  pooled all;
  std::thread{[&] {
    all.pool().put_off_wakes([] {});
    word heard;
    auto listener = all.listener(heard);
    caf::anon_send(listener, 1);
    auto more = all.system.spawn([] { return caf::behavior{[](int) {}}; });
    std::vector<caf::actor> others;
    for (int i = 0; i < 64; ++i)
      others.push_back(all.system.spawn([](caf::event_based_actor* self) {
        self->quit();
        return caf::behavior{[](int) {}};
      }));
    CHECK(heard.holds());
    caf::anon_send_exit(more, caf::exit_reason::user_shutdown);
    all.pool().wake();
  }}.join();
}

TEST_CASE("wake-ups of one pool are put off, those of another are not") {
  pooled mine, others;
  std::thread{[&] {
    mine.pool().put_off_wakes([] {});
    word heard;
    caf::anon_send(others.listener(heard), 1);
    CHECK(heard.holds());
  }}.join();
}
