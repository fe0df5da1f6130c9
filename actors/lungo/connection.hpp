#pragma once

#include "lungo/caf.hpp"
#include "lungo/close_reason.hpp"
#include "lungo/connection_plan.hpp"
#include "lungo/messages.hpp"
#include "lungo/topics.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lungo {

/// The actor of a committed upgrade: what all kinds have in common. Runs on the
/// scheduler; its mailbox carries messages of users and, now and then, news of
/// its stream, but no octets of the socket.
///
/// The lifecycle:
/// 1. Spawned and monitored by the supervisor once the chain has approved.
/// 2. `on_open` runs. If it throws, the client gets a 500 and nothing else
///    happens. What it pushes waits.
/// 3. The broker commits: the head is out, what waited follows.
/// 4. The conversation: messages in, frames out, while the outbox holds.
/// 5. It ends: by itself (`close`), since its peer left, by a fault, at drain.
///    The stream is ended accordingly and `on_close` hears the reason, once.
///
/// Members are for the actor's own handlers only; from elsewhere, send
/// messages.
class connection : public caf::event_based_actor {
public:
  connection(caf::actor_config& cfg, connection_start start);

  /// The request that asked for this connection. During `on_open` only; copy
  /// what you need for longer, so that a million streams keep no heads.
  const http::request& request() const;

  // A connection may ask other actors, as any actor.
  using caf::event_based_actor::request;

  /// Ends the connection cleanly, behind all that was pushed. What is pushed
  /// later is dropped.
  void close() { close(close_reason::stopped); }

  /// The same: a connection that quits has said all it wanted to.
  void quit() { close(); }

  /// Calls `f` once, when the connection has ended, with the reason.
  void on_close(std::function<void(close_reason)> f);

  /// Calls `f` each time the peer has caught up after `writable` was false, and
  /// once when the stream is open: the place to push from, while `writable`, as
  /// fast as the client takes it.
  void on_drained(std::function<void()> f);

  /// Calls `f` every `period` while the connection is open, for the first time
  /// when one has passed.
  /// @throws invalid_value if `period` is not more than zero.
  void every(std::chrono::milliseconds period, std::function<void()> f);

  /// What allows this connection holds for so long, from now on: then it ends,
  /// reason `expired`, unless this, or a `renew` from anywhere, has said
  /// otherwise by then. At most half a second late.
  void expires_in(std::chrono::milliseconds time);

  /// Would a frame pushed now leave at once? False before the commit, and while
  /// the peer is behind by what the window holds.
  bool writable() noexcept;

  /// Reads a topic no more.
  void unsubscribe(std::string topic);

  /// What the outbox has seen.
  const flow::outbox::counters& counted() const noexcept;

  /// The library's own messages come that way: give `on_open`'s behavior a
  /// handler for what you expect.
  template <class F>
  void set_default_handler(F) = delete;

  // For CAF.
  caf::behavior make_behavior() final;
  void on_exit() override;
  caf::invoke_message_result consume(caf::mailbox_element& what) final;

  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

protected:
  /// Runs the user's `on_open`; returns the user's handlers.
  virtual caf::message_handler open() = 0;

  /// Takes what the library itself says, and what any connection of this kind
  /// understands; false if `what` is neither. The user's handlers are asked
  /// before. This is no `behavior`: one of so many handlers would be the larger
  /// part of an idle connection's memory.
  virtual bool receive(const mail& what);

  /// Will it ask for the body of its request? Known behind `on_open`.
  virtual bool reads_body() const { return false; }

  /// The stream is open, and what waited is about to leave.
  virtual void on_committed() {}

  /// It is about to close for that reason: the last chance to push. Returns the
  /// reason that is true behind that.
  virtual close_reason on_closing(close_reason reason) { return reason; }

  /// It has been told to end itself.
  virtual void shut(const msg::shut& what) { close(what.reason); }

  /// Does a peer see an end, and not a cut, if it ends for that reason?
  virtual bool is_whole(close_reason reason) const {
    return ends_cleanly(reason);
  }

