"""What one peer can cost, and whether many get on with each other."""

import contextlib
import os
import selectors
import time
import zlib

import pytest

from client import Closed
from deadline import SLOWNESS, Deadline, scaled
from websocket import (BINARY, CONTINUATION, DEFLATE, RSV1, TEXT, binary,
                       frame, handshake, opened, ping, text)

SECONDS = float(os.environ.get("LUNGO_SOAK_SECONDS", "4"))
SOCKETS = int(os.environ.get("LUNGO_SOAK_SOCKETS", "200"))
ENOUGH = 50  # Messages of each socket, however slow the machine.
STALL = 15 * SLOWNESS
MEGABYTE = 1024 * 1024
LARGEST = MEGABYTE // 2  # Message, by default.
PATIENCE = [scaled(name, 60) for name in [
    "init-timeout", "limits.exchange-timeout", "limits.verdict-timeout"]]
# Nobody is cut for being silent, however long a slow machine takes.
LENIENCE = [scaled(name, 60) for name in [
    "heartbeat", "limits.write-timeout", "limits.pong-timeout"]]


@contextlib.contextmanager
def costs(server, megabytes):
    """What is done inside costs the server no more memory than that, not even
    for a moment (proc(5), clear_refs and VmHWM)."""
    # What the first of all costs is not counted.
    with opened(server, "/ws/echo-deflate", DEFLATE) as socket:
        socket.send(text("a" * 1000))
        socket.receive()
        socket.close(3333)
    with open(f"/proc/{server.pid}/clear_refs", "w") as f:
        f.write("5")
    before = server.resident_bytes()
    yield
    grown = (peak_bytes(server) - before) / MEGABYTE
    print(f"resident memory grew by {grown:.1f} MB at the most")
    if SLOWNESS == 1:  # A sanitizer keeps what was freed.
        assert grown < megabytes


def peak_bytes(server):
    with open(f"/proc/{server.pid}/status") as f:
        (kilobytes,) = [line.split()[1] for line in f
                        if line.startswith("VmHWM:")]
    return int(kilobytes) * 1024


def ended(server):
    """What became of sockets whose end was none by the protocol."""
    return {what: count for what, count in server.counts()["noted"].items()
            if what.startswith(("too_slow", "peer_left 1006", "failed"))}


def announced(size, some=b"x"):
    """The head of a frame, and a little of what it announces."""
    return frame(BINARY, some, length=(127, size.to_bytes(8, "big")))


# -- what a peer sends --------------------------------------------------------

def test_what_is_announced_and_never_sent_costs_nothing(start):
    server = start()
    with contextlib.ExitStack() as stack, costs(server, megabytes=8):
        sockets = [stack.enter_context(opened(server, "/ws/echo"))
                   for _ in range(500)]
        for socket in sockets:
            socket.send(announced(LARGEST))
        for _ in range(100):
            with opened(server, "/ws/echo") as socket:
                socket.send(announced(2**40, b"x" * 1000))
                assert socket.receive_end()[1] == 1009
        server.until_connections(500)


def test_a_hundred_thousand_fragments_of_one_octet_are_too_many(start):
    server = start()
    octets = (frame(TEXT, b"x", fin=False)
              + frame(CONTINUATION, b"x", fin=False) * 100_000)
    with costs(server, megabytes=2):
        for _ in range(3):
            with opened(server, "/ws/echo") as socket:
                with contextlib.suppress(ConnectionError):
                    socket.send(octets)
                assert socket.receive()[:2] == ("close", 1009)


def test_a_hundred_thousand_fragments_cost_their_octets(start):
    server = start("--limits.message-fragments=200000")
    for some in (b"", b"x"):
        with costs(server, megabytes=2), opened(server, "/ws/echo") as socket:
            socket.send(frame(TEXT, b"x", fin=False)
                        + frame(CONTINUATION, some, fin=False) * 99_998
                        + frame(CONTINUATION, b"x"))
            assert socket.receive() == ("text",
                                        "x" + some.decode() * 99_998 + "x")


