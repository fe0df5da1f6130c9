"""What the peers have in common: what they answer `test/bench/run`."""

import argparse
import ctypes
import os
import pathlib
import resource
import shutil
import signal
import sys

NOT_INSTALLED = 77
SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
# The scenarios of a server that has all routes of GET and of event streams.
EVENT_STREAMS = ["get", "window-1", "window-16", "unbounded", "paced", "idle",
                 "idle-events", "churn", "fast"]
HERE = pathlib.Path(__file__).resolve().parent


def cache():
    """A folder for what is made of the sources."""
    base = os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")
    made = pathlib.Path(base) / "lungo-bench"
    made.mkdir(parents=True, exist_ok=True)
    return made


def find(program):
    """Its path; without it nothing is measured."""
    found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    return found or give_up(f"{program} is not installed")


def give_up(why):
    print(why, file=sys.stderr)
    sys.exit(NOT_INSTALLED)


def port_to_serve(scenarios):
    """The port that is asked for, 0 for any; or prints the scenarios, with what
    the load client has to know, and ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenarios", action="store_true")
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    if asked.scenarios:
        print("\n".join(scenarios))
        sys.exit()
    return asked.port


def become(program, *arguments, **environment):
    """Goes on as that program, which ends with whoever has started it, and may
    hold as many sockets as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, int(signal.SIGKILL))
    sys.stdout.flush()
    command = [str(part) for part in (program, *arguments)]
    os.execve(program, command, {**os.environ, **environment})
