"""Peers that do not read: each policy at the bound of its outbox."""

import pytest

from client import Stream, request
from deadline import SLOWNESS, Deadline

FLOOD = 24_000


def flooded(server, client, policy):
    """Asks for a flood and reads nothing until all of it was pushed."""
    before = server.noted("flooded")
    client.send(request("/flood/" + policy))
    Deadline(20).until(lambda: server.noted("flooded"),
                       lambda count: count == before + 1)
    return Stream(client)


def numbers(events):
    return [int(e.last_id) for e in events if e.type in ("even", "odd")]


def dropped(events):
    return sum(int(e.data.removeprefix('{"dropped":').removesuffix("}"))
               for e in events if e.type == "gap")


def slow_client(server):
    return server.connect(60, receive_buffer=4096)


def test_disconnect_ends_the_stream_behind_what_fitted(server):
    before = server.noted("too_slow")
    with slow_client(server) as client:
        client.send(request("/flood/disconnect"))
        Deadline(20).until(lambda: server.noted("too_slow"),
                           lambda count: count == before + 1)
        stream = Stream(client)
        try:
            while stream.step():
                pass
        except ConnectionResetError:
            pass
        # No hole: what came is a beginning, and its end is seen as a cut.
        got = numbers(stream.events)
        assert got == list(range(len(got)))
        assert len(got) < FLOOD
        assert not stream.ended_cleanly
    server.until_connections(0)


def test_drop_oldest_keeps_the_newest_and_tells_of_the_gap(server):
    with slow_client(server) as client:
        stream = flooded(server, client, "drop_oldest")
        events = stream.read_until(lambda e: e.type == "end")
        got = numbers(events)
        assert got == sorted(set(got))
        assert got[0] == 0 and got[-1] == FLOOD - 1
        assert dropped(events) == FLOOD - len(got) > 0


def test_drop_newest_keeps_what_waits_and_tells_of_the_gap(server):
    with slow_client(server) as client:
        stream = flooded(server, client, "drop_newest")
        events = []
        # The last of all, the event `end`, may be lost as well.
        while len(numbers(events)) + dropped(events) < FLOOD:
            events += stream.read(1)
        got = numbers(events)
        assert got[:100] == list(range(100))
        assert got == sorted(set(got))
        assert dropped(events) > 0


def test_coalesce_keeps_the_newest_of_each_name(server):
    with slow_client(server) as client:
        stream = flooded(server, client, "coalesce")
        events = stream.read_until(lambda e: e.type == "end")
        got = numbers(events)
        assert got == sorted(set(got))
        assert got[-2:] == [FLOOD - 2, FLOOD - 1]
        assert len(got) < FLOOD


@pytest.mark.parametrize("policy", ["drop_oldest", "drop_newest"])
def test_a_peer_that_reads_loses_nothing_it_is_not_told_of(server, policy):
    with server.connect(60) as client:
        stream = client.open_stream("/flood/" + policy)
        events = []
        while len(numbers(events)) + dropped(events) < FLOOD:
            events += stream.read(1)
        got = numbers(events)
        assert got == sorted(set(got))


def test_a_flood_stays_within_the_bounds_of_its_outbox(start):
    server = start()
    before = server.resident_bytes()
    with slow_client(server) as client:
        flooded(server, client, "drop_oldest")
        grown = server.resident_bytes() - before
        print(f"24 MB pushed, resident memory grew by {grown} bytes")
        if SLOWNESS == 1:  # A sanitizer keeps what was freed.
            assert grown < 10_000_000


def test_a_stream_nobody_reads_is_cut_after_the_write_timeout(start):
    server = start("--limits.write-timeout=300ms")
    with slow_client(server) as client:
        client.send(request("/fast"))
        Deadline(10).until(server.counts, lambda counts:
                           counts["noted"].get("too_slow") == 1
                           and counts["connections"] == 0)
