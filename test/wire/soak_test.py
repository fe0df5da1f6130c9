"""Many clients on streams that tick as fast as they are read."""

import contextlib
import os
import selectors
import time

from client import Stream, request
from deadline import SLOWNESS, Deadline, scaled

SECONDS = float(os.environ.get("LUNGO_SOAK_SECONDS", "4"))
ENOUGH = 1000  # Events of each client, however slow the machine.
STALL = 15 * SLOWNESS
MEGABYTE = 1024 * 1024
# Slow builds take longer to begin two hundred streams.
PATIENCE = [scaled("init-timeout", 60),
            scaled("limits.exchange-timeout", 60),
            scaled("limits.verdict-timeout", 60)]


def expected_payload(events):
    blocks = [b'id: %d\ndata: {"count": %d}\n\n' % (n, n)
              for n in range(events)]
    return b":\n\n" + b"".join(blocks)


EXPECTED = expected_payload(400_000)
ENOUGH_OCTETS = len(expected_payload(ENOUGH))


class Reader:
    """Checks that events come without a hole and in order."""

    def __init__(self, client):
        self.client = client
        self.socket = client.socket
        self.at = 0
        client.send(request("/fast"))

    def begin(self):
        """To be called when all have asked."""
        self.stream = Stream(self.client)
        self.take(self.client.buffer)
        self.socket.setblocking(False)
        self.longest_wait = 0

    def take(self, octets):
        data = self.stream.chunks.feed(octets)
        assert EXPECTED.startswith(data, self.at), "a hole in a stream"
        self.at += len(data)

    def readable(self):
        octets = self.socket.recv(65536)
        assert octets, "a stream has ended"
        now = time.monotonic()
        self.longest_wait = max(self.longest_wait, now - self.latest)
        self.latest = now
        self.take(octets)


def soak(readers):
    """Reads on all until the time is over and each has had enough."""
    selector = selectors.DefaultSelector()
    for reader in readers:
        reader.begin()
        selector.register(reader.socket, selectors.EVENT_READ, reader)
    deadline = Deadline(30)
    for reader in readers:
        reader.latest = time.monotonic()
    begin = time.monotonic()
    while (time.monotonic() - begin < SECONDS
           or min(reader.at for reader in readers) < ENOUGH_OCTETS):
        for key, _ in selector.select(deadline.left()):
            key.data.readable()
    now = time.monotonic()
    octets = sum(reader.at for reader in readers)
    waits = [max(reader.longest_wait, now - reader.latest)
             for reader in readers]
    print(f"{octets / MEGABYTE / (now - begin):.1f} MB/s; longest wait of a "
          f"client {max(waits):.3f} s")
    assert max(waits) < STALL


def open_readers(stack, server, count):
    deadline = Deadline(60)
    return [Reader(stack.enter_context(server.connect(deadline=deadline)))
            for _ in range(count)]


def check_growth(server, before, allowed):
    grown = (server.resident_bytes() - before) / MEGABYTE
    print(f"resident memory grew by {grown:.1f} MB, to "
          f"{server.resident_bytes() / MEGABYTE:.1f} MB")
    if SLOWNESS == 1:  # A sanitizer keeps what was freed.
        assert grown < allowed


def test_two_hundred_clients_see_no_stall_no_loss_and_flat_memory(start):
    server = start(*PATIENCE)
    with contextlib.ExitStack() as stack:
        readers = open_readers(stack, server, 200)
        warm = server.resident_bytes()
        soak(readers)
        check_growth(server, warm, allowed=40)


def test_clients_that_never_read_cost_the_others_nothing(start):
    server = start(*PATIENCE)
    before = server.resident_bytes()
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            client = stack.enter_context(server.connect(receive_buffer=4096))
            client.send(request("/fast"))
        readers = open_readers(stack, server, 200)
        soak(readers)
        check_growth(server, before, allowed=80)
        assert server.counts()["connections"] == 250
    server.until_connections(0)


def test_plain_requests_are_answered_while_streams_run(start):
    server = start(*PATIENCE)
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            client = stack.enter_context(server.connect())
            client.send(request("/fast"))
        asking = stack.enter_context(server.connect())
        begin = time.monotonic()
        for n in range(200):
            assert asking.ask(f"/number/{n}").body == b"%d" % n
        print(f"{(time.monotonic() - begin) * 5:.2f} ms for an answer")
