#pragma once

#include "lungo/broker/stream_session.hpp"
#include "lungo/http/codec.hpp"

#include <optional>
#include <string>

namespace lungo {

/// The socket of an HTTP client: turns octets into requests, hands each to the
/// pipeline, and sends what comes back. One exchange at a time, so that answers
/// keep the order of pipelined requests, and a client that does not read its
/// answers is not read from either.
class http_session : public session {
public:
  http_session(session_host& host, session_id id, tcp::socket socket);
  ~http_session() override;

  /// Begins to read.
  void start();

  /// Is this the exchange that waits for its answer?
  bool awaits(std::uint32_t exchange) const noexcept;

  http_session* as_http() noexcept override { return this; }

  /// Sends the answer of the exchange that waits for it.
  void reply(const msg::reply& what);

  /// The chain has approved: reads the body, whole or some of it, and passes
  /// that on.
  void read_body(bool whole);

  /// The head of the upgrade, behind `100 Continue` if the client waits for
  /// that with a body that will be read.
  std::string encode_opening(const msg::commit& what) const;

  /// What the session of the upgrade goes on with; this one is over.
  struct legacy {
    tcp::socket socket;
    std::string early;                        ///< Read, but not decoded yet.
    std::unique_ptr<incoming_body> body = {}; ///< Null if none is unread.
  };
  legacy hand_over();

  void on_tick(time_point now) override;
  void on_drain() override;
  void on_abort() override;

private:
  enum class phase : unsigned char {
    idle,         ///< Between two requests.
    reading_head, ///< A head has begun.
    serving,      ///< The exchange is with the pipeline.
    reading_body, ///< It still is, and waits for the body.
    replying,     ///< The answer is on its way; another request may follow.
    closing,      ///< The last answer is on its way.
  };

  void on_readable() override;
  void on_flushed() override;
  void on_sent(std::size_t) override {}
  void on_lost() override;

  bool reading() const noexcept;
  void process(std::string_view input);
  void process_pending();
  bool step(std::string_view& input);
  void serve();
  void pass_body(bool last, std::optional<error> failure = {});
  void refuse(const error& why);
  void send(const http::response& what, http::framing how, bool with_body,
            bool keep_alive);
  std::string encode(const handshake::opening& what, bool keep_alive) const;
  void enter(phase next);

  http::request_decoder decoder_;
  std::string pending_; ///< Read, but not decoded yet.
  std::string body_;
  std::string peer_;
  pipeline_actor pipeline_;
  time_point since_; ///< When the phase, or the latest wait in it, began.
  std::uint32_t exchange_ = 0;
  phase phase_ = phase::idle;
  http::version version_ = http::version::http_1_1;
  bool head_request_ = false; ///< Answers have no body.
  bool body_unread_ = false;  ///< So nothing can follow on this socket.
  bool body_begun_ = false;   ///< Has it been asked for?
  bool body_whole_ = true;    ///< Is it passed on in one?
};

} // namespace lungo
