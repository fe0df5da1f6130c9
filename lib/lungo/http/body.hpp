#pragma once

#include "lungo/http/exchange.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <variant>

namespace lungo::http {

/// Takes a request's body piece by piece, so that it is never held whole, and
/// answers when it has seen enough. One for each request, used by the session's
/// pipeline and by nobody else; the next piece is read from the socket when
/// `piece` has returned.
///
/// The lifecycle: `piece` any number of times; then `end`, if the whole body
/// came. Without `end` it is destroyed: the client left, was too slow, or broke
/// the protocol. So what must be undone then belongs into the destructor. What
/// either throws is a 500 without detail.
class body_reader {
public:
  virtual ~body_reader() = default;

  /// The next octets, at least one; valid during the call.
  /// @returns an answer to stop here: the rest is not read, and the client is
  ///          closed behind its answer.
  virtual std::optional<answer> piece(std::string_view octets) = 0;

  /// The body is whole.
  virtual answer end() = 0;
};

/// What a handler that takes its request without the body makes of it: an
/// answer at once, or a reader. An upgrade may read the body itself.
using intake = std::variant<response, upgrade, std::unique_ptr<body_reader>>;

/// Makes a reader of two functions; both are destroyed with it. `on_piece`
/// returns nothing.
template <class Piece, class End>
std::unique_ptr<body_reader> read_body(Piece on_piece, End on_end) {
  class reader final : public body_reader {
  public:
    reader(Piece p, End e) : piece_(std::move(p)), end_(std::move(e)) {}

    std::optional<answer> piece(std::string_view octets) override {
      piece_(octets);
      return std::nullopt;
    }

    answer end() override { return end_(); }

  private:
    Piece piece_;
    End end_;
  };
  return std::make_unique<reader>(std::move(on_piece), std::move(on_end));
}

} // namespace lungo::http
