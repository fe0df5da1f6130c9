#pragma once

#include <lungo/server.hpp>

#include <span>
#include <string_view>

/// A file of a page. `embed.py` writes them into the program.
struct page_file {
  std::string_view path; ///< Where it is served.
  std::string_view type;
  std::string_view text;
};

/// Serves the files of a page. They load nothing from elsewhere and hold no
/// script or style in the markup, so the browser is told to allow neither.
inline void add_page(lungo::server& app, std::span<const page_file> files) {
  auto strict = app.use(lungo::security_headers{
    .content_security_policy = "default-src 'none'; script-src 'self'; "
                               "style-src 'self'; connect-src 'self'; "
                               "img-src data:; base-uri 'none'; "
                               "form-action 'none'; frame-ancestors 'none'"});
  for (auto& file : files)
    app
      .get(file.path,
           [file](const lungo::http::request&) {
             auto answer = lungo::http::text(std::string{file.text});
             answer.fields.set("Content-Type", std::string{file.type});
             answer.fields.set("Cache-Control", "no-cache");
             return answer;
           })
      .with(strict);
}
