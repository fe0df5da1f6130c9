"""Plain faults of text files, and sources that no build file names."""

import pathlib

NOT_OURS = {".git", ".cache", "__pycache__", "subprojects", "node_modules"}
BINARY = {".png", ".jpg", ".jpeg", ".gif", ".ico", ".woff2", ".pdf", ".gz"}
# Octets that a parser is fed are as they are.
RAW = ("test/fuzz/corpus/",)


def text_files(root):
    """(relative path, text) of every file of ours under `root`."""
    folders = [pathlib.Path(root)]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.is_symlink() or path.name in NOT_OURS:
                continue
            if path.is_dir():
                if not path.name.startswith("build"):
                    folders.append(path)
            elif path.suffix not in BINARY:
                name = path.relative_to(root).as_posix()
                if not name.startswith(RAW):
                    yield name, path.read_bytes().decode("utf-8")


def faults_of_text(name, text):
    """One line per fault of the file `name`."""
    if text and not text.endswith("\n"):
        yield f"{name}: no line end at the end"
    if text.endswith("\n\n"):
        yield f"{name}: an empty line at the end"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield f"{name}:{number}: blanks at the end"
        if "\t" in line and name.endswith((".hpp", ".cpp", ".py", "meson.build")):
            yield f"{name}:{number}: a tab"
        if len(line) > 80 and name.endswith((".hpp", ".cpp")):
            yield f"{name}:{number}: over 80 columns"


def unlisted(names, text_of):
    """Sources, headers and tests that no meson.build above them names."""
    for name in names:
        if name.endswith((".hpp", ".cpp", "_test.py")):
            if not is_named(name, text_of):
                yield f"{name}: no meson.build names it"


def is_named(name, text_of):
    """Does a build file name it, whole or (in a list) without its suffix?"""
    parts = name.split("/")
    for depth in range(1, len(parts)):
        build = text_of("/".join([*parts[:depth], "meson.build"]))
        tail = "/".join(parts[depth:])
        if f"'{tail}'" in build or f"'{tail.rpartition('.')[0]}'" in build:
            return True
    return False
