#pragma once

#include "lungo/broker/session.hpp"
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

  /// Sends the answer of the exchange that waits for it.
  void reply(const msg::reply& what);

  /// The chain has approved: reads the body and passes it on.
  void read_body();

  /// The head of the upgrade, and the socket with it; the session is over.
  std::string encode_opening(const msg::commit& what) const;
  tcp::socket take_socket() { return release(); }

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
  void pass_body(std::optional<error> failure);
  void refuse(const error& why);
  void send(const http::response& what, http::framing how, bool with_body,
            bool keep_alive);
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
};

} // namespace lungo
