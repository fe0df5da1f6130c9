#pragma once

#include "lungo/result.hpp"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lungo::http {

/// One field line (RFC 9110, 5): a name that is a token and a value without
/// CR, LF or NUL.
struct field {
  std::string name;
  std::string value;

  bool operator==(const field&) const = default;
};

/// Is `name` a token (RFC 9110, 5.6.2)?
bool is_token(std::string_view name) noexcept;

/// Compares as field names, methods' tokens and schemes compare: ASCII letters
/// without regard to case, all other octets as they are.
bool iequals(std::string_view a, std::string_view b) noexcept;

/// `text` without the blanks (SP and HTAB) around it: optional white space, RFC
/// 9110, 5.6.3. Points into `text`.
std::string_view trim_ows(std::string_view text) noexcept;

/// The parts of `text` between the `mark`s that stand in no quoted string (RFC
/// 9110, 5.6.4), without blanks around; one more than there are marks, so there
/// may be empty ones. They point into `text`.
std::vector<std::string_view> split_unquoted(std::string_view text, char mark);

/// Says whether `name: value` may stand in a message as it is, and if not, why
/// and what to do: `errc::invalid_value`. The name must be a token; the value
/// may hold no control character but HTAB, and no blank around it, which
/// every reader would take off (RFC 9110, 5.5). Octets from 0x80 are let pass.
result<void> check_field(std::string_view name, std::string_view value);

/// The field `name: value`. Blanks around the value are no part of it and are
/// taken off.
/// @throws invalid_value if `check_field` refuses the rest.
field make_field(std::string name, std::string value);

/// The fields of a message in the order in which they were added. Several
/// fields of one name stay several (`Set-Cookie`, `Link`, `Vary`). Names
/// compare without regard to case. A value type without hidden sharing.
class fields {
public:
  using const_iterator = std::vector<field>::const_iterator;

  fields() = default;

  /// Adds each in turn.
  /// @throws invalid_value as `add`.
  fields(std::initializer_list<field> init);

  /// Appends one field and leaves those of the same name alone.
  /// @throws invalid_value as `make_field`; nothing is changed then.
  fields& add(std::string name, std::string value);

  /// Replaces all fields of that name by one, at the place of the first; at the
  /// end if there was none.
  /// @throws invalid_value as `make_field`; nothing is changed then.
  fields& set(std::string name, std::string value);

  /// Removes all fields of that name; returns how many there were.
  std::size_t remove(std::string_view name);

  /// The value of the first field of that name. Valid until the next change.
  std::optional<std::string_view> get(std::string_view name) const noexcept;

  /// The values of all fields of that name, in order. Valid until the next
  /// change.
  std::vector<std::string_view> all(std::string_view name) const;

  /// The elements of the comma-separated lists in the fields of that name, in
  /// order, without blanks around; empty ones are passed over (RFC 9110,
  /// 5.6.1). A comma within a quoted string parts nothing. Valid until the next
  /// change.
  std::vector<std::string_view> elements(std::string_view name) const;

  bool contains(std::string_view name) const noexcept;

  /// Is `token` an element of the comma-separated lists in the fields of that
  /// name (RFC 9110, 5.6.1)? Compares without regard to case. A comma within a
  /// quoted string parts nothing; no list has an empty element.
  bool has_token(std::string_view name, std::string_view token) const noexcept;

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  const_iterator begin() const noexcept { return entries_.begin(); }
  const_iterator end() const noexcept { return entries_.end(); }

  bool operator==(const fields&) const = default;

private:
  std::vector<field> entries_;
};

} // namespace lungo::http
