#include "lungo/http/codec.hpp"

#include "lungo/http/chunked_body.hpp"
#include "lungo/http/head_rules.hpp"
#include "lungo/http/request_line.hpp"
#include "lungo/http/target.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace lungo::http {

namespace {

namespace beast = boost::beast;
using beast::error_code;

/// Takes a scanned head apart. Beast is the second reader: a head goes through
/// only if the scanners and it agree. Beast's own containers are not used, for
/// they group the fields of one name and so lose the order.
class head_parser final : public beast::http::basic_parser<true> {
public:
  head_parser(request& into, std::string& method_name)
    : into_{into},
      method_name_{method_name} {
    // The limits are kept by the scanners, the body is read by ourselves.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
    skip(true);
  }

private:
  using text = beast::string_view;
  using optional_length = boost::optional<std::uint64_t>;

  void on_request_impl(beast::http::verb, text method_name, text target,
                       int spoken, error_code&) override {
    method_name_.assign(method_name.data(), method_name.size());
    into_.target.assign(target.data(), target.size());
    into_.version = spoken == 10 ? version::http_1_0 : version::http_1_1;
  }

  void on_field_impl(beast::http::field, text name, text value,
                     error_code&) override {
    into_.fields.add({name.data(), name.size()}, {value.data(), value.size()});
  }

  void on_response_impl(int, text, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const optional_length&, error_code&) override {}
  std::size_t on_body_impl(text, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text, error_code&) override {
    return 0;
  }
  void on_finish_impl(error_code&) override {}

  request& into_;
  std::string& method_name_;
};

constexpr fault large_head{errc::fields_too_large,
                           "The head of the request is too large."};

result<void> parse_octets(std::string_view raw, request& into,
                          std::string& method_name) {
  head_parser parser{into, method_name};
  error_code failed;
  const auto used
    = parser.put(boost::asio::const_buffer{raw.data(), raw.size()}, failed);
  if (failed || used != raw.size())
    return error{errc::bad_request,
                 "The head is malformed: " + failed.message() + "."};
  return {};
}

result<method> known_method(std::string_view name) {
  const auto known = parse_method(name);
  if (!known || *known == method::connect)
    return error{errc::not_implemented, "This method is not known here."};
  return *known;
}

/// Gives the memory of `value` back, which assigning an empty one need not do.
template <class T>
void release(T& value) {
  T fresh{};
  std::swap(value, fresh);
}

} // namespace

class request_decoder::impl {
public:
  explicit impl(const limits& bounds)
    : bounds_{bounds},
      line_{bounds},
      chunks_{bounds} {}

  event put(std::string_view& input);
  void limit_body(std::uint64_t bytes);
  void next();

  bool idle() const noexcept {
    return stage_ == stage::request_line && line_.size() == 0;
  }

  bool has_body() const noexcept {
    return plan.how == framing::chunked || plan.length > 0;
  }

  request head;
  std::string_view piece;
  error refusal{};
  body_plan plan;
  bool expects_continue = false;
  bool keep_alive = false;

private:
  enum class stage : std::uint8_t {
    request_line,
    fields,
    body,
    complete,
    refused,
  };

  event put_head(std::string_view& input);
  event put_length_body(std::string_view& input);
  event put_chunked_body(std::string_view& input);
  result<progress> scan_head(std::string_view& input);
  event finish_head(std::string_view raw);
  result<void> parse_head(std::string_view raw);
  result<void> judge_head(std::string_view method_name);
  event complete();
  event refuse(error why);

  limits bounds_;
  stage stage_ = stage::request_line;
  request_line_scanner line_;
  field_section_scanner fields_;
  chunked_body_scanner chunks_;
  std::uint64_t remaining_ = 0; ///< Of a body of known length.
  std::string raw_head_;        ///< What is here of a head that came in pieces.
};

request_decoder::event request_decoder::impl::put(std::string_view& input) {
  piece = {};
  switch (stage_) {
  case stage::request_line:
  case stage::fields:
    return put_head(input);
  case stage::body:
    return plan.how == framing::chunked ? put_chunked_body(input)
                                        : put_length_body(input);
  case stage::complete:
    return event::complete;
  default:
    return event::refused;
  }
}

void request_decoder::impl::limit_body(std::uint64_t bytes) {
  chunks_.limit(bytes);
  if (plan.length > bytes)
    refuse(large_body.to_error());
}

void request_decoder::impl::next() {
  release(head);
  piece = {};
  plan = {};
  expects_continue = false;
  keep_alive = false;
  line_.reset();
  chunks_.reset();
  chunks_.limit(bounds_.streamed_body_bytes);
  stage_ = stage::request_line;
}

