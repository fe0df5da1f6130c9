"""Readers that do not keep up, publishers that do not wait, and the others."""

import contextlib
import threading
import time

from client import Closed, Stream, request
from deadline import SLOWNESS, Deadline, scaled
from topic_reader import (Course, Crowd, Follower, Reader, flood, position,
                          statistics)

MEGABYTE = 1024 * 1024
RING = 10  # Events that the topic `small` keeps.
SIZE = 60_000  # Of an event that soon fills what a peer does not read.
# Much more than the kernel holds of what its peer does not read (tcp(7)).
with open("/proc/sys/net/ipv4/tcp_wmem", encoding="ascii") as f:
    UNREAD = 4 * int(f.read().split()[2])
NEWEST = 10**9  # The number of an event behind all others.
STALL = 10 * SLOWNESS
# Nobody is cut, however long a slow build takes.
LENIENCE = [scaled(name, 60) for name in [
    "heartbeat", "limits.write-timeout", "init-timeout",
    "limits.exchange-timeout", "limits.verdict-timeout"]]


class Stalled:
    """A reader of `small` that read where it is, and nothing since."""

    def __init__(self, server, stack, query, dense):
        self.client = stack.enter_context(
            server.connect(60, receive_buffer=4096))
        self.reader = Reader(self.client, "/topics/small" + query,
                             Course(dense=dense)).begun()
        self.course = self.reader.course


def overrun(server, fast=(), keys=0):
    """Publishes until all who do not read have been overtaken; those that keep
    up read all of it. Returns how many events that were."""
    published = 0
    while (published * SIZE < UNREAD
           or statistics(server, "small")["lag"] <= RING):
        flood(server, "small", RING, first=published, size=SIZE, keys=keys)
        published += RING
        for reader in fast:
            reader.read_to(published - 1)
    return published


# -- what becomes of the slow one ---------------------------------------------

def test_who_skips_goes_on_with_the_newest_behind_a_gap(start):
    server = start(*LENIENCE)
    with contextlib.ExitStack() as stack:
        slow = Stalled(server, stack, "?slow=skip", dense=True)
        published = overrun(server)
        slow.reader.read_to(published - 1)
        # There is one event behind the last gap.
        end = slow.course.gaps[-1]["to"]
        assert position(end)[1] == position(slow.course.last_id)[1] - 1
        flood(server, "small", 5, first=published)
        slow.reader.read_to(published + 4)
        assert slow.course.numbers[-5:] == list(
            range(published, published + 5))
        counted = statistics(server, "small")
        assert counted["gaps"] == len(slow.course.gaps) > 0
        assert counted["missed"] == slow.course.missed() > 0
        assert counted["delivered"] + counted["missed"] == published + 5
        assert counted["lag"] == counted["too_slow"] == 0


def test_who_is_to_be_disconnected_is_and_resumes_behind_a_gap(start):
    server = start(*LENIENCE)
    with contextlib.ExitStack() as stack:
        slow = Stalled(server, stack, "", dense=True)
        published = 0
        while server.noted("too_slow") == 0:
            flood(server, "small", RING, first=published, size=SIZE)
            published += RING
        counted = statistics(server, "small")
        assert (counted["too_slow"], counted["readers"]) == (1, 0)
        with contextlib.suppress(Closed, ConnectionError):
            slow.reader.read_to(NEWEST)
        # No hole: what came is a beginning, and its end is seen as a cut.
        numbers = slow.course.numbers
        assert numbers == list(range(len(numbers)))
        assert len(numbers) < published - RING
        assert not slow.reader.stream.ended_cleanly

        again = stack.enter_context(server.connect(60))
        reader = Reader(again, "/topics/small", slow.course)
        reader.read_to(published - 1)
        (gap,) = slow.course.gaps
        assert gap["count"] == published - RING - len(numbers)
        flood(server, "small", 5, first=published)
        reader.read_to(published + 4)
        assert slow.course.numbers[len(numbers):] == list(
            range(published - RING, published + 5))
    assert server.noted("too_slow") == 1


def test_who_coalesces_gets_the_newest_of_each_key_in_order(start):
    server = start(*LENIENCE)
    with contextlib.ExitStack() as stack:
        slow = Stalled(server, stack, "?slow=coalesce", dense=False)
        published = overrun(server, keys=4)
        slow.reader.read_to(published - 1)
        numbers = slow.course.numbers
        assert numbers == sorted(set(numbers))
        assert numbers[-4:] == list(range(published - 4, published))
        assert numbers[-5] < published - RING
        counted = statistics(server, "small")
        assert counted["gaps"] == len(slow.course.gaps) > 0
        assert counted["missed"] == sum(
            gap["count"] for gap in slow.course.gaps)
        assert counted["delivered"] == len(numbers)
        assert (counted["delivered"] + counted["missed"]
                + counted["coalesced"]) == published


def test_others_get_everything_meanwhile(start):
    server = start(*LENIENCE)
    with contextlib.ExitStack() as stack:
        slow = Stalled(server, stack, "?slow=skip", dense=True)
        Stalled(server, stack, "", dense=True)
        fast = [Reader(stack.enter_context(server.connect(60)),
                       "/topics/small", Course(dense=True)).begun()
                for _ in range(3)]
        published = overrun(server, fast)
        for reader in fast:
            assert reader.course.numbers == list(range(published))
            assert reader.course.gaps == []
        slow.reader.read_to(published - 1)
        assert slow.course.gaps
        Deadline(10).until(lambda: server.noted("too_slow"),
                           lambda count: count == 1)


