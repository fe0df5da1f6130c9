#include "lungo/http/verdict.hpp"

namespace lungo::http {

amend& amend::set(std::string name, std::string value) {
  edits_.push_back(
    {operation::set, make_field(std::move(name), std::move(value))});
  return *this;
}

amend& amend::add(std::string name, std::string value) {
  edits_.push_back(
    {operation::add, make_field(std::move(name), std::move(value))});
  return *this;
}

amend& amend::remove(std::string name) {
  edits_.push_back({operation::remove, make_field(std::move(name), {})});
  return *this;
}

amend& amend::attribute(std::string name, std::string value) {
  attributes_.emplace_back(std::move(name), std::move(value));
  return *this;
}

amend& amend::transform_body(body_transform how) {
  transform_ = std::move(how);
  return *this;
}

void amend::apply_to(fields& target) const {
  for (const auto& [op, what] : edits_) {
    switch (op) {
    case operation::set:
      target.set(what.name, what.value);
      break;
    case operation::add:
      target.add(what.name, what.value);
      break;
    case operation::remove:
      target.remove(what.name);
      break;
    }
  }
}

} // namespace lungo::http
