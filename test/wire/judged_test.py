"""Middleware on the wire: whatever happens to it, nothing passes unjudged."""

import pytest

from client import Closed, request
from deadline import Deadline, waits_long
from server_process import SERVER, running

ORIGIN = [("Origin", "http://elsewhere.example")]
PATIENCE = waits_long("limits.verdict-timeout")


@pytest.fixture(scope="module")
def everywhere():
    """A server with CORS around every answer."""
    with running(SERVER, "everywhere", "--limits.body-bytes=100") as started:
        yield started


@pytest.mark.parametrize("target", [
    "/fragile?throw=enter", "/fragile?throw=review"])
def test_a_middleware_that_throws_denies_that_request_alone(server, target):
    with server.connect() as client:
        answer = client.ask(target)
        assert answer.status == 500
        assert b"secret" not in answer.body
        # Restarted: at once, or in a moment that is a 503.
        Deadline(5).until(lambda: client.ask("/fragile").status,
                          lambda status: status == 200)


def test_a_middleware_that_throws_denies_a_stream_its_actor(start):
    server = start()
    answer = server.ask("/fragile/stream?throw=review")
    assert answer.status == 500
    assert answer.head.get("Content-Type") != "text/event-stream"
    assert server.counts()["spawned"] == 0


def test_a_late_middleware_is_a_503(start):
    server = start(PATIENCE)
    with server.connect() as client:
        assert client.ask("/mute?hang").status == 503
        assert client.ask("/mute").body == b"hello"


def test_a_middleware_that_dies_is_a_denial_and_is_restarted(start):
    server = start(PATIENCE)
    with server.connect() as client:
        assert client.ask("/mute?die").status in (500, 503)
        Deadline(5).until(lambda: client.ask("/mute").status,
                          lambda status: status == 200)


def test_a_middleware_that_dies_denies_those_in_its_queue_too(start):
    server = start(PATIENCE)
    clients = [server.connect() for _ in range(10)]
    for client in clients:
        client.send(request("/mute?die"))
    for client in clients:
        with client:
            assert client.read_response().status in (500, 503)


def test_a_middleware_that_always_dies_ends_the_server_with_a_fault(start):
    server = start(PATIENCE, exit_code=1)
    with server.connect() as client:
        with pytest.raises((Closed, ConnectionError)):
            while True:
                assert client.ask("/fragile?throw=enter").status >= 500
    assert server.wait(15) == 1
    assert "fails too often" in server.errors


def test_a_middleware_that_blocks_holds_up_its_own_route_only(start):
    server = start("--workers=3")
    with server.connect() as slow, server.connect() as quick:
        slow.send(request("/blocking"))
        for n in range(20):
            assert quick.ask(f"/number/{n}").body == b"%d" % n
        slow.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            slow.socket.recv(1)
        assert slow.read_response().body == b"hello"


@pytest.mark.parametrize("octets, status", [
    (request("/health", fields=ORIGIN), 200),
    (request("/nowhere", fields=ORIGIN), 404),
    (request("/health", "DELETE", fields=ORIGIN), 405),
    (request("/throws", fields=ORIGIN), 500),
    (request("/echo", "POST",
             fields=[*ORIGIN, ("Transfer-Encoding", "chunked")])
     + b"65\r\n" + b"x" * 101 + b"\r\n0\r\n\r\n", 413),
    (request("/echo", "POST",
             fields=[*ORIGIN, ("Transfer-Encoding", "chunked")]) + b"g\r\n",
     400),
    (request("/rejected", fields=ORIGIN), 401),
    (request("/init-throws", fields=ORIGIN), 500)],
    ids=["200", "404", "405", "500", "413 chunked",
         "400 chunk size", "401", "500 of an init"])
def test_what_stands_everywhere_judges_every_answer(
        everywhere, octets, status):
    with everywhere.connect() as client:
        client.send(octets)
        answer = client.read_response()
        assert answer.status == status
        assert answer.head.get("Access-Control-Allow-Origin") == "*"


def test_a_preflight_is_answered_by_the_chain(everywhere):
    answer = everywhere.ask("/health", "OPTIONS", fields=[
        *ORIGIN, ("Access-Control-Request-Method", "GET")])
    assert answer.status == 204
    assert "GET" in answer.head.get("Access-Control-Allow-Methods")
