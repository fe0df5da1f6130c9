"""Writes the files of a page into a C++ header.

usage: embed.py NAME OUTPUT FILE...

The header defines `NAME`, an array of `page_file`. The file `*.html` is served
at `/`, each other one at `/` and its name.
"""

import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}


def literal(text):
    delimiter = "page"
    while f"){delimiter}\"" in text:
        delimiter += "_"
    return f'R"{delimiter}({text}){delimiter}"'


def entry(file):
    path = "/" if file.suffix == ".html" else f"/{file.name}"
    text = literal(file.read_text(encoding="utf-8"))
    return f'  {{"{path}", "{TYPES[file.suffix]}",\n{text}}},\n'


name, output, *files = sys.argv[1:]
entries = "".join(entry(pathlib.Path(file)) for file in files)
pathlib.Path(output).write_text(
    f'#pragma once\n\n#include "page.hpp"\n\n'
    f"inline constexpr page_file {name}[] = {{\n{entries}}};\n",
    encoding="utf-8",
)