def bomb(megabytes):
    """So much, compressed."""
    packer = zlib.compressobj(9, wbits=-15)
    packed = b"".join(packer.compress(bytes(MEGABYTE))
                      for _ in range(megabytes))
    return packed + packer.flush(zlib.Z_SYNC_FLUSH)[:-4]


def test_what_unfolds_to_too_much_is_not_unfolded(start):
    server = start()
    octets = frame(TEXT, bomb(256), rsv=RSV1)
    assert len(octets) < MEGABYTE
    with costs(server, megabytes=8):
        for _ in range(10):
            with opened(server, "/ws/echo-deflate", DEFLATE) as socket:
                with contextlib.suppress(ConnectionError):
                    socket.send(octets)
                assert socket.receive()[:2] == ("close", 1009)


def test_pings_of_a_peer_that_never_reads_are_answered_by_one_pong(start):
    server = start()
    with costs(server, megabytes=2):
        with opened(server, "/ws/silent", seconds=60,
                    receive_buffer=4096) as socket:
            for n in range(200):
                socket.send(b"".join(ping(b"%0125d" % (n * 1000 + i))
                                     for i in range(1000)))
            # What the kernels hold comes first, and the latest last.
            seen = -1
            while seen < 199_999:
                kind, payload = socket.receive()
                assert kind == "pong" and int(payload) > seen
                seen = int(payload)


