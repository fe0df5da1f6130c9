#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bench {

/// Reads ordinary answers that have a `Content-Length`, one at a time.
class answer_reader {
public:
  /// Takes `input`; the body, when it is whole. Valid until the next call.
  /// @throws std::runtime_error on a status that is none of success, or what
  /// follows the answer without having been asked for.
  std::optional<std::string_view> put(std::string_view input);

private:
  std::string held_;
  bool answered_ = false;
};

} // namespace bench
