"""Snippets in the documentation are real code; links lead somewhere.

A block of C++ names the file it is taken from in a comment above it:
    <!-- from lib/lungo/close_reason.hpp -->
"""

import pathlib
import re
import sys
import textwrap

import hygiene
import tap

ROOT = pathlib.Path(sys.argv[1])
PAGES = {
    name: text for name, text in hygiene.text_files(ROOT) if name.endswith(".md")
}

BLOCK = re.compile(
    r"(?:^<!-- from (?P<file>\S+) -->\n)?^```cpp\n(?P<code>.*?)^```$",
    re.M | re.S,
)
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


def stands_in(code, text):
    """Is `code` a run of lines of `text`, wherever they are indented?"""
    lines = text.splitlines()
    wanted = textwrap.dedent(code).splitlines()
    return any(
        textwrap.dedent("\n".join(lines[i : i + len(wanted)])).splitlines()
        == wanted
        for i in range(len(lines) - len(wanted) + 1)
    )


def faults_of_snippets(page, text, text_of):
    for block in BLOCK.finditer(text):
        place = f"{page}:{text.count(chr(10), 0, block.start('code'))}"
        if not block["file"]:
            yield f"{place}: a snippet that names no file"
        elif not stands_in(block["code"], text_of(block["file"])):
            yield f"{place}: the snippet is not in {block['file']}"


def faults_of_links(page, text, exists):
    folder = pathlib.PurePosixPath(page).parent
    for link in LINK.findall(FENCED.sub("", text)):
        if not exists(folder / link):
            yield f"{page}: no {link}"


def read(name):
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def none(faults):
    faults = list(faults)
    assert not faults, "\n" + "\n".join(faults)


def test_every_snippet_stands_in_the_file_it_names():
    assert PAGES
    none(f for p, t in PAGES.items() for f in faults_of_snippets(p, t, read))


def test_every_link_within_the_tree_leads_to_a_file():
    none(
        f
        for page, text in PAGES.items()
        for f in faults_of_links(page, text, lambda to: (ROOT / to).exists())
    )


FILE = "struct a {\n  int b;\n  int c;\n};\n"


def snippet(code, comment="<!-- from a.hpp -->\n"):
    text = f"x\n\n{comment}```cpp\n{code}```\n"
    return list(faults_of_snippets("p.md", text, lambda name: FILE))


def test_a_snippet_may_be_a_part_of_its_file():
    assert not snippet("int b;\nint c;\n")


def test_a_snippet_that_differs_is_found():
    assert snippet("int b;\nint d;\n") == ["p.md:4: the snippet is not in a.hpp"]


def test_a_snippet_without_a_file_is_found():
    assert snippet("int b;\n", "") == ["p.md:3: a snippet that names no file"]


def test_a_link_to_nothing_is_found_and_one_to_elsewhere_is_not():
    text = "[a](b.md) [c](https://example.org) [d](#e)\n"
    found = list(faults_of_links("docs/p.md", text, lambda to: False))
    assert found == ["docs/p.md: no b.md"]


if __name__ == "__main__":
    tap.main(globals())
