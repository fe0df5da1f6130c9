"""What is chosen on the command line; what there is not ends the program."""

import os
import sys


def named(all_of_them, names, what):
    """Those of the names, all if there are none."""
    unknown = set(names or []) - {each.name for each in all_of_them}
    if unknown:
        sys.exit(f"there is no {what} {', '.join(sorted(unknown))}")
    return [each for each in all_of_them if not names or each.name in names]


def cores(of_client):
    """One for the server, and as many as that for the client."""
    found = sorted(os.sched_getaffinity(0))[:1 + of_client]
    if len(found) < max(2, 1 + of_client):
        sys.exit("one core for the server and one for the client are needed")
    return found
