#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lungo::http {

/// Changes the octets of one body on their way: is given them piece by piece,
/// in order, and returns what goes on in their place, which may be more, less
/// or nothing yet. With `last` no more octets come, so what it still holds is
/// due; `octets` may be empty then. It is made anew for each exchange, so it
/// may have a state of its own. What it throws is a fault: before anything was
/// sent a 500, behind that a cut.
using body_transform
  = std::function<std::string(std::string_view octets, bool last)>;

/// The transforms of one body, in the order in which they are passed.
class body_transforms {
public:
  void add(body_transform next) { chain_.push_back(std::move(next)); }
  bool empty() const noexcept { return chain_.empty(); }

  /// `octets` through all of them.
  std::string apply(std::string octets, bool last) const {
    for (auto& each : chain_)
      octets = each(octets, last);
    return octets;
  }

private:
  std::vector<body_transform> chain_;
};

} // namespace lungo::http
