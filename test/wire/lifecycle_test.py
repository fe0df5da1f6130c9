"""How connections begin and end, and what the server says of it."""

import contextlib
import socket
import struct

import pytest

from client import Stream, request
from deadline import Deadline


def open_streams(stack, server, count, target="/silent"):
    deadline = Deadline(30)
    clients = [stack.enter_context(server.connect(deadline=deadline))
               for _ in range(count)]
    for client in clients:
        client.send(request(target))
    return [Stream(client) for client in clients]


def reset(client):
    """Closes with RST instead of FIN."""
    client.socket.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()


LEAVING = {
    "close": lambda client: client.socket.close(),
    "half-close": lambda client: client.half_close(),
    "reset": reset,
}


@pytest.mark.parametrize("manner", LEAVING)
def test_a_hundred_peers_that_leave_are_noticed_within_a_second(
        server, manner):
    left_before = server.noted("peer_left")
    with contextlib.ExitStack() as stack:
        streams = open_streams(stack, server, 200)
        server.until_connections(200)
        for stream in streams[::2]:
            LEAVING[manner](stream.client)
        left = Deadline(1).until(
            server.counts, lambda counts: counts["connections"] == 100)
        assert left["noted"]["peer_left"] - left_before == 100
    server.until_connections(0)


def test_a_peer_that_never_read_and_leaves_is_noticed(server):
    before = server.noted("peer_left")
    with server.connect(receive_buffer=4096) as client:
        client.send(request("/fast"))
        server.until_connections(1)
    Deadline(1).until(server.counts, lambda counts: counts["connections"] == 0
                      and counts["noted"]["peer_left"] == before + 1)


def test_a_peer_that_leaves_before_its_head_leaves_no_actor_behind(server):
    before = server.noted("peer_left")
    for _ in range(50):
        with server.connect() as client:
            client.send(request("/silent"))
    Deadline(5).until(server.counts, lambda counts: counts["connections"] == 0
                      and counts["noted"]["peer_left"] == before + 50)


def test_an_init_that_throws_is_a_500_and_nobody_else_notices(server):
    with server.connect() as other:
        stream = other.open_stream("/beating")
        with server.connect() as client:
            answer = client.ask("/init-throws")
            assert answer.status == 500
            assert b"secret" not in answer.body
            assert client.ask("/health").body == b"ok"
        comments = len(stream.parser.comments)
        while len(stream.parser.comments) < comments + 2:
            assert stream.step()


def test_an_init_that_hangs_is_a_503(start):
    server = start("--init-timeout=200ms")
    with server.connect() as client:
        assert client.ask("/init-hangs").status == 503
    server.until_connections(0)


def test_a_behavior_that_throws_cuts_its_own_stream_only(server):
    before = server.noted("failed")
    with server.connect() as other, server.connect() as client:
        steady = other.open_stream("/beating")
        stream = client.open_stream("/behavior-throws")
        assert len(stream.read_to_end()) == 3
        assert not stream.ended_cleanly
        Deadline(1).until(lambda: server.noted("failed"),
                          lambda count: count == before + 1)
        comments = len(steady.parser.comments)
        while len(steady.parser.comments) < comments + 2:
            assert steady.step()


def test_a_connection_that_dies_before_its_head_is_out_ends_its_stream(server):
    for _ in range(20):
        with server.connect(5) as client:
            client.send(request("/dies-at-once"))
            head = client.read_head()
            if head.status == 200:
                octets = client.read_to_end()
                assert not octets.endswith(b"0\r\n\r\n")
            else:
                assert head.status == 500
    server.until_connections(0)


def test_a_connection_that_ends_before_its_head_is_out_ends_its_stream(server):
    for _ in range(20):
        with server.connect(5) as client:
            assert client.ask("/ends-at-once").body == b":\n\n"
    server.until_connections(0)


def test_a_cut_http_1_0_stream_ends_by_a_reset(server):
    with server.connect() as client:
        client.send(b"GET /behavior-throws HTTP/1.0\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            Stream(client).read_to_end()


def test_a_stream_that_ends_itself_is_stopped(server):
    before = server.noted("stopped")
    with server.connect() as client:
        stream = client.open_stream("/fast?count=5")
        assert len(stream.read_to_end()) == 5
        assert stream.ended_cleanly
    Deadline(1).until(server.counts, lambda counts: counts["connections"] == 0
                      and counts["noted"]["stopped"] == before + 1)


def test_streams_that_come_and_go_leave_no_descriptor_behind(server):
    before = server.open_files()
    for _ in range(100):
        with server.connect() as client:
            client.open_stream("/silent")
    Deadline(5).until(server.open_files, lambda count: count <= before)