# -- publishers that do not wait ----------------------------------------------

def test_a_flood_loses_nothing_that_a_reader_is_not_told_of(start):
    server = start(*LENIENCE)
    publishers, each = 20, 500
    deadline = Deadline(60)
    with contextlib.ExitStack() as stack:
        readers = [Follower(server.address, "/topics/news?slow=" + how,
                            Course(dense=True))
                   for how in ("skip", "disconnect") * 5]
        crowd = stack.enter_context(Crowd(readers, deadline))
        crowd.until(lambda reader: reader.course.last_id)
        clients = [stack.enter_context(server.connect(deadline=deadline))
                   for _ in range(publishers)]
        for n, client in enumerate(clients):
            client.send(request(f"/flood/news?count={each}&first={n * each}"
                                "&size=100", "POST", body=b""))
        for client in clients:
            assert client.read_response().body == b"ok"
        flood(server, "news", 1, first=NEWEST)
        crowd.until(lambda reader: reader.course.has_come_to(NEWEST))
        total = publishers * each + 1
        assert statistics(server, "news")["published"] == total
        for reader in readers:
            # That every event is there or within a gap is seen by its ids.
            assert len(reader.course.events) + reader.course.missed() == total
            numbers = reader.course.numbers
            assert len(set(numbers)) == len(numbers)
            for n in range(publishers):
                of_one = [i for i in numbers if i // each == n]
                assert of_one == sorted(of_one)
        gaps = sum(len(reader.course.gaps) for reader in readers)
        print(f"{gaps} gaps; {sum(r.connected for r in readers)} connections")


def test_a_flood_that_is_read_meanwhile_has_no_gap(start):
    """As long as nobody is further behind than the history goes back."""
    server = start(*LENIENCE)
    publishers, each, rounds = 10, 50, 10
    with contextlib.ExitStack() as stack:
        readers = [Reader(stack.enter_context(server.connect(60)),
                          "/topics/news", Course(dense=True)).begun()
                   for _ in range(10)]
        clients = [stack.enter_context(server.connect(60))
                   for _ in range(publishers)]
        for _ in range(rounds):
            for client in clients:
                client.send(request(f"/flood/news?count={each}", "POST",
                                    body=b""))
            for client in clients:
                assert client.read_response().body == b"ok"
            for reader in readers:
                reader.read(publishers * each)
        for reader in readers:
            assert len(reader.course.events) == publishers * each * rounds
            assert reader.course.gaps == []


# -- what it costs ------------------------------------------------------------

class HealthCheck:
    """Asks /health again and again, until it is left."""

    def __init__(self, server):
        self.client = server.connect(120)
        self.over = threading.Event()
        self.longest = 0
        self.count = 0
        self.failure = None
        self.thread = threading.Thread(target=self._ask)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.client.socket.close()

    def _ask(self):
        try:
            while not self.over.is_set():
                begin = time.monotonic()
                assert self.client.ask("/health").body == b"ok"
                self.longest = max(self.longest, time.monotonic() - begin)
                self.count += 1
        except Exception as failure:
            self.failure = failure

    def judge(self):
        assert not self.failure, self.failure
        assert self.count > 0
        print(f"/health was answered {self.count} times, within "
              f"{self.longest * 1000:.1f} ms")
        assert self.longest < STALL


def test_readers_that_never_read_cost_their_bounds_and_nobodys_time(start):
    """No more than the history, and for each of them what is on its way."""
    server = start(*LENIENCE)
    stalled, size = max(10, int(100 / SLOWNESS)), 16_000
    rounds, each = max(8, int(48 / SLOWNESS)), 64
    with contextlib.ExitStack() as stack:
        for n in range(stalled):
            client = stack.enter_context(
                server.connect(60, receive_buffer=4096))
            policy = ("skip", "coalesce")[n % 2]
            client.send(request(f"/topics/news?slow={policy}"))
            Stream(client)
        fast = [Reader(stack.enter_context(server.connect(60)),
                       "/topics/news", Course(dense=True)).begun()
                for _ in range(5)]
        before = server.resident_bytes()
        health = stack.enter_context(HealthCheck(server))
        for n in range(rounds):
            flood(server, "news", each, first=n * each, size=size)
            for reader in fast:
                reader.read_to(n * each + each - 1)
        grown = server.resident_bytes() - before
        published = rounds * each * size
        print(f"{published / MEGABYTE:.0f} MB published beside {stalled} who "
              f"do not read, resident memory grew by {grown / MEGABYTE:.1f} MB")
        assert server.counts()["connections"] == stalled + len(fast)
        for reader in fast:
            assert reader.course.numbers == list(range(rounds * each))
            assert reader.course.gaps == []
    health.judge()
    if SLOWNESS == 1:  # A sanitizer keeps what was freed.
        history, on_its_way = 8 * MEGABYTE, 2 * 64 * 1024 + 2 * size
        assert grown < 1.5 * (history + stalled * on_its_way)
