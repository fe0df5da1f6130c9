"""Fixtures: a server for a whole file, and one with options of its own."""

import contextlib
import os
import subprocess

import pytest

from deadline import Deadline
from server_process import CLOCK, SERVER, running


@pytest.fixture(scope="module")
def server():
    """The test server with its defaults, shared by the tests of a file."""
    with running(SERVER) as started:
        yield started


@pytest.fixture(scope="module")
def clock():
    """The example sse_clock."""
    with running(CLOCK) as started:
        yield started


@pytest.fixture
def start():
    """Starts test servers with arguments; all are stopped at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda *arguments, **rest: stack.enter_context(
            running(SERVER, *arguments, **rest))


@pytest.fixture
def file(monkeypatch, tmp_path):
    """What /body/file of a server shows that is started behind this."""
    path = tmp_path / "file"
    monkeypatch.setenv("LUNGO_TEST_FILE", str(path))
    return path


@pytest.fixture
def cut_short(monkeypatch):
    """For servers that leave while an actor of the user still waits: CAF's
    clock holds it until its time, beyond the end of the process."""
    options = os.environ.get("ASAN_OPTIONS", "")
    monkeypatch.setenv("ASAN_OPTIONS", f"{options}:detect_leaks=0")


@pytest.fixture
def fail_to_start():
    """Runs the test server, which must end by itself; (code, stderr)."""
    def run(*arguments):
        done = subprocess.run(
            [SERVER, *arguments], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=Deadline(10).left())
        assert "listening" not in done.stdout
        return done.returncode, done.stderr
    return run
