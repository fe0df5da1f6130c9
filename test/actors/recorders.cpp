#include "recorders.hpp"

#include "lungo/caf.hpp"

namespace lungo::test {

namespace {

/// An actor that writes into a record, and lets go of it at its end: a record
/// holds handles, and may so hold itself.
template <class Interface, class Record>
class recorder : public Interface::base {
public:
  recorder(caf::actor_config& cfg, std::shared_ptr<Record> into)
    : Interface::base(cfg),
      into_(std::move(into)) {}

  void on_exit() override { into_.reset(); }

protected:
  Record& to() noexcept { return *into_; }

private:
  std::shared_ptr<Record> into_;
};

class broker_recorder : public recorder<broker_actor, broker_record> {
public:
  using recorder::recorder;

  behavior_type make_behavior() override {
    return {
      [this](const msg::reply& what) { to().replies.push_back(what); },
      [this](const msg::want_body& what) {
        to().wanted_bodies.push_back(what);
      },
      [this](const msg::commit& what) { to().commits.push_back(what); },
      [this](const msg::write& what) { to().writes.push_back(what); },
      [this](const msg::taken& what) { to().taken.push_back(what); },
      [this](const msg::expire& what) { to().expiries.push_back(what); },
      [this](const msg::finish& what) { to().finishes.push_back(what); },
      [this](const msg::roster& what) { to().rosters.push_back(what); },
      [this](const msg::drain&) { ++to().drains; },
      [this](const msg::force&) { ++to().forces; },
      [](const msg::tick&) {},
    };
  }
};

class supervisor_recorder
  : public recorder<supervisor_actor, supervisor_record> {
public:
  using recorder::recorder;

  behavior_type make_behavior() override {
    return {
      [this](const msg::admit& what) { to().admits.push_back(what); },
      [this](const msg::ready& what) {
        to().ready.push_back(current_sender()->id());
        to().reads_body = what.reads_body;
      },
      [this](const msg::refuse& what) { to().refusals.push_back(what.why); },
      [this](const msg::idle&) { ++to().idles; },
      [](const msg::drain&) {},
      [](const msg::force&) {},
      [](const msg::tick&) {},
      [](const msg::count&) { return msg::counts{}; },
    };
  }
};

class pipeline_recorder : public recorder<pipeline_actor, pipeline_record> {
public:
  using recorder::recorder;

  behavior_type make_behavior() override {
    return {
      [this](const msg::serve& what) { to().serves.push_back(what); },
      [this](const msg::body& what) { to().bodies.push_back(what); },
      [this](const msg::overdue& what) { to().overdues.push_back(what); },
    };
  }
};

class connection_recorder
  : public recorder<connection_actor, connection_record> {
public:
  using recorder::recorder;

  behavior_type make_behavior() override {
    return {
      [this](const msg::committed& what) {
        to().committed.push_back(what.stream.session);
      },
      [this](const msg::drained& what) { to().drained.push_back(what.cost); },
      [this](const msg::received& what) { to().received.push_back(what); },
      [this](const msg::body& what) { to().bodies.push_back(what); },
      [this](const msg::ended& what) {
        to().ended.push_back(what.reason);
        to().status = what.status;
      },
      [this](const msg::feed& what) { to().feeds.push_back(what); },
      [this](const msg::shut& what) { to().shut.push_back(what); },
    };
  }
};

} // namespace

std::string broker_record::written() const {
  std::string text;
  for (auto& write : writes)
    for (auto& piece : write.pieces)
      text += piece.view();
  return text;
}

std::size_t broker_record::cost() const {
  std::size_t sum = 0;
  for (auto& write : writes)
    for (auto& piece : write.pieces)
      sum += piece.cost();
  return sum;
}

broker_actor spawn_recorder(fixture& f, std::shared_ptr<broker_record> into) {
  broker_actor made = f.system().spawn<broker_recorder>(std::move(into));
  return f.track(made);
}

supervisor_actor spawn_recorder(fixture& f,
                                std::shared_ptr<supervisor_record> into) {
  supervisor_actor made
    = f.system().spawn<supervisor_recorder>(std::move(into));
  return f.track(made);
}

pipeline_actor spawn_recorder(fixture& f,
                              std::shared_ptr<pipeline_record> into) {
  pipeline_actor made = f.system().spawn<pipeline_recorder>(std::move(into));
  return f.track(made);
}

connection_actor spawn_recorder(fixture& f,
                                std::shared_ptr<connection_record> into) {
  connection_actor made
    = f.system().spawn<connection_recorder>(std::move(into));
  return f.track(made);
}

} // namespace lungo::test
