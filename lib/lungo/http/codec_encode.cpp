#include "lungo/http/codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace lungo::http {

namespace {

constexpr std::string_view line_end = "\r\n";

/// `value` in decimal, in the memory of the caller.
struct digits {
  explicit digits(std::uint64_t value) {
    const auto done
      = std::to_chars(text.data(), text.data() + text.size(), value);
    size = static_cast<std::size_t>(done.ptr - text.data());
  }

  operator std::string_view() const noexcept { return {text.data(), size}; }

  std::array<char, 20> text;
  std::size_t size;
};

/// Is a change of protocols what the response is about?
bool speaks_of_upgrade(status s) noexcept {
  return s == status::switching_protocols || s == status::upgrade_required;
}

/// Does the protocol, not the program, say what this field holds?
bool is_protocol_field(std::string_view name, status s) noexcept {
  if (iequals(name, "Upgrade"))
    return !speaks_of_upgrade(s);
  if (iequals(name, "Connection"))
    return s != status::switching_protocols;
  return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding")
         || iequals(name, "Keep-Alive");
}

std::size_t size_hint(const response& message) noexcept {
  constexpr std::size_t status_line_and_protocol_fields = 256;
  std::size_t size = status_line_and_protocol_fields;
  for (const auto& f : message.fields)
    size += f.name.size() + f.value.size() + 4;
  return size;
}

void append_line(std::string& out, std::string_view name,
                 std::string_view value) {
  out.append(name).append(": ").append(value).append(line_end);
}

void append_framing(std::string& out, framing how, std::uint64_t length) {
  if (how == framing::chunked)
    append_line(out, "Transfer-Encoding", "chunked");
  else if (how == framing::length)
    append_line(out, "Content-Length", digits{length});
}

/// RFC 9112, 9.3: only what the version does not say by itself.
std::string_view persistence(bool keep_alive, version spoken) noexcept {
  if (!keep_alive)
    return "close";
  return spoken == version::http_1_0 ? "keep-alive" : "";
}

/// An `Upgrade` holds for this hop only, so it is listed (RFC 9110, 7.8).
void append_connection(std::string& out, bool has_upgrade,
                       std::string_view persistence) {
  std::string options = has_upgrade ? "Upgrade" : "";
  if (!persistence.empty())
    options.append(has_upgrade ? ", " : "").append(persistence);
  if (!options.empty())
    append_line(out, "Connection", options);
}

void append_two(std::string& out, unsigned number) {
  out.push_back(static_cast<char>('0' + number / 10 % 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

} // namespace

framing framing_for(status s) noexcept {
  const auto code = static_cast<std::uint16_t>(s);
  const auto bodyless
    = code < 200 || s == status::no_content || s == status::not_modified;
  return bodyless ? framing::none : framing::length;
}

// Beast's serializer would group the fields of one name, and so lose the order
// that the handler and the middleware gave them.
std::string encode_head(const response& message, framing how,
                        std::uint64_t content_length, bool keep_alive,
                        version spoken, std::string_view date) {
  std::string out;
  out.reserve(size_hint(message));
  out.append("HTTP/1.1 ")
    .append(digits{static_cast<std::uint16_t>(message.status)})
    .append(" ")
    .append(reason_phrase(message.status))
    .append(line_end);
  if (!date.empty() && !message.fields.contains("Date"))
    append_line(out, "Date", date);
  for (const auto& f : message.fields)
    if (!is_protocol_field(f.name, message.status))
      append_line(out, f.name, f.value);
  append_framing(out, how, content_length);
  const auto has_upgrade
    = speaks_of_upgrade(message.status) && message.fields.contains("Upgrade");
  if (message.status != status::switching_protocols)
    append_connection(out, has_upgrade, persistence(keep_alive, spoken));
  return out.append(line_end);
}

std::string http_date(std::int64_t seconds) {
  namespace chrono = std::chrono;
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr std::int64_t first = -62'167'219'200; // The year 0,
  constexpr std::int64_t last = 253'402'300'799;  // and the end of 9999.
  const chrono::sys_seconds moment{
    chrono::seconds{std::clamp(seconds, first, last)}};
  const auto midnight = chrono::floor<chrono::days>(moment);
  const chrono::year_month_day day{midnight};
  const chrono::hh_mm_ss time{moment - midnight};
  const auto year = static_cast<unsigned>(static_cast<int>(day.year()));
  std::string out;
  out.reserve(std::string_view{"Sun, 06 Nov 1994 08:49:37 GMT"}.size());
  out.append(days.substr(3 * chrono::weekday{midnight}.c_encoding(), 3))
    .append(", ");
  append_two(out, static_cast<unsigned>(day.day()));
  out.append(" ")
    .append(months.substr(3 * (static_cast<unsigned>(day.month()) - 1), 3))
    .append(" ");
  append_two(out, year / 100);
  append_two(out, year % 100);
  out.append(" ");
  append_two(out, static_cast<unsigned>(time.hours().count()));
  out.append(":");
  append_two(out, static_cast<unsigned>(time.minutes().count()));
  out.append(":");
  append_two(out, static_cast<unsigned>(time.seconds().count()));
  return out.append(" GMT");
}

} // namespace lungo::http
