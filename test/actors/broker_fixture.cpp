#include "broker_fixture.hpp"

namespace lungo::test {

bool socket_fixture::until(const std::function<bool()>& done) {
  auto give_up = std::chrono::steady_clock::now() + 3s;
  for (;;) {
    run();
    if (done())
      return true;
    if (std::chrono::steady_clock::now() > give_up)
      return false;
    thread.io().run_one_for(1ms);
  }
}

peer& socket_fixture::connect(broker& to, bool narrow) {
  auto pair = connect_pair(thread.io(), clients_, narrow);
  auto& made = peers_.emplace_back(std::move(pair.client));
  to.add(std::move(pair.server));
  run();
  return made;
}

peer& socket_fixture::connect(std::uint16_t port) {
  peer::tcp::socket made{clients_};
  made.connect({boost::asio::ip::address_v4::loopback(), port});
  return peers_.emplace_back(std::move(made));
}

void broker_fixture::start() {
  broker_parts parts;
  parts.thread = &thread;
  parts.acceptor = &thread.acceptor();
  parts.config = &config;
  parts.connections_max = 100;
  parts.supervisor = spawn_recorder(*this, told);
  parts.spawn_pipeline = [this] { return spawn_recorder(*this, asked); };
  handle = system().spawn<broker>(std::move(parts));
  track(handle);
  broker_
    = dynamic_cast<broker*>(caf::actor_cast<caf::abstract_actor*>(handle));
  run();
}

peer& broker_fixture::connect(bool narrow) {
  if (!broker_)
    start();
  return socket_fixture::connect(*broker_, narrow);
}

peer& broker_fixture::knock() {
  if (!broker_) {
    auto opened = thread.acceptor().open("127.0.0.1", 0, false);
    REQUIRE(opened.has_value());
    port_ = opened.value();
    start();
  }
  return socket_fixture::connect(port_);
}

broker_fixture::client broker_fixture::ask(std::string_view octets,
                                           bool narrow) {
  auto& made = connect(narrow);
  auto before = asked->serves.size();
  made.send(octets);
  return {made, served(before)};
}

exchange_ref broker_fixture::served(std::size_t number) {
  REQUIRE(until([&] { return asked->serves.size() > number; }));
  return asked->serves[number].at;
}

msg::commit broker_fixture::commit_for(const exchange_ref& at) {
  msg::commit made{at, {http::text(""), http::framing::chunked}, {}, {}};
  made.habits.first = made.habits.idle = sse::encode(sse::event{});
  made.habits.idle_every = heartbeat;
  made.habits.ack_bytes = ack_bytes;
  made.habits.max_age = max_age;
  made.connection = spawn_recorder(*this, heard);
  return made;
}

broker_fixture::stream broker_fixture::open(bool chunked, bool narrow) {
  auto opened = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n", narrow);
  auto what = commit_for(opened.at);
  if (!chunked)
    what.opening.framing = http::framing::close;
  order(what);
  REQUIRE(until(
    [&] { return opened.socket.text().find(":\n\n") != std::string::npos; }));
  return {opened.socket, opened.at.session};
}

msg::write broker_fixture::writing(session_id to, std::string text) {
  auto size = text.size();
  auto owner = std::make_shared<const std::string>(std::move(text));
  std::string_view view = *owner;
  return {to, {flow::octets{std::move(owner), view, size}}};
}

} // namespace lungo::test
