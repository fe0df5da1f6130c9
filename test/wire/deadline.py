"""Time in the wire tests: generous, and scaled for slow builds.

LUNGO_TEST_SLOWNESS says how many times slower than usual the server is.
"""

import os
import time

SLOWNESS = float(os.environ.get("LUNGO_TEST_SLOWNESS", "1"))


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
        """Asks again and again until the answer is as `expected`."""
        while True:
            answer = ask()
            if expected(answer):
                return answer
            try:
                time.sleep(min(0.02, self.left()))
            except TimeoutError as late:
                raise TimeoutError(f"{late}; last answer: {answer}") from None
