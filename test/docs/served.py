"""Starts a program of ours, as a reader of the pages would, and asks it."""

import contextlib
import http.client
import os
import pathlib
import selectors
import subprocess
import tempfile
import time
import urllib.parse

SOURCE = pathlib.Path(os.environ["LUNGO_SOURCE"])
BUILD = pathlib.Path(os.environ["LUNGO_BUILD"])
PATIENCE = 30


class Deadline:
    """One for all that a test waits for."""

    def __init__(self, seconds=PATIENCE):
        self.end = time.monotonic() + seconds

    def left(self):
        left = self.end - time.monotonic()
        assert left > 0, "too late"
        return left


class Server:
    def __init__(self, process, folder, deadline):
        self.process = process
        self.folder = pathlib.Path(folder)
        self.deadline = deadline
        line = first_line(process.stdout, deadline)
        assert line.startswith("listening on http://"), line
        self.address = urllib.parse.urlsplit(line.split()[-1]).netloc

    def ask(self, path, method="GET", body=None, fields=None):
        """The answer: status, body as text, and fields."""
        with self.asking(path, method, body, fields) as answer:
            return answer.status, answer.read().decode(), answer.headers

    def read_until(self, path, text, fields=None):
        """What a stream says up to and with the line `text`."""
        said = []
        with self.asking(path, "GET", None, fields) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/event-stream"
            while text not in said:
                self.deadline.left()
                line = answer.readline()
                assert line, f"{path} ended without {text!r}: {said}"
                said.append(line.decode().rstrip("\n"))
        return said

    @contextlib.contextmanager
    def asking(self, path, method="GET", body=None, fields=None):
        link = http.client.HTTPConnection(self.address, timeout=self.deadline.left())
        try:
            link.request(method, path, body, fields or {})
            yield link.getresponse()
        finally:
            link.close()

    def leave(self):
        """Drains it; returns the exit code."""
        self.process.terminate()
        return self.process.wait(self.deadline.left())


def first_line(pipe, deadline):
    line = b""
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            assert ready.select(deadline.left()), "nothing was printed in time"
            octet = os.read(pipe.fileno(), 1)
            assert octet, "it left without a word"
            line += octet
    return line.decode()


@contextlib.contextmanager
def served(program, *arguments):
    """A server in a folder without `lungo.ini`; it must leave with 0."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [BUILD / program, "--port=0", *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            server = Server(process, folder, Deadline())
            assert server.ask("/health")[:2] == (200, "ok")
            yield server
            server.deadline = Deadline()
            assert server.leave() == 0, "it did not drain"
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            log.seek(0)
            print(log.read().decode())
