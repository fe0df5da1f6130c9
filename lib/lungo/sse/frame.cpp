#include "lungo/sse/frame.hpp"

#include "lungo/error.hpp"
#include "lungo/http/chunk.hpp"

namespace lungo::sse {

namespace {

std::string_view checked(std::string_view block) {
  if (!block.ends_with("\n\n"))
    throw invalid_value("a frame must end in an empty line");
  return block;
}

} // namespace

frame::frame(std::string_view block, std::string_view key, bool resumable)
  : flow::frame(wrapped(http::chunk_header{checked(block).size()}, block,
                        http::chunk_end, key, resumable)) {}

} // namespace lungo::sse
