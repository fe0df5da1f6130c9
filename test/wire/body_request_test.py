"""Bodies of requests that are read while they come."""

import json
import socket
import struct

import pytest

from bodies import (CONTINUE, EXPECTS, FRAMINGS, Body, by_length, chunk,
                    chunked, exchange, promised, send_until_blocked)
from client import Closed, request
from deadline import Deadline, scaled
from response import Chunks
from server_process import SERVER, running


@pytest.fixture(scope="module")
def small():
    """A server whose limit for streams is small, and for others smaller."""
    with running(SERVER, "--limits.streamed-body-bytes=1000",
                 "--limits.body-bytes=10") as started:
        yield started


@pytest.fixture(scope="module")
def hasty():
    with running(SERVER, "--limits.body-timeout=300ms") as started:
        yield started


def counted(answer):
    assert answer.status == 200
    return json.loads(answer.body)["octets"]


def post(server, octets):
    with server.connect() as client:
        client.send(octets)
        return client.read_response()


def noted(server, what, count=1):
    """Waits until that has been noted so often."""
    Deadline(10).until(lambda: server.noted(what), lambda n: n == count)


# -- readers ------------------------------------------------------------------


@FRAMINGS
@pytest.mark.parametrize("size", [0, 1, 13, 10_000, 1_000_000, 5_000_000])
def test_a_reader_gets_every_octet(server, framed, size):
    pieces = [b"x" * min(7000, size - at) for at in range(0, size, 7000)]
    answer = post(server, framed("/body/count", *pieces))
    assert counted(answer) == size
    # No piece is larger than what is read at a time.
    assert json.loads(answer.body)["pieces"] >= size / 65536


def test_a_reader_of_a_request_without_body_gets_nothing_but_the_end(server):
    with server.connect() as client:
        assert counted(client.ask("/body/count", "POST")) == 0
        assert client.ask("/health").body == b"ok"


def test_a_reader_takes_more_than_the_limit_of_whole_bodies(small):
    with small.connect() as client:
        assert counted(client.ask("/body/count", "POST", body=b"x" * 1000))
        assert client.ask("/echo", "POST", body=b"x" * 11).status == 413


@FRAMINGS
def test_a_body_cut_at_any_offset_is_read_alike(server, framed):
    octets = framed("/body/transformed/reader", b"hel", b"lo")
    with server.connect(60) as client:
        for at in range(1, len(octets)):
            client.send(octets[:at])
            # An answer on another connection: the first part has been read.
            assert server.ask("/health").status == 200
            client.send(octets[at:])
            assert client.read_response().body == b"HELLO"


@FRAMINGS
def test_a_body_octet_by_octet_is_read(server, framed):
    with server.connect() as client:
        for octet in framed("/body/count", b"hel", b"lo"):
            client.send(bytes([octet]))
        assert counted(client.read_response()) == 5


def test_requests_behind_a_streamed_body_are_answered_in_order(server):
    with server.connect() as client:
        client.send(by_length("/body/count", b"x" * 100)
                    + request("/number/1")
                    + chunked("/body/count", b"x" * 70, b"x" * 130)
                    + request("/number/2")
                    + request("/body/count", "POST")
                    + by_length("/echo", b"3"))
        assert counted(client.read_response()) == 100
        assert client.read_response().body == b"1"
        assert counted(client.read_response()) == 200
        assert client.read_response().body == b"2"
        assert counted(client.read_response()) == 0
        assert client.read_response().body == b"3"


def test_trailers_and_extensions_are_no_octets_of_a_body(server):
    head = request("/body/transformed/reader", "POST",
                   fields=[("Transfer-Encoding", "chunked")])
    with server.connect() as client:
        client.send(head + b"3;a=b\r\none\r\n0;c\r\nX-After: two\r\n\r\n")
        assert client.read_response().body == b"ONE"
        assert client.ask("/health").body == b"ok"


# -- early answers ------------------------------------------------------------


@FRAMINGS
def test_an_answer_before_the_end_closes_behind_itself(server, framed):
    octets = framed("/body/stops-at?n=10", b"x" * 10, b"x" * 990)
    with server.connect() as client:
        client.send(octets[:-500])
        answer = client.read_response()
        assert answer.status == 413
        assert answer.head.get("Connection") == "close"
        assert client.is_closed()


def test_the_rest_of_a_body_does_not_destroy_an_early_answer(server):
    with server.connect() as client:
        client.send(by_length("/body/stops-at?n=10", b"x" * 300_000))
        assert client.read_response().status == 413


def test_a_handler_that_answers_by_the_head_reads_no_octet(server):
    with server.connect() as client:
        client.send(promised("/body/denies", 1000, [EXPECTS]))
        answer = client.read_response()
        assert (answer.status, answer.body) == (403, b"by the head alone")
        assert client.is_closed()


