#include "lungo/websocket/frame.hpp"

#include "lungo/websocket/deflate.hpp"
#include "lungo/websocket/frame_header.hpp"

#include <array>

namespace lungo::websocket {

namespace {

/// The header of a data frame, in the memory of the caller.
class header {
public:
  header(const message& m, std::size_t payload_size, bool deflated)
    : size_(write_header(text_, m.is_text() ? opcode::text : opcode::binary,
                         payload_size, deflated)) {}

  operator std::string_view() const noexcept { return {text_.data(), size_}; }

private:
  std::array<char, 10> text_;
  std::size_t size_;
};

} // namespace

frame encode(const message& m) {
  auto& payload = m.payload();
  return frame{
    flow::frame::uniform(header{m, payload.size(), false}, payload, m.key())};
}

frame encode_deflated(const message& m, deflater& with) {
  auto small = with.compress(m.payload());
  if (small.size() >= m.payload().size())
    return encode(m);
  return frame{
    flow::frame::uniform(header{m, small.size(), true}, small, m.key())};
}

frame encode_twofold(const message& m, deflater& with) {
  auto small = with.compress(m.payload());
  if (small.size() >= m.payload().size())
    return encode(m);
  std::string plain{header{m, m.payload().size(), false}};
  std::string coded{header{m, small.size(), true}};
  plain += m.payload();
  coded += small;
  return frame{flow::frame::twofold(plain, coded, m.key())};
}

} // namespace lungo::websocket
