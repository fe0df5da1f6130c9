#pragma once

#include "lungo/broker/broker.hpp"
#include "lungo/broker/io_thread.hpp"

#include "peer.hpp"
#include "recorders.hpp"

#include <doctest/doctest.h>

#include <deque>

namespace lungo::test {

/// What tests with sockets run in: they are real, and all that happens to them
/// happens in the thread of the test.
class socket_fixture : public fixture {
public:
  ~socket_fixture() override { end_actors(); }

  /// Handles what comes until `done` holds; false if it never does. The kernel
  /// may take a moment to bring what was sent, so this looks at real time.
  bool until(const std::function<bool()>& done);

  /// Connects a client to `to`.
  peer& connect(broker& to, bool narrow = false);

  /// Connects a client to a port of this machine.
  peer& connect(std::uint16_t port);

  io_thread thread{system(), 100};

protected:
  bool poll() override { return thread.io().poll() > 0; }

  boost::asio::io_context clients_;
  std::deque<peer> peers_;
};

/// A broker between the places of its supervisor and of its pipelines.
class broker_fixture : public socket_fixture {
public:
  ~broker_fixture() override { end_actors(); }

  /// Starts the broker; settings hold from here on.
  void start();

  peer& connect(bool narrow = false);

  /// Starts the broker with a socket to listen on. Returns a client that has
  /// connected there, which the broker does not know of yet.
  peer& knock();

  /// Connects a client that sends `octets`, and waits for what comes of it.
  /// Returns it, and where its request is to be answered.
  struct client {
    peer& socket;
    exchange_ref at;
  };

  client ask(std::string_view octets = "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
             bool narrow = false);

  /// Waits for the exchange of that number, over all clients.
  exchange_ref served(std::size_t number);

  /// Says `what` to the broker.
  template <class T>
  void order(T what) {
    caf::anon_send(handle, std::move(what));
    run();
  }

  void reply(const exchange_ref& at, http::response what) {
    order(msg::reply{at, std::move(what)});
  }

  /// What a supervisor says of an approved upgrade.
  msg::commit commit_for(const exchange_ref& at);

  /// A client that has a stream, whose connection only remembers.
  struct stream {
    peer& socket;
    session_id id;
  };

  stream open(bool chunked = true, bool narrow = false);

  /// Writes `text` to the stream, with the same cost.
  void write(session_id to, std::string text) {
    order(writing(to, std::move(text)));
  }

  static msg::write writing(session_id to, std::string text);

  std::size_t ack_bytes = 100;
  std::chrono::milliseconds heartbeat{0};
  std::chrono::milliseconds max_age{0};
  std::shared_ptr<supervisor_record> told
    = std::make_shared<supervisor_record>();
  std::shared_ptr<pipeline_record> asked = std::make_shared<pipeline_record>();
  std::shared_ptr<connection_record> heard
    = std::make_shared<connection_record>();
  broker_actor handle;

private:
  broker* broker_ = nullptr;
  std::uint16_t port_ = 0; ///< Where clients knock.
};

} // namespace lungo::test