@FRAMINGS
@pytest.mark.parametrize("where", ["begin", "piece", "end"])
def test_a_reader_that_throws_is_a_500_without_detail(server, framed, where):
    answer = post(server, framed(f"/body/throws?in={where}", b"octets"))
    assert answer.status == 500
    assert b"secret" not in answer.body
    assert server.ask("/health").body == b"ok"


# -- 100-continue -------------------------------------------------------------


def test_a_reader_invites_the_body_once(server):
    with server.connect() as client:
        client.send(promised("/body/count", 10, [EXPECTS]))
        assert client.read_until(b"\r\n\r\n") == CONTINUE
        client.send(b"hello")
        server.ask("/health")
        client.send(b"hello")
        assert counted(client.read_response()) == 10
        assert counted(client.ask("/body/count", "POST", body=b"x")) == 1


def test_a_stream_that_reads_invites_the_body_once_before_its_head(server):
    with server.connect() as client:
        client.send(promised("/body/echo", 10, [EXPECTS]))
        assert client.read_until(b"\r\n\r\n") == CONTINUE
        body = Body(client)
        for piece in b"hello", b"world":
            client.send(piece)
            assert body.read(5) == piece
        assert body.read_to_end() == b"" and body.whole


def test_a_stream_that_does_not_read_invites_nothing(server):
    with server.connect() as client:
        client.send(promised("/body/unread", 10, [EXPECTS]))
        body = Body(client)
        assert body.read_to_end() == b"unread" and body.whole


@pytest.mark.parametrize("target", ["/body/count", "/body/echo"])
def test_a_body_that_is_here_already_is_not_invited(server, target):
    answer = post(server, by_length(target, b"hello", fields=[EXPECTS]))
    assert answer.status == 200


@pytest.mark.parametrize("target", ["reader", "stream"])
def test_no_body_is_read_that_middleware_refuses(server, target):
    with server.connect() as client:
        client.send(promised(f"/body/refused/{target}", 10_000_000, [EXPECTS]))
        answer = client.read_response()
        assert (answer.status, answer.body) == (401, b"Unauthorized")
        assert answer.head.get("Connection") == "close"
        assert client.is_closed()


@pytest.mark.parametrize("target", ["reader", "stream"])
def test_a_large_body_behind_a_refusal_does_not_destroy_it(server, target):
    octets = by_length(f"/body/refused/{target}", b"x" * 300_000)
    assert post(server, octets).status == 401


# -- limits -------------------------------------------------------------------


@FRAMINGS
@pytest.mark.parametrize("target", ["/body/count", "/body/echo"])
def test_a_streamed_body_at_its_limit_passes(small, framed, target):
    assert post(small, framed(target, b"x" * 600, b"x" * 400)).status == 200


@pytest.mark.parametrize("target", ["/body/count", "/body/echo"])
def test_a_length_above_the_limit_is_a_413_before_an_octet(small, target):
    with small.connect() as client:
        client.send(promised(target, 1001))
        assert client.read_response().status == 413
        assert client.is_closed()


def test_chunks_above_the_limit_are_a_413(start):
    server = start("--limits.streamed-body-bytes=1000")
    with server.connect() as client:
        client.send(chunked("/body/count", b"x" * 600, b"x" * 401))
        assert client.read_response().status == 413
        assert client.is_closed()
    noted(server, "reader dropped")


def test_chunks_above_the_limit_cut_an_answer_that_has_begun(start):
    server = start("--limits.streamed-body-bytes=1000")
    with server.connect() as client:
        client.send(chunked("/body/echo", b"x" * 600)[:-5])
        body = Body(client)
        body.read(600)
        client.send(chunk(b"x" * 401))
        body.read_to_end()
        assert not body.whole
    noted(server, "protocol_error")


# -- what goes wrong ----------------------------------------------------------

BROKEN = chunked("/body/count", b"hello")[:-5] + b"what?\r\n"


def test_a_malformed_chunk_in_the_middle_is_a_400(start):
    server = start()
    with server.connect() as client:
        client.send(BROKEN)
        assert client.read_response().status == 400
        assert client.is_closed()
    noted(server, "reader dropped")


def test_a_malformed_chunk_cuts_an_answer_that_has_begun(start):
    server = start()
    with server.connect() as client:
        client.send(chunked("/body/echo", b"hello")[:-5])
        body = Body(client)
        assert body.read(5) == b"hello"
        client.send(b"what?\r\n")
        assert body.read_to_end() == b""
        assert not body.whole
    noted(server, "protocol_error")


def test_a_client_that_ends_within_a_body_and_gets_no_chunks_is_reset(start):
    server = start()
    with server.connect() as client:
        client.send(b"POST /body/echo HTTP/1.0\r\nContent-Length: 9\r\n\r\nhi")
        body = Body(client)
        assert body.read(2) == b"hi"
        client.half_close()
        assert body.read_to_end() == b""
        assert body.reset
    noted(server, "peer_left")


def leave(client, how):
    if how == "reset":
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
    client.socket.close()


