// The server of the wire tests: all that the examples have no route for. A
// first argument without dashes is its mode:
//   everywhere  puts CORS around every answer
//   ambiguous   has two routes that no request could tell apart

#include "routes.hpp"

#include <lungo/run.hpp>

#include <string_view>

namespace {

using namespace lungo;

void set_up(server& app, std::string_view mode) {
  test::tally reasons{app};
  app.get("/counts", reasons.handler());
  test::add_plain_routes(app);
  test::add_body_routes(app, reasons);
  test::add_stream_routes(app, reasons);
  test::add_judged_routes(app, reasons);
  test::add_websocket_routes(app, reasons);
  test::add_topic_routes(app, reasons);
  test::add_lifetime_routes(app, reasons);
  if (mode == "everywhere")
    app.everywhere(cors{.origins = {"*"}});
  if (mode == "ambiguous")
    app.get("/number/:other",
            [](const http::request&) { return http::text("never"); });
}

} // namespace

int main(int argc, char** argv) {
  std::string_view mode = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
  if (!mode.empty()) {
    argv[1] = argv[0];
    ++argv;
    --argc;
  }
  return lungo::run(argc, argv, [=](server& app) { set_up(app, mode); });
}
