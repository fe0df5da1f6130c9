"""How a server leaves: open exchanges and streams end, nothing new begins."""

import contextlib
import signal

import pytest

from client import Closed, Stream, request
from deadline import LONG_MS, Deadline, scaled

SIGNALS = pytest.mark.parametrize(
    "which", [signal.SIGTERM, signal.SIGINT], ids=lambda which: which.name)


def leaves(server, seconds=10):
    """Waits for the end of the process, and for a good one."""
    assert server.wait(seconds) == 0, server.errors


def wait_until_draining(server):
    """Returns when nobody new is admitted."""
    def refused():
        try:
            server.ask("/health")
            return False
        except (Closed, ConnectionError):
            return True
    Deadline(5).until(refused, bool)


@SIGNALS
def test_a_hundred_streams_end_by_their_own_framing(start, which):
    server = start()
    with contextlib.ExitStack() as stack:
        deadline = Deadline(30)
        clients = [stack.enter_context(server.connect(deadline=deadline))
                   for _ in range(100)]
        streams = [client.open_stream("/silent") for client in clients]
        server.send_signal(which)
        for stream in streams:
            stream.read_to_end()
            assert stream.ended_cleanly
            stream.client.socket.close()
        leaves(server)


def test_a_stalled_client_holds_the_server_up_to_its_deadline_only(start):
    server = start(scaled("drain-timeout", 2))
    with contextlib.ExitStack() as stack:
        stalled = stack.enter_context(server.connect(receive_buffer=4096))
        stalled.send(request("/fast"))
        clients = [stack.enter_context(server.connect()) for _ in range(100)]
        streams = [client.open_stream("/silent") for client in clients]
        server.send_signal()
        for stream in streams:
            stream.read_to_end()
            assert stream.ended_cleanly
            stream.client.socket.close()
        leaves(server, seconds=5)


def test_the_clock_drains_too(clock):
    with clock.connect() as client:
        stream = client.open_stream("/events")
        assert len(stream.read(2)) == 2
        clock.send_signal()
        stream.read_to_end()
        assert stream.ended_cleanly
    leaves(clock)


def test_events_pushed_before_the_drain_still_arrive(start):
    server = start()
    with server.connect(60, receive_buffer=4096) as client:
        client.send(request("/flood/drop_newest"))
        Deadline(20).until(lambda: server.noted("flooded"),
                           lambda count: count == 1)
        server.send_signal()
        stream = Stream(client)
        got = [int(e.last_id) for e in stream.read_to_end()
               if e.type in ("even", "odd")]
        assert stream.ended_cleanly
        assert got[:100] == list(range(100))
    leaves(server)


@SIGNALS
def test_a_request_under_way_is_answered(start, which):
    server = start()
    with server.connect() as client:
        client.send(request(f"/late?ms={LONG_MS}"))
        # Another answer: the request has been read by now.
        server.ask("/health")
        server.send_signal(which)
        answer = client.read_response()
        assert answer.body == b"late"
        assert answer.head.get("Connection") == "close"
        assert client.is_closed()
    leaves(server)


def test_a_head_under_way_is_answered(start):
    server = start()
    with server.connect() as client:
        client.send(b"GET /number/4 HTTP/1.1\r\nHost: te")
        server.ask("/health")
        server.send_signal()
        wait_until_draining(server)
        client.send(b"st\r\n\r\n")
        assert client.read_response().body == b"4"
        assert client.is_closed()
    leaves(server)


def test_an_idle_connection_is_closed_at_once(start):
    server = start()
    with server.connect() as used, server.connect() as fresh:
        assert used.ask("/health").body == b"ok"
        # Nobody else is left, and both have been accepted.
        Deadline(5).until(server.open_files,
                          lambda count: count == server.idle_files + 2)
        server.send_signal()
        assert used.is_closed()
        assert fresh.is_closed()
        leaves(server, seconds=3)


def test_nobody_new_is_admitted(start):
    server = start()
    with server.connect() as client:
        client.send(request("/late?ms=1000"))
        server.ask("/health")
        server.send_signal()
        wait_until_draining(server)
        assert client.read_response().body == b"late"
    leaves(server)


@pytest.mark.parametrize("target,status", [
    ("/silent", 200), ("/lifetime/guest/a/body", 503)])
def test_a_stream_asked_for_behind_a_drain_is_to_come_back(start, target,
                                                           status):
    server = start()
    with server.connect() as client:
        client.send(f"GET {target} HTTP/1.1\r\nHost: te".encode())
        server.ask("/health")
        server.send_signal()
        wait_until_draining(server)
        client.send(b"st\r\n\r\n")
        answer = client.read_response()
        assert answer.status == status
        said = answer.body.startswith(b"retry: ")
        assert said == (status == 200)
        assert said != (answer.head.get("Retry-After") is not None)
        assert client.is_closed()
    leaves(server)


def test_streams_are_told_when_to_come_back_and_not_all_the_same(start):
    server = start("--reconnect-min=1500ms", "--reconnect-max=4s")
    with contextlib.ExitStack() as stack:
        deadline = Deadline(30)
        clients = [stack.enter_context(server.connect(deadline=deadline))
                   for _ in range(50)]
        streams = [client.open_stream("/silent") for client in clients]
        server.send_signal()
        retries = []
        for stream in streams:
            stream.read_to_end()
            assert stream.ended_cleanly
            retries.append(stream.parser.retry_ms)
            stream.client.socket.close()
        leaves(server)
    assert all(1500 <= retry <= 4000 for retry in retries)
    assert len(set(retries)) > 25


def test_a_slow_reader_gets_its_answer_and_is_then_closed(start):
    server = start("--drain-timeout=60s")
    with server.connect(receive_buffer=4096) as client:
        client.send(request("/big?bytes=8000000"))
        client.read_head()
        server.send_signal()
        wait_until_draining(server)
        assert len(client.read_exactly(8_000_000)) == 8_000_000
        assert client.is_closed()
        leaves(server)


def test_the_second_signal_does_not_wait(cut_short, start):
    server = start("--drain-timeout=60s")
    with server.connect() as client, server.connect() as stalled:
        client.send(request("/late?ms=60000"))
        stalled.send(request("/fast"))
        server.ask("/health")
        server.send_signal()
        wait_until_draining(server)
        server.send_signal()
        leaves(server, seconds=5)


def test_a_handler_that_never_ends_is_cut_at_the_deadline(cut_short, start):
    server = start("--drain-timeout=500ms")
    with server.connect() as client:
        client.send(request("/late?ms=60000"))
        server.ask("/health")
        server.send_signal()
        leaves(server, seconds=5)
        with pytest.raises((Closed, ConnectionError)):
            client.read_response()


def test_a_server_without_clients_leaves_at_once(start):
    server = start("--drain-timeout=60s")
    server.send_signal()
    leaves(server, seconds=3)
