// Precompiled for every source of this library: CAF and Asio cost seconds per
// file.
#include <boost/asio/ip/tcp.hpp>
#include <caf/all.hpp>