def test_a_peer_whose_messages_are_not_handled_is_not_read_from(start):
    server = start()
    octets = binary(b"x" * 1000) * 1000
    size = len(binary(b"x" * 1000))
    with costs(server, megabytes=2):
        with opened(server, "/ws/slow", seconds=60) as socket:
            sent = socket.send_until_stuck(octets, seconds=SLOWNESS)
            print(f"stuck behind {sent / MEGABYTE:.1f} MB")
            # Others do not notice.
            with opened(server, "/ws/echo") as other:
                other.send(text("hello"))
                assert other.receive() == ("text", "hello")
            assert server.ask("/gate").body == b"open"
            # From here on it is read, and nothing was lost.
            whole = -(-sent // size)
            socket.send(octets[sent % size:size] if sent % size else b"")
            socket.send(binary(b"x" * 1000) * 10_000 + text(""))
            assert socket.receive() == ("text", str(whole + 10_000))


# -- what a peer does not read ------------------------------------------------

def test_a_flood_that_nobody_reads_ends_the_socket(start):
    server = start()
    with costs(server, megabytes=8):
        with opened(server, "/ws/flood/disconnect",
                    receive_buffer=4096) as socket:
            socket.send(text("go"))
            Deadline(20).until(lambda: ended(server),
                               lambda ended: ended == {"too_slow 1008": 1})
            with contextlib.suppress(Closed, ConnectionError):
                numbers = read_numbers(socket)
                assert numbers == list(range(len(numbers)))


def read_numbers(socket):
    """Those of all messages up to the end, which are in order."""
    numbers = []
    while True:
        said = socket.receive()
        if said[0] == "close" or said == ("text", "end"):
            return numbers
        number = int(said[1].split()[0])
        assert not numbers or number > numbers[-1]
        numbers.append(number)


def test_a_flood_may_drop_what_nobody_reads(start):
    server = start()
    with costs(server, megabytes=8):
        with opened(server, "/ws/flood/drop_oldest",
                    receive_buffer=4096, seconds=60) as socket:
            socket.send(text("go"))
            Deadline(20).until(lambda: server.noted("flooded"),
                               lambda count: count == 1)
            numbers = read_numbers(socket)
    assert numbers[0] == 0 and numbers[-1] == 23_999
    assert len(numbers) < 24_000


def test_echoes_that_nobody_reads_end_the_socket(start):
    server = start()
    with costs(server, megabytes=8):
        with opened(server, "/ws/echo", receive_buffer=4096) as socket:
            with pytest.raises(ConnectionError):
                while True:
                    socket.send(binary(b"x" * 1000) * 100)
            Deadline(20).until(lambda: ended(server),
                               lambda ended: ended == {"too_slow 1008": 1})


def test_who_never_reads_is_cut_after_the_write_timeout(start):
    server = start("--limits.write-timeout=300ms")
    with server.connect(receive_buffer=4096) as client, costs(server, 8):
        client.send(handshake("/ws/fast"))
        # There was no close frame, since nothing was taken any more.
        Deadline(10).until(lambda: ended(server),
                           lambda ended: ended == {"too_slow 1006": 1})


# -- many ---------------------------------------------------------------------

class Talker:
    """Says a few things at a time, and checks that each comes back."""

    AT_ONCE = 4
    SIZES = (0, 10, 125, 126, 1000, 5000)

    def __init__(self, socket, number):
        self.socket = socket
        self.number = number
        self.said = self.heard = 0
        self.buffer = b""
        self.longest_wait = 0

    def begin(self):
        self.latest = time.monotonic()
        self.socket.client.socket.settimeout(10 * SLOWNESS)
        for _ in range(self.AT_ONCE):
            self.say()

    def message(self, n):
        filling = "x" * self.SIZES[n % len(self.SIZES)]
        return f"{self.number} {n} {filling}".encode()

    def say(self):
        """In one frame or in two."""
        what = self.message(self.said)
        kind = TEXT if self.said % 2 else BINARY
        self.socket.client.socket.sendall(
            frame(kind, what) if self.said % 3 else
            frame(kind, what[:3], fin=False) + frame(CONTINUATION, what[3:]))
        self.said += 1

    def readable(self):
        octets = self.socket.client.socket.recv(65536)
        assert octets, "a socket was closed"
        now = time.monotonic()
        self.longest_wait = max(self.longest_wait, now - self.latest)
        self.latest = now
        self.buffer += octets
        while expected := self.next_echo():
            assert self.buffer.startswith(expected[:len(self.buffer)]), "loss"
            if len(self.buffer) < len(expected):
                return
            self.buffer = self.buffer[len(expected):]
            self.heard += 1
            self.say()

    def next_echo(self):
        kind = TEXT if self.heard % 2 else BINARY
        return self.buffer and frame(kind, self.message(self.heard), mask=None)


def soak(talkers):
    """Talks until the time is over and each has said enough."""
    selector = selectors.DefaultSelector()
    for talker in talkers:
        selector.register(
            talker.socket.client.socket, selectors.EVENT_READ, talker)
    begin = time.monotonic()
    for talker in talkers:
        talker.begin()
    deadline = Deadline(SECONDS + 30)
    while (time.monotonic() - begin < SECONDS
           or min(talker.heard for talker in talkers) < ENOUGH):
        for key, _ in selector.select(deadline.left()):
            key.data.readable()
    now = time.monotonic()
    waits = [max(talker.longest_wait, now - talker.latest)
             for talker in talkers]
    heard = sum(talker.heard for talker in talkers)
    print(f"{heard / (now - begin):.0f} messages/s; longest wait of a socket "
          f"{max(waits):.3f} s")
    assert max(waits) < STALL


def test_many_sockets_echo_without_loss_without_stall_in_flat_memory(start):
    server = start(*PATIENCE)
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(opened(
            server, "/ws/echo", seconds=SECONDS + 120))
            for _ in range(SOCKETS)]
        with costs(server, megabytes=20 + SOCKETS / 20):
            soak([Talker(socket, n) for n, socket in enumerate(sockets)])
        # Behind what is still on its way, each ends as it should.
        for socket in sockets:
            socket.client.socket.close()
    Deadline(5).until(lambda: ended(server),
                      lambda ended: ended == {"peer_left 1006": SOCKETS})


def test_sockets_that_misbehave_cost_the_others_nothing(start):
    server = start(*PATIENCE, *LENIENCE)
    with contextlib.ExitStack() as stack:
        for target in ["/ws/fast", "/ws/flood/drop_oldest", "/ws/silent"] * 10:
            socket = stack.enter_context(
                opened(server, target, receive_buffer=4096))
            socket.send(text("go") + announced(LARGEST))
        sockets = [stack.enter_context(opened(
            server, "/ws/echo", seconds=120)) for _ in range(50)]
        soak([Talker(socket, n) for n, socket in enumerate(sockets)])
        assert server.counts()["connections"] == 80
