"""Pages lead somewhere, and show code that is compiled.

That each snippet stands in the file it names is a test of `test/lint`.
"""

import json
import pathlib
import re
import textwrap

from served import BUILD, SOURCE

SKIPPED = {".git", "node_modules", "subprojects"}
BLOCK = re.compile(r"^<!-- from (\S+) -->\n```cpp\n(.*?)^```$", re.M | re.S)
SECTION = re.compile(r"^ *// \[([^]]+)\]\n(.*?)^ *// \[\1\]$", re.M | re.S)
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
LINK = re.compile(r"\]\((?!\w+:)([^)\s]+)")


def pages():
    for path in SOURCE.rglob("*.md"):
        parts = path.relative_to(SOURCE).parts
        if not SKIPPED & set(parts) and not parts[0].startswith("build"):
            yield path


PAGES = {path: path.read_text(encoding="utf-8") for path in pages()}
README = PAGES[SOURCE / "README.md"]
SNIPPETS = [b for text in PAGES.values() for b in BLOCK.findall(text)]


def sections(text):
    """What stands between each pair of markers, flush left."""
    return {name: textwrap.dedent(code) for name, code in SECTION.findall(text)}


def anchor(heading):
    """As hosts of Markdown make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return kept.strip().replace(" ", "-")


def anchors(text):
    return {anchor(h) for h in re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.M)}


def links(page):
    """(file or folder, anchor) of each link of a page within the tree."""
    for link in LINK.findall(FENCED.sub("", PAGES[page])):
        name, _, where = link.partition("#")
        yield (page.parent / name).resolve() if name else page, where


def compiled():
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    return {
        (pathlib.Path(c["directory"]) / c["file"]).resolve() for c in commands
    }


def test_each_snippet_is_of_a_file_that_is_compiled():
    assert SNIPPETS
    headers = {SOURCE / "lib", SOURCE / "actors"}
    built = compiled()
    for name, _ in SNIPPETS:
        file = SOURCE / name
        # Headers compile alone: a test of `test/lint`.
        is_header = file.suffix == ".hpp" and headers & set(file.parents)
        assert file.resolve() in built or is_header, name


def test_each_marked_snippet_is_shown_and_shown_whole():
    for file in sorted((SOURCE / "docs/snippets").glob("*.cpp")):
        name = file.relative_to(SOURCE).as_posix()
        shown = {code for path, code in SNIPPETS if path == name}
        marked = sections(file.read_text(encoding="utf-8"))
        assert marked, name
        assert shown == set(marked.values()), name


def test_each_link_to_a_heading_leads_to_one():
    for page in PAGES:
        for target, where in links(page):
            if where:
                assert where in anchors(PAGES[target]), (page.name, where)


def test_each_relative_link_leads_to_something():
    for page in PAGES:
        for target, _ in links(page):
            assert target.exists(), (page, target)


def test_each_page_can_be_reached_from_the_README():
    reached, ahead = set(), [SOURCE / "README.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached:
            reached.add(page)
            for target, _ in links(page):
                ahead += [target] if target in PAGES else target.glob("*.md")
    lost = {p.relative_to(SOURCE).as_posix() for p in set(PAGES) - reached}
    assert not lost


def test_the_first_page_of_the_README_names_the_two_commands():
    first_page = "\n".join(README.splitlines()[:25])
    for command in ("examples/run", "test/run"):
        assert re.search(rf"^\$ {command}\b", first_page, re.M)
        assert (SOURCE / command).stat().st_mode & 0o111


def test_the_README_shows_a_whole_server_of_at_most_25_lines():
    code = (SOURCE / "examples/first_stream.cpp").read_text(encoding="utf-8")
    assert ("examples/first_stream.cpp", code) in BLOCK.findall(README)
    assert len(code.splitlines()) <= 25


def test_every_example_that_a_page_runs_exists():
    for text in PAGES.values():
        for name in re.findall(r"^\$ examples/run (\w+)", text, re.M):
            assert (SOURCE / "examples" / f"{name}.cpp").exists(), name


def test_every_decision_has_its_number_once():
    names = sorted(p.name for p in (SOURCE / "docs/decisions").glob("*.md"))
    numbers = [int(name[:4]) for name in names]
    assert numbers == list(range(1, len(numbers) + 1))
    for name, number in zip(names, numbers):
        first = PAGES[SOURCE / "docs/decisions" / name].splitlines()[0]
        assert first.startswith(f"# {number}. ")


# -- the helpers themselves ---------------------------------------------------


def test_a_section_is_what_stands_between_its_markers():
    text = "a\n  // [x]\n  b\n    c\n  // [x]\nd\n// [y]\ne\n// [y]\n"
    assert sections(text) == {"x": "b\n  c\n", "y": "e\n"}


def test_an_anchor_is_made_of_its_heading():
    assert anchor("A client that is slow") == "a-client-that-is-slow"
    assert anchor("Without `run`") == "without-run"
