"""Text files are clean, formatted, and built."""

import re
import shutil
import subprocess
import sys

import hygiene
import tap

ROOT = sys.argv[1]
FILES = dict(hygiene.text_files(ROOT))


def none(faults):
    faults = list(faults)
    assert not faults, "\n" + "\n".join(faults)


def test_text_files_are_clean():
    none(f for name, text in FILES.items() for f in hygiene.faults_of_text(name, text))


# Headers that are not installed, and found by those who include them.
PRIVATE = re.compile(
    r"actors/lungo/(broker/|(pipeline|signals|supervisor|topic_log)\.hpp$)|test/.*\.hpp$"
)


def test_every_source_header_and_test_is_named_by_a_build_file():
    built = [name for name in FILES if not PRIVATE.match(name) or is_source(name)]
    assert built
    none(hygiene.unlisted(built, lambda name: FILES.get(name, "")))


def is_source(name):
    return name.endswith(".cpp")


def test_C_plus_plus_is_formatted():
    tool = clang_format_14()
    if not tool:
        raise tap.Skip("no clang-format 14")
    sources = [name for name in FILES if name.endswith((".hpp", ".cpp"))]
    command = [tool, "--dry-run", "-Werror", *sources]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    places = sorted(set(re.findall(r"^\S+?\.[hc]pp", run.stderr, re.M)))
    assert run.returncode == 0, "to be formatted: " + " ".join(places)


def clang_format_14():
    """Other versions format a few things otherwise."""
    for name in ("clang-format-14", "clang-format"):
        if path := shutil.which(name):
            told = subprocess.run([path, "--version"], capture_output=True, text=True)
            if "version 14." in told.stdout:
                return path
    return None


def faults(name, text):
    return list(hygiene.faults_of_text(name, text))


def test_a_blank_at_the_end_of_a_line_is_found():
    assert faults("a.md", "x \n") == ["a.md:1: blanks at the end"]
    assert faults("a.md", "x\r\n") == ["a.md:1: blanks at the end"]


def test_a_missing_or_doubled_line_end_is_found():
    assert len(faults("a.md", "x")) == 1
    assert len(faults("a.md", "x\n\n")) == 1


def test_a_tab_is_found_in_code():
    assert len(faults("a.cpp", "\tx\n")) == 1
    assert not faults("Makefile", "\tx\n")


def test_a_line_over_80_columns_is_found_in_code():
    assert not faults("a.cpp", "x" * 80 + "\n")
    assert len(faults("a.cpp", "x" * 81 + "\n")) == 1


def test_a_source_that_no_build_file_names_is_found():
    build = {"lib/meson.build": "files('lungo/a.cpp')"}
    names = ["lib/lungo/a.cpp", "lib/lungo/b.cpp"]
    found = list(hygiene.unlisted(names, lambda name: build.get(name, "")))
    assert found == ["lib/lungo/b.cpp: no meson.build names it"]


if __name__ == "__main__":
    tap.main(globals())
