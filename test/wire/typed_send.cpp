// Not part of a program: compile_test.py compiles it with different messages.

#include <lungo/sse_connection.hpp>

#include <string>

void send_message(caf::event_based_actor* from,
                  const lungo::sse_connection_actor& to) {
  from->send(to, MESSAGE);
}
