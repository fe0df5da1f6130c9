#include "feed.hpp"
#include "stream_report.hpp"

namespace bench {

report run_fanout(const options& o) {
  constexpr std::chrono::milliseconds warm_up{300};
  server_figures server{o.server};
  feed load{o, "/events", "/publish?count=", o.connections,
            o.at_once > 0 ? o.at_once : o.window};
  load.publish_for(warm_up);
  stream_span span{server, load.all().so_far()};
  load.publish_for(o.length);
  auto figures = span.finish(load.all().so_far());
  load.finish();
  add_checks(figures, load.all().so_far());
  return figures;
}

} // namespace bench
