"""Server processes: started on a free port, stopped by a signal."""

import contextlib
import os
import re
import resource
import signal
import subprocess
import threading

from client import Client
from deadline import Deadline

SERVER = os.environ["LUNGO_WIRE_SERVER"]
BROADCAST = os.environ["LUNGO_BROADCAST"]
CHAT = os.environ["LUNGO_CHAT"]
CLOCK = os.environ["LUNGO_SSE_CLOCK"]
DASHBOARD = os.environ["LUNGO_LIVE_DASHBOARD"]
TOKENS = os.environ["LUNGO_TOKEN_STREAM"]
BODIES = os.environ["LUNGO_UPLOAD_DOWNLOAD"]
# For every server of a run, such as --io-threads=2.
OPTIONS = os.environ.get("LUNGO_WIRE_OPTIONS", "").split()


class Server:
    """A running server. What it says on stderr is collected."""

    def __init__(self, program, *arguments):
        address = () if any(a.startswith("--address") for a in arguments) else (
            "--address=127.0.0.1",)
        # A mode stands first.
        words = [a for a in arguments if not a.startswith("-")]
        options = [a for a in arguments if a.startswith("-")]
        self.process = subprocess.Popen(
            [program, *words, "--port=0", *address, *OPTIONS, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.errors = ""
        self._reader = threading.Thread(target=self._collect)
        self._reader.start()

    def _collect(self):
        for line in self.process.stderr:
            self.errors += line

    def wait_until_ready(self):
        line = self.process.stdout.readline()
        said = re.fullmatch(r"listening on http://(.+):([0-9]+)\n", line)
        assert said, f"instead of an address it says {line!r}; {self.errors}"
        self.address = said[1].strip("[]"), int(said[2])
        self.idle_files = self.open_files()
        with self.connect() as client:
            answer = client.ask("/health")
        assert (answer.status, answer.body) == (200, b"ok")

    def connect(self, seconds=20, deadline=None, **rest):
        return Client(self.address, deadline or Deadline(seconds), **rest)

    def ask(self, target, method="GET", **rest):
        """The answer, on a connection of its own."""
        with self.connect() as client:
            return client.ask(target, method, **rest)

    def counts(self):
        with self.connect() as client:
            return client.ask_json("/counts")

    def until_connections(self, count, seconds=5):
        """A client may see its end before the server has counted it."""
        Deadline(seconds).until(lambda: self.counts()["connections"],
                                lambda now: now == count)

    def noted(self, what):
        return self.counts()["noted"].get(what, 0)

    @property
    def pid(self):
        return self.process.pid

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/statm") as f:
            return int(f.read().split()[1]) * resource.getpagesize()

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def limit_files(self, count):
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (count, hard))

    def send_signal(self, which=signal.SIGTERM):
        self.process.send_signal(which)

    def wait(self, seconds):
        """The exit code, when all that it said has been collected too."""
        deadline = Deadline(seconds)
        code = self.process.wait(deadline.left())
        self._reader.join(deadline.left())
        return code

    def stop(self):
        self.send_signal()
        code = self.wait(15)
        assert code == 0, f"exit code {code}\n{self.errors}"

    def clean_up(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


@contextlib.contextmanager
def running(program, *arguments, exit_code=0):
    """A ready server; at the end it must leave with that exit code."""
    server = Server(program, *arguments)
    try:
        server.wait_until_ready()
        yield server
        if server.process.poll() is None:
            server.stop()
        assert server.process.returncode == exit_code, server.errors
        assert "Sanitizer" not in server.errors, server.errors
    except BaseException:
        print("the server's log:\n" + server.errors)
        raise
    finally:
        server.clean_up()
