"""TAP for plain Python tests: functions named test_* of one module."""

import contextlib
import io
import sys
import traceback


class Skip(Exception):
    """Raised by a test whose means are missing on this machine."""


def write(number, passed, name, directive="", comment=""):
    """Prints one result; the comment stands above it."""
    for line in comment.splitlines():
        print("#", line)
    name = name.replace("#", " ")
    print("ok" if passed else "not ok", number, "-", name + directive, flush=True)


def fact(function_name):
    """`test_a_fact_proven` reads "a fact proven"."""
    return function_name.removeprefix("test_").replace("_", " ")


def run(tests):
    """Runs (name, function) pairs; returns whether all passed."""
    print("TAP version 13")
    good = True
    number = 0
    for number, (name, function) in enumerate(tests, 1):
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                function()
        except Skip as why:
            write(number, True, name, f" # SKIP {why}")
        except Exception:
            good = False
            write(number, False, name, comment=traceback.format_exc())
        else:
            write(number, True, name)
    print(f"1..{number}")
    return good


def main(names):
    """Runs every test_* of a module: tap.main(globals())."""
    tests = [
        (fact(name), item)
        for name, item in names.items()
        if name.startswith("test_") and callable(item)
    ]
    sys.exit(0 if run(tests) else 1)
