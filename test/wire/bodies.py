"""Bodies of requests and of responses, as a test wants them framed and cut."""

import selectors

import pytest

from client import request
from deadline import SLOWNESS
from response import Chunks


def chunk(octets):
    return b"%x\r\n%s\r\n" % (len(octets), octets)


def chunked(target, *pieces, fields=()):
    """A POST of these pieces as chunks, each one."""
    head = request(target, "POST",
                   fields=[*fields, ("Transfer-Encoding", "chunked")])
    return head + b"".join(map(chunk, pieces)) + chunk(b"")


def by_length(target, *pieces, fields=()):
    """The same by its length."""
    return request(target, "POST", fields=fields, body=b"".join(pieces))


FRAMINGS = pytest.mark.parametrize(
    "framed", [by_length, chunked], ids=["length", "chunked"])


def promised(target, length, fields=()):
    """The head of a POST with a body of that length."""
    return request(target, "POST",
                   fields=[*fields, ("Content-Length", str(length))])


EXPECTS = ("Expect", "100-continue")
CONTINUE = b"HTTP/1.1 100 Continue"


def of_http_1_0(target, method="GET"):
    return f"{method} {target} HTTP/1.0\r\nHost: test\r\n\r\n".encode()


class Body:
    """The body of a response, as it comes; does not mind how it ends."""

    def __init__(self, client):
        self.client = client
        self.head = client.read_head()
        assert self.head.status == 200
        self.framing = self.head.framing("GET")
        self.chunks = Chunks()
        self.octets = b""  # That nobody has taken yet.
        self.came = 0
        self.reset = False

    @property
    def whole(self):
        """Has it come to an end that could be no cut?"""
        if self.framing == "chunked":
            return self.chunks.over
        if self.framing == "close":
            return not self.reset
        return self.came == self.framing

    def step(self):
        """Waits for octets; False at the end of the connection."""
        try:
            octets = self.client.receive()
        except ConnectionResetError:
            self.reset = True
            return False
        data = self.chunks.feed(octets) if self.framing == "chunked" else octets
        self.octets += data
        self.came += len(data)
        return octets != b""

    def read(self, count):
        """Waits for that many more octets, and takes them."""
        while len(self.octets) < count:
            assert self.step(), f"all that came: {self.octets[:200]!r}"
        taken, self.octets = self.octets[:count], self.octets[count:]
        return taken

    def read_to_end(self):
        """All that still comes, whole or not, up to the connection's end."""
        while self.step():
            pass
        return self.octets


def exchange(client, pieces, sink):
    """Sends pieces and gives `sink` what comes, both at once, as it goes; ends
    when `sink` returns True."""
    selector = selectors.DefaultSelector()
    both = selectors.EVENT_READ | selectors.EVENT_WRITE
    selector.register(client.socket, both)
    client.socket.setblocking(False)
    pieces = iter(pieces)
    left = memoryview(b"")
    while True:
        for key, events in selector.select(client.deadline.left()):
            if events & selectors.EVENT_WRITE:
                left = left or memoryview(next(pieces, b""))
                if left:
                    left = left[client.socket.send(left):]
                else:
                    selector.modify(key.fileobj, selectors.EVENT_READ)
            if events & selectors.EVENT_READ:
                octets = client.socket.recv(65536)
                assert octets, "the server ended in the middle"
                if sink(octets):
                    return


def send_until_blocked(client, most, quiet=0.5):
    """Sends up to so many octets, until nobody takes any more for `quiet`
    seconds; how many went."""
    sent = 0
    client.socket.settimeout(quiet * SLOWNESS)
    try:
        while sent < most:
            sent += client.socket.send(b"x" * min(65536, most - sent))
    except TimeoutError:
        pass
    return sent
