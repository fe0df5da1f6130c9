"""A server process on the loopback, started and stopped by a test."""

import subprocess


class Server:
    def __init__(self, program, port=0):
        self.process = subprocess.Popen(
            [program, f"--port={port}", "--address=127.0.0.1", "--log-level=off"],
            stdout=subprocess.PIPE,
            text=True,
        )
        greeting = self.process.stdout.readline()
        if not greeting.startswith("listening on "):
            self.process.wait()
            raise RuntimeError(f"{program} does not listen: {greeting!r}")
        self.url = greeting.split()[-1]
        self.port = int(self.url.rpartition(":")[2])

    def stop(self, patience):
        """Asks it to leave; returns its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(patience)
        finally:
            self.process.kill()
            self.process.stdout.close()
