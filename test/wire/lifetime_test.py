"""How long connections live, and what those get who find no room."""

import contextlib

import pytest

from client import Stream, request
from deadline import LONG_MS, Deadline
from event_stream import EventStream
from websocket import close, handshake, opened

BOUNDS = ["--reconnect-min=1500ms", "--reconnect-max=4s"]
FULL = ["--limits.streams=1", *BOUNDS]


def drawn(milliseconds):
    return 1500 <= milliseconds <= 4000


@pytest.fixture
def noted(server):
    """Waits until a connection has ended for that reason, from here on."""
    before = server.counts()["noted"]

    def wait_for(reason):
        Deadline(5).until(lambda: server.noted(reason),
                          lambda count: count == before.get(reason, 0) + 1)
    return wait_for


# -- at the limit -------------------------------------------------------------

@contextlib.contextmanager
def full(start, *arguments):
    """A server whose only place is taken; and who has it."""
    server = start(*FULL, *arguments)
    with server.connect() as client:
        client.open_stream("/silent")
        yield server, client


def turned_away(server, octets):
    """The answer to who finds no room; the server must close behind it."""
    with server.connect() as client:
        client.send(octets)
        answer = client.read_response()
        assert client.is_closed()
        return answer


def retry_of(answer):
    reader = EventStream()
    assert reader.feed(answer.body) == []
    return reader.retry_ms


def test_an_EventSource_is_told_when_to_come_back_and_gets_in_later(start):
    with full(start) as (server, first):
        answer = turned_away(server, request("/silent"))
        assert answer.status == 200
        assert answer.head.get("Content-Type") == "text/event-stream"
        assert answer.head.get("Cache-Control") == "no-store"
        assert drawn(retry_of(answer))
        first.socket.close()

        def admitted():
            with server.connect() as client:
                client.send(request("/silent"))
                return client.read_head().framing("GET") == "chunked"
        Deadline(5).until(admitted, bool)


def test_no_two_are_told_to_come_back_at_once(start):
    with full(start) as (server, _):
        retries = [retry_of(turned_away(server, request("/silent")))
                   for _ in range(20)]
    assert all(map(drawn, retries))
    assert len(set(retries)) > 10


def test_what_is_drawn_follows_from_the_seed(start):
    def retries(seed):
        with full(start, f"--seed={seed}") as (server, _):
            return [retry_of(turned_away(server, request("/silent")))
                    for _ in range(5)]
    assert retries(7) == retries(7)
    assert retries(7) != retries(8)


def test_the_answer_has_what_middleware_says(start):
    with full(start, "everywhere") as (server, _):
        asked = request("/silent", fields=[("Origin", "https://a.example")])
        answer = turned_away(server, asked)
    assert answer.status == 200
    assert answer.head.get("Access-Control-Allow-Origin") == "*"


def check_refusal(answer):
    assert answer.status == 503
    assert 2 <= int(answer.head.get("Retry-After")) <= 4


def test_a_server_may_refuse_an_EventSource(start):
    with full(start, "--at-limit=refuse") as (server, _):
        check_refusal(turned_away(server, request("/silent")))


def test_a_WebSocket_is_refused(start):
    with full(start) as (server, _):
        check_refusal(turned_away(server, handshake("/ws/echo")))


def test_a_streamed_body_is_refused(start):
    with full(start) as (server, _):
        check_refusal(turned_away(server, request("/lifetime/guest/a/body")))


def test_what_is_no_stream_is_served(start):
    with full(start) as (server, _):
        assert server.ask("/health").body == b"ok"


@pytest.mark.parametrize("option", ["--at-limit=never", "--reconnect-min=0s",
                                    "--reconnect-max=1ms",
                                    "--limits.streams=0"])
def test_what_makes_no_sense_is_refused_at_the_start(fail_to_start, option):
    code, said = fail_to_start(option)
    assert code in (1, 2)
    assert option[2:].partition("=")[0] in said


def code_of_end(client):
    """Of the close frame, which is answered."""
    said = client.receive()
    client.send(close(said[1]))
    assert client.client.is_closed()
    return said[1]


# -- age ----------------------------------------------------------------------

def test_a_stream_ends_at_its_age_and_says_when_to_come_back(start):
    server = start(*BOUNDS)
    with server.connect() as client:
        stream = client.open_stream("/lifetime/aging/sse")
        stream.read_to_end()
        assert stream.ended_cleanly
        assert drawn(stream.parser.retry_ms)
        Deadline(5).until(lambda: server.noted("expired"),
                          lambda count: count == 1)


def test_a_WebSocket_at_its_age_is_closed_with_1001(server, noted):
    with opened(server, "/lifetime/aging/ws") as client:
        assert code_of_end(client) == 1001
    noted("expired")


def test_a_body_at_its_age_is_cut(server, noted):
    with server.connect() as client:
        stream = client.open_stream("/lifetime/aging/body")
        stream.read_to_end()
        assert not stream.ended_cleanly
    noted("expired")


# -- permission ---------------------------------------------------------------

SHORT = f"?ms={LONG_MS}"


def test_a_stream_whose_permission_ends_says_when_to_come_back(server, noted):
    with server.connect() as client:
        stream = client.open_stream("/lifetime/guest/a/sse?ms=0")
        stream.read_to_end()
        assert stream.ended_cleanly
        assert 1000 <= stream.parser.retry_ms <= 10_000
    noted("expired")


def test_who_is_renewed_outlives_who_is_not(server, noted):
    with server.connect() as client, server.connect() as other:
        renewed = client.open_stream(f"/lifetime/guest/renewed/sse{SHORT}")
        assert server.ask("/lifetime/renew/renewed", "POST").status == 204
        # Its time comes later than the first one's would have.
        forgotten = other.open_stream(f"/lifetime/guest/forgotten/sse{SHORT}")
        forgotten.read_to_end()
        noted("expired")
        assert server.ask("/lifetime/revoke/renewed", "POST").status == 204
        renewed.read_to_end()
        assert renewed.ended_cleanly
    noted("revoked")


def test_a_stream_that_is_revoked_ends_without_a_word_of_when(server, noted):
    with server.connect() as client:
        stream = client.open_stream("/lifetime/guest/a/sse")
        server.ask("/lifetime/revoke/a", "POST")
        stream.read_to_end()
        assert stream.ended_cleanly
        assert stream.parser.retry_ms is None
    noted("revoked")


def test_a_WebSocket_that_is_revoked_is_closed_with_1008(server, noted):
    with opened(server, "/lifetime/guest/b/ws") as client:
        server.ask("/lifetime/revoke/b", "POST")
        assert code_of_end(client) == 1008
    noted("revoked")


def test_a_WebSocket_whose_permission_ends_is_closed_with_1001(server, noted):
    with opened(server, "/lifetime/guest/b/ws?ms=0") as client:
        assert code_of_end(client) == 1001
    noted("expired")


def test_a_body_that_is_revoked_is_cut(server, noted):
    with server.connect() as client:
        client.send(request("/lifetime/guest/c/body"))
        stream = Stream(client)
        server.ask("/lifetime/revoke/c", "POST")
        stream.read_to_end()
        assert not stream.ended_cleanly
    noted("revoked")
