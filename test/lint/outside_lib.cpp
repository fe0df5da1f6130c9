// A program of someone else, built against what is installed.

#include <lungo/http/message.hpp>

int main() {
  const auto answer = lungo::http::text("hello");
  return answer.body == "hello" ? 0 : 1;
}