@FRAMINGS
@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("target, told", [
    ("/body/count", "reader dropped"), ("/body/echo", "peer_left")],
    ids=["reader", "stream"])
def test_a_client_that_leaves_in_the_middle_is_noticed(
        start, framed, how, target, told):
    server = start()
    with server.connect() as other:
        other.send(by_length("/body/count", b"12345")[:-1])
        client = server.connect()
        client.send(framed(target, b"x" * 100)[:-20])
        # An answer on another connection: what was sent has been read.
        assert server.ask("/health").status == 200
        leave(client, how)
        noted(server, told)
        # And nobody else is concerned.
        other.send(b"5")
        assert counted(other.read_response()) == 5
    server.until_connections(0)


def test_a_body_that_stops_is_a_408(hasty):
    for octets in (promised("/body/count", 10) + b"12345",
                   chunked("/body/count", b"12345")[:-7]):
        with hasty.connect() as client:
            client.send(octets)
            assert client.read_response().status == 408
            assert client.is_closed()


def test_a_body_that_stops_cuts_an_answer_that_has_begun(start):
    server = start(scaled("limits.body-timeout", 0.3))
    with server.connect() as client:
        client.send(promised("/body/echo", 10) + b"hello")
        body = Body(client)
        assert body.read_to_end() == b"hello"
        assert not body.whole
    noted(server, "too_slow")


def test_a_body_that_stops_resets_a_client_that_gets_no_chunks(hasty):
    with hasty.connect() as client:
        client.send(b"POST /body/echo HTTP/1.0\r\nContent-Length: 9\r\n\r\nhi")
        body = Body(client)
        assert body.framing == "close"
        assert body.read_to_end() == b"hi"
        assert body.reset


# -- connections that read ----------------------------------------------------


@pytest.mark.parametrize("size", [0, 13, 10_000, 1_000_000])
@pytest.mark.parametrize("coding", ["length", "chunked"])
def test_a_stream_sends_back_what_it_reads_at_the_same_time(
        server, coding, size):
    sent = bytes(n % 251 for n in range(size))
    pieces = [sent[at:at + 7000] for at in range(0, size, 7000)]
    head = promised("/body/echo", size)
    if coding == "chunked":
        head = chunked("/body/echo")[:-len(chunk(b""))]
        pieces = [*map(chunk, pieces), chunk(b"")]
    with server.connect() as client:
        got, chunks = [], Chunks()

        def take(octets):
            got.append(chunks.feed(octets))
            return chunks.over
        client.send(head)
        client.read_head()
        if not take(client.buffer):
            exchange(client, pieces, take)
        assert b"".join(got) == sent


def test_a_stream_without_a_body_to_read_ends(server):
    with server.connect() as client:
        client.send(request("/body/echo", "POST"))
        body = Body(client)
        assert body.read_to_end() == b"" and body.whole


@FRAMINGS
def test_a_stream_reads_a_body_cut_at_any_offset_alike(server, framed):
    octets = framed("/body/echo", b"hel", b"lo")
    for at in range(1, len(octets)):
        with server.connect() as client:
            client.send(octets[:at])
            assert server.ask("/health").status == 200
            client.send(octets[at:])
            assert client.read_response().body == b"hello"


def test_a_body_that_no_stream_reads_is_dropped(server):
    with server.connect() as client:
        client.send(by_length("/body/unread", b"x" * 300_000))
        assert client.read_response().body == b"unread"


def test_a_paused_stream_holds_its_client_back(start):
    server = start(scaled("limits.body-timeout", 2))
    size = 24_000_000
    with server.connect(60) as client:
        client.send(promised("/body/paused?gate=one", size))
        body = Body(client)
        # Longer than it may take; but nobody asks the client for anything.
        sent = send_until_blocked(client, size, quiet=2.5)
        assert sent < size
        server.ask("/body/open?gate=one")
        client.send(b"x" * (size - sent))
        assert body.read_to_end() == b"%d" % size
        assert body.whole


def test_a_client_that_does_not_read_is_not_read_from(server):
    size = 24_000_000
    with server.connect(60) as client:
        client.send(promised("/body/echo", size))
        body = Body(client)
        sent = send_until_blocked(client, size)
        assert sent < size
        came, rest = body.came, [b"x" * (size - sent)]

        def take(octets):
            nonlocal came
            came += len(body.chunks.feed(octets))
            return body.whole
        exchange(client, rest, take)
        assert came == size


def test_a_client_that_half_closes_behind_a_reader_gets_its_answer(server):
    with server.connect() as client:
        client.send(by_length("/body/count", b"hello"))
        client.half_close()
        assert counted(client.read_response()) == 5
        assert client.is_closed()


def test_a_client_that_ends_within_a_body_gets_no_answer(server):
    with server.connect() as client:
        client.send(by_length("/body/count", b"hello")[:-1])
        client.half_close()
        with pytest.raises(Closed):
            client.read_response()