request_decoder::event
request_decoder::impl::put_head(std::string_view& input) {
  if (idle()) {
    auto skipped = line_.skip_empty_lines(input);
    if (!skipped)
      return refuse(std::move(skipped).error());
    if (*skipped == progress::need_more)
      return event::need_more;
  }
  const auto before = input;
  auto scanned = scan_head(input);
  if (!scanned)
    return refuse(std::move(scanned).error());
  const auto taken = before.substr(0, before.size() - input.size());
  if (*scanned == progress::done && raw_head_.empty())
    return finish_head(taken);
  raw_head_.append(taken);
  return *scanned == progress::done ? finish_head(raw_head_) : event::need_more;
}

result<progress> request_decoder::impl::scan_head(std::string_view& input) {
  if (stage_ == stage::request_line) {
    auto line = line_.scan(input);
    if (!line || *line == progress::need_more)
      return line;
    fields_.start(
      {bounds_.head_bytes - line_.size(), &large_head, bounds_.head_fields});
    stage_ = stage::fields;
  }
  return fields_.scan(input);
}

request_decoder::event
request_decoder::impl::finish_head(std::string_view raw) {
  auto parsed = parse_head(raw);
  release(raw_head_);
  if (!parsed)
    return refuse(std::move(parsed).error());
  stage_ = stage::body;
  return event::head;
}

result<void> request_decoder::impl::parse_head(std::string_view raw) {
  std::string method_name;
  if (auto parsed = parse_octets(raw, head, method_name); !parsed)
    return parsed;
  return judge_head(method_name);
}

result<void> request_decoder::impl::judge_head(std::string_view method_name) {
  const auto method = known_method(method_name);
  if (!method)
    return method.error();
  head.method = *method;
  const auto parts = split_target(head.method, head.target);
  if (!parts)
    return parts.error();
  head.path = parts->path;
  head.query = parts->query;
  if (auto host = check_host(head, parts->has_authority); !host)
    return host;
  const auto planned = plan_body(head, bounds_.streamed_body_bytes);
  if (!planned)
    return planned.error();
  plan = *planned;
  remaining_ = plan.length;
  const auto expects = check_expectation(head);
  if (!expects)
    return expects.error();
  expects_continue = *expects && has_body();
  keep_alive = is_persistent(head);
  return {};
}

request_decoder::event
request_decoder::impl::put_length_body(std::string_view& input) {
  if (remaining_ == 0)
    return complete();
  const auto size = std::min<std::uint64_t>(remaining_, input.size());
  if (size == 0)
    return event::need_more;
  piece = input.substr(0, static_cast<std::size_t>(size));
  input.remove_prefix(piece.size());
  remaining_ -= size;
  return event::body;
}

request_decoder::event
request_decoder::impl::put_chunked_body(std::string_view& input) {
  auto scanned = chunks_.scan(input, piece);
  if (!scanned)
    return refuse(std::move(scanned).error());
  switch (*scanned) {
  case chunked_body_scanner::progress::piece:
    return event::body;
  case chunked_body_scanner::progress::done:
    return complete();
  default:
    return event::need_more;
  }
}

request_decoder::event request_decoder::impl::complete() {
  stage_ = stage::complete;
  return event::complete;
}

request_decoder::event request_decoder::impl::refuse(error why) {
  release(raw_head_);
  refusal = std::move(why);
  keep_alive = false;
  stage_ = stage::refused;
  return event::refused;
}

request_decoder::request_decoder(const limits& bounds)
  : impl_{std::make_unique<impl>(bounds)} {}

request_decoder::~request_decoder() = default;
request_decoder::request_decoder(request_decoder&&) noexcept = default;
request_decoder&
request_decoder::operator=(request_decoder&&) noexcept = default;

request_decoder::event request_decoder::put(std::string_view& input) {
  return impl_->put(input);
}

request& request_decoder::head() noexcept {
  return impl_->head;
}

void request_decoder::limit_body(std::uint64_t bytes) {
  impl_->limit_body(bytes);
}

std::string_view request_decoder::piece() const noexcept {
  return impl_->piece;
}

const error& request_decoder::refusal() const noexcept {
  return impl_->refusal;
}

bool request_decoder::has_body() const noexcept {
  return impl_->has_body();
}

bool request_decoder::expects_continue() const noexcept {
  return impl_->expects_continue;
}

bool request_decoder::keep_alive() const noexcept {
  return impl_->keep_alive;
}

bool request_decoder::idle() const noexcept {
  return impl_->idle();
}

void request_decoder::next() {
  impl_->next();
}

} // namespace lungo::http
