"""The servers that are compared: how to build, find and start them."""

import dataclasses
import os
import pathlib
import re
import subprocess
import sys

PROGRAMS = ["load", "floor", "beast", "lungo"]
# What a program exits with that lacks what it needs, as a test that is skipped.
SKIPPED = 77


@dataclasses.dataclass
class Program:
    """One server. `scenarios` are the names of those that it can serve, None
    for all; `load_arguments` go to the client; one `of_others` may fail."""

    name: str
    command: list
    scenarios: set = None
    load_arguments: list = dataclasses.field(default_factory=list)
    of_others: bool = False


def build(folder, top):
    """Configures an optimised build where there is none, and brings it up to
    date. Returns where its programs are."""
    folder = pathlib.Path(folder)
    if not (folder / "build.ninja").exists():
        subprocess.run(
            ["meson", "setup", str(folder), str(top), "--buildtype=release",
             "-Dbench=true", "-Dexamples=disabled"],
            check=True, stdout=sys.stderr)
    names = [f"bench-{name}" for name in PROGRAMS]
    subprocess.run(["meson", "compile", "-C", str(folder)] + names, check=True,
                   stdout=sys.stderr)
    return folder / "test" / "bench"


def own(folder):
    """Our servers, in the order of the table."""
    return [
        Program("floor", [folder / "bench-floor", "--port=0"]),
        Program("floor-batch", [folder / "bench-floor", "--port=0", "--batch"],
                {"window-16", "unbounded"}),
        Program("beast", [folder / "bench-beast", "--port=0"]),
        Program("lungo", [folder / "bench-lungo", "--port=0"]),
    ]


def peers(folder):
    """Servers of others, as far as what they need is installed. Each is an
    executable that tells by `--scenarios` what it can serve."""
    found = []
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in files:
        if path.is_file() and os.access(path, os.X_OK):
            found += peer(path)
    return found


def peer(path):
    """The one at `path`, or none if it cannot run here."""
    asked = subprocess.run([path, "--scenarios"], stdout=subprocess.PIPE,
                           text=True, timeout=60)
    if asked.returncode == SKIPPED:
        print(f"{path.name} is left out", file=sys.stderr)
        return []
    asked.check_returncode()
    lines = asked.stdout.split()
    arguments = [line for line in lines if line.startswith("--")]
    return [Program(path.stem, [path, "--port=0"],
                    set(lines) - set(arguments), arguments, of_others=True)]


def pinned(cores, command):
    return (["taskset", "-c", ",".join(map(str, cores))]
            + [str(part) for part in command])


class Server:
    """One process of a program, pinned to a core."""

    def __init__(self, program, core):
        self.process = subprocess.Popen(
            pinned([core], program.command), stdout=subprocess.PIPE, text=True)
        # The program ends by itself if it hangs, so this read does too.
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on http://\S+:(\d+)\n", line)
        if not found:
            self.stop()
            raise RuntimeError(f"{program.name} does not listen: {line!r}")
        self.port = int(found[1])

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.stop()
