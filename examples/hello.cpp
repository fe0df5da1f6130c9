// One route.

#include <lungo/run.hpp>

int main(int argc, char** argv) {
  return lungo::run(argc, argv, [](lungo::server& app) {
    app.get("/health", [](const lungo::http::request&) {
      return lungo::http::text("ok");
    });
  });
}
