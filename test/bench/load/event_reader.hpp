#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// One event, as far as the benchmark looks at it.
struct event {
  std::uint64_t id = 0;      ///< Its number.
  std::uint64_t made_at = 0; ///< Nanoseconds of the steady clock.
};

/// Reads one event stream: the head, then chunks if it comes in such, then
/// lines, wherever they are cut. An event's number is the second word of its
/// data, behind the time, and where that is none, the id.
class event_reader {
public:
  /// Sent with the request, as by a browser's EventSource.
  static constexpr std::string_view fields = "Accept: text/event-stream\r\n";

  /// Takes `input` and calls `on_event` for each event that ends in it.
  /// @throws std::runtime_error on an answer other than a 200 with events.
  template <class F>
  void put(std::string_view input, F on_event) {
    while (!input.empty()) {
      auto text = next_text(input);
      while (!text.empty())
        if (take_line(text))
          on_event(event_);
    }
  }

  /// Has the head come?
  bool open() const noexcept { return at_ != place::head; }

private:
  enum class place : unsigned char { head, size, text, text_end };

  std::string_view next_text(std::string_view& input);
  void take_head(std::string_view& input);
  void take_size(std::string_view& input);
  bool take_line(std::string_view& text);
  bool finish_line(std::string_view line);
  void take_data(std::string_view data);

  place at_ = place::head;
  bool has_data_ = false;
  std::uint64_t left_ = 0; ///< Octets of this place still to come.
  event event_;
  std::string held_; ///< Of a head or a chunk size that is not whole yet.
  std::string line_; ///< Of a line that is not.
};

} // namespace bench
