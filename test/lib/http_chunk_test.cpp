#include "lungo/http/chunk.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

using lungo::http::chunk_header;

TEST_CASE("a chunk starts with its size in hex") {
  CHECK(std::string_view{chunk_header(1)} == "1\r\n");
  CHECK(std::string_view{chunk_header(255)} == "ff\r\n");
  CHECK(std::string_view{chunk_header(0x12'3456)} == "123456\r\n");
  CHECK(std::string_view{chunk_header(SIZE_MAX)} == "ffffffffffffffff\r\n");
}