  /// The peer has caught up: what is asked for may come.
  virtual void on_writable() {}

  /// The frame that tells a peer which can resume what it has lost.
  virtual flow::frame gap(std::uint64_t) const { return {}; }

  /// What is said behind the last frame.
  virtual flow::octets farewell(close_reason) { return {}; }

  /// Tells the user, once.
  virtual void tell_closed(close_reason reason);

  /// Makes this connection a reader of topics: what they hold comes as fast as
  /// the peer takes it. During `on_open`, the stream does not begin before the
  /// topics have agreed, and what they refuse is the client's answer. Called
  /// again, it adds topics from now on; then only the filters count.
  void subscribe_to(const topics& from, std::vector<std::string> names,
                    subscribe_options how, topic::form as, std::string after);

  /// Where the client left off: its `Last-Event-ID`, else that query parameter.
  static std::string position_of_client(const http::request& asked,
                                        const std::string& query);

  /// Puts a frame into the outbox; it leaves when this message is handled.
  void push_frame(flow::frame what);

  void close(close_reason reason);

  /// The stream is gone already.
  void lost(close_reason reason);

  /// Ends now, whatever waits.
  void end(close_reason reason);

  bool ended() const noexcept { return stage_ == stage::ended; }
  bool is_opening() const noexcept { return start_.exchange != nullptr; }
  bool is_open() const noexcept { return stage_ == stage::open; }
  bool takes_frames() const noexcept {
    return stage_ == stage::opening || stage_ == stage::open;
  }

  /// Where it writes to; null before the commit and behind the end.
  const stream_ref& writes_to() const noexcept { return stream_; }

  /// The exchange it began with. During `on_open` only.
  const http::exchange& exchange() const;

  /// Replaces the user's handlers.
  void become_handlers(caf::message_handler users);

  /// The form of a frame that this peer gets.
  flow::octets octets_of(const flow::frame& what, std::size_t cost) const;

private:
  static constexpr auto never = std::chrono::steady_clock::time_point::max();

  enum class stage : unsigned char {
    opening, ///< Not committed yet.
    open,
    closing, ///< Ends when the outbox is empty.
    ended,
  };

  struct rhythm {
    std::chrono::milliseconds period;
    std::function<void()> beat;
  };

  struct reading;
  using topic_batch = std::shared_ptr<const topic::batch>;

  bool receive_of_topics(const mail& what);
  void join(std::vector<std::string> names, subscribe_options how);
  void ask_for_place();
  void look_for_log();
  void fed(const msg::feed& what);
  void hand_out(const topic_batch& batch, std::size_t from);
  void bridge(const topic_batch& batch, std::size_t at);
  void go_on(const topic_batch& batch, std::size_t at);
  void append_frame(flow::frame what);
  void refused(const error& why);
  void pull();
  void say_ready(supervisor_actor to, bool reads_body);

  void beat(std::size_t index);
  void committed(const msg::committed& what);
  void drained(std::size_t cost);
  void tell_expiry();

  void settle();
  void write();
  void append_gap(std::uint64_t dropped, std::vector<flow::octets>& to) const;
  void notify_drained();
  void conclude(close_reason reason);

  flow::outbox outbox_;
  stream_ref stream_;
  connection_start start_; ///< Emptied once it is open.
  std::function<void(close_reason)> on_close_;
  std::function<void()> on_drained_;
  std::vector<rhythm> rhythms_;
  std::shared_ptr<reading> reading_; ///< If it reads topics.
  std::chrono::steady_clock::time_point expires_ = never;
  stage stage_ = stage::opening;
  close_reason reason_ = close_reason::stopped;
  bool coded_ = true;      ///< Which form of frames the peer gets.
  bool resumable_ = false; ///< Has the peer had a place to come back to?
  bool dirty_ = false;     ///< There may be something to write or notify.
  bool behind_ = true;     ///< `on_drained` is due when it is writable.
  bool drained_replaced_ = false; ///< While `on_drained` ran.
  bool flush_queued_ = false;
};

} // namespace lungo
