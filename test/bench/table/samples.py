"""What the samples of a profile were taken in."""

import re

# What a sample is booked on: the first line that fits a call of the kernel it
# was in, or, outside the kernel, the library and the function it was in.
CALLS = [
    (r"_sys_(sendto|sendmsg|write|writev)$", "kernel: send"),
    (r"_sys_(recvfrom|recvmsg|read|readv)$", "kernel: receive"),
    (r"_sys_(accept4?|close|shutdown|[gs]etsockopt|getpeername|ioctl)$",
     "kernel: open and close sockets"),
    (r"_sys_epoll_", "kernel: wait for sockets"),
    (r"_sys_futex$", "kernel: wake and wait for threads"),
]
LIBRARIES = [
    (r"libc\.|ld-linux|libstdc\+\+", r"malloc|free|unlink_chunk|operator",
     "memory"),
    (r"liblungo|bench-", r"", "our code"),
    (r"libcaf", r"", "CAF"),
]
ROWS = [what for _, what in CALLS] + ["kernel: other", "memory", "CAF",
                                      "our code", "other"]


def spent_on(stack):
    """`stack` has (function, library), the innermost first."""
    for function, _ in stack:
        for pattern, what in CALLS:
            if re.search(pattern, function):
                return what
    function, library = stack[0]
    if "kernel" in library:
        return "kernel: other"
    for libraries, functions, what in LIBRARIES:
        if re.search(libraries, library) and re.search(functions, function):
            return what
    return "other"


def stacks_in(script):
    """The stacks in what `perf script` prints, one line a frame, with an empty
    line behind each."""
    stack = []
    for line in script:
        frame = re.match(r"\s+[0-9a-f]+ (.*?)(?:\+0x[0-9a-f]+)? \((.*)\)$",
                         line)
        if frame:
            stack.append((frame[1], frame[2]))
        elif stack and not line.strip():
            yield stack
            stack = []
    if stack:
        yield stack
