// Precompiled for every source of these tests: CAF and Asio cost seconds per
// file.
#include <boost/asio/ip/tcp.hpp>
#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <doctest/doctest.h>
