#pragma once

#include "lungo/error.hpp"

#include <boost/system/result.hpp>

namespace lungo {

/// A value, or the error that says why there is none. How `lib` reports what a
/// peer did wrong; nothing a peer sends throws.
template <class T>
using result = boost::system::result<T, error>;

/// What `result<T>::value()` throws when there is none (found by ADL).
[[noreturn]] void throw_exception_from_error(const error& err,
                                             const boost::source_location&);

} // namespace lungo
