"""Time in the wire tests: generous, and scaled for slow builds.

LUNGO_TEST_SLOWNESS says how many times slower than usual the server is.
"""

import os
import time

SLOWNESS = float(os.environ.get("LUNGO_TEST_SLOWNESS", "1"))
# What is slow takes so many seconds, where others are to be quicker.
LONG = max(3, SLOWNESS)
LONG_MS = f"{1000 * LONG:.0f}"


def waits_long(option):
    """That option, such that a client in good health is quicker."""
    return f"--{option}={LONG_MS}ms"


def scaled(option, seconds):
    """An option that makes a server wait for so long, on a fast build."""
    return f"--{option}={1000 * seconds * SLOWNESS:.0f}ms"


class Deadline:
    """One absolute point in time that a whole scenario shares."""

    def __init__(self, seconds):
        self.seconds = seconds * SLOWNESS
        self.end = time.monotonic() + self.seconds

    def left(self):
        """Seconds; fails when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"not within {self.seconds} s")
        return left

    def until(self, ask, expected):
        """Asks again and again until the answer is as `expected`, for the last
        time behind the deadline: who asks may have slept through it."""
        while True:
            late = time.monotonic() >= self.end
            answer = ask()
            if expected(answer):
                return answer
            if late:
                raise TimeoutError(f"not within {self.seconds} s; "
                                   f"last answer: {answer}")
            time.sleep(0.02)
