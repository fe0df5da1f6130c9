#include "lungo/stream_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <system_error>

namespace lungo::stream {

namespace {

using open_file = std::shared_ptr<std::ifstream>;

/// Pushes the next octets; false if there are fewer than were promised.
bool push_some(transfer& to, std::istream& from, std::uint64_t& left) {
  std::array<char, 16 * 1024> buffer;
  auto wanted = std::min<std::uint64_t>(left, buffer.size());
  from.read(buffer.data(), static_cast<std::streamsize>(wanted));
  auto got = static_cast<std::size_t>(from.gcount());
  to.push({buffer.data(), got});
  left -= got;
  return got == wanted;
}

behavior send_file(connection<>* self, const open_file& from,
                   std::uint64_t size) {
  self->on_drained([=, left = size]() mutable {
    while (left > 0 && self->writable())
      if (!push_some(*self, *from, left))
        return self->abort();
    if (left == 0)
      self->close();
  });
  return {};
}

} // namespace

http::answer file(const std::filesystem::path& path, const std::string& type) {
  auto none = [] {
    return http::error_response({errc::not_found, "there is no such file"});
  };
  // To open a pipe would be to wait for who writes to it.
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed))
    return none();
  auto size = std::filesystem::file_size(path, failed);
  auto from = std::make_shared<std::ifstream>(path, std::ios::binary);
  if (failed || !*from)
    return none();
  return upgrade(
           [=](connection<>* self) { return send_file(self, from, size); },
           options{size})
    .with("Content-Type", type);
}

} // namespace lungo::stream
