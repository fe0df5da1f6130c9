"""Bodies of responses that are made while they are sent."""

import os

import pytest

from bodies import Body, of_http_1_0
from client import request
from deadline import Deadline, scaled
from drain_test import leaves, wait_until_draining
from server_process import SERVER, running


@pytest.fixture(scope="module")
def hasty():
    with running(SERVER, scaled("limits.write-timeout", 0.5)) as started:
        yield started


def opened(client, octets):
    client.send(octets if isinstance(octets, bytes) else request(octets))
    return Body(client)


def whole(server, octets):
    with server.connect() as client:
        body = opened(client, octets)
        got = body.read_to_end()
        assert body.whole
        return body.head, got


def lines(count):
    return b"".join(b"Line %d\n" % n for n in range(1, count + 1))


def noted(server, what):
    Deadline(10).until(lambda: server.noted(what), lambda n: n == 1)


# -- framing ------------------------------------------------------------------


def test_a_body_of_unknown_length_is_chunked(start):
    server = start()
    head, body = whole(server, "/body/lines?n=1000")
    assert head.framing("GET") == "chunked"
    assert head.get("Content-Type") == "text/plain"
    assert body == lines(1000)
    noted(server, "stopped")


def test_an_empty_body_of_unknown_length_is_chunked_too(server):
    head, body = whole(server, "/body/lines?n=0")
    assert head.framing("GET") == "chunked"
    assert body == b""


@pytest.mark.parametrize("size", [0, 1, 13, 10_000, 5_000_000])
def test_a_body_of_known_length_is_framed_by_that(server, size):
    head, body = whole(server, f"/body/promised?n={size}&push={size}")
    assert head.framing("GET") == size
    assert body == b"x" * size


def test_http_1_0_gets_a_body_up_to_the_end_of_the_connection(server):
    head, body = whole(server, of_http_1_0("/body/lines?n=1000"))
    assert head.framing("GET") == "close"
    assert body == lines(1000)


def test_http_1_0_gets_a_length_that_is_known(server):
    head, body = whole(server, of_http_1_0("/body/promised?n=7&push=7"))
    assert head.framing("GET") == 7
    assert body == b"x" * 7


@pytest.mark.parametrize("target, field, value", [
    ("/body/lines?n=1000", "Transfer-Encoding", "chunked"),
    ("/body/promised?n=100&push=100", "Content-Length", "100")],
    ids=["chunked", "length"])
def test_head_has_the_fields_of_get_and_makes_nothing(
        start, target, field, value):
    server = start()
    with server.connect() as client:
        head = client.ask(target, "HEAD").head
        assert (head.status, head.get(field)) == (200, value)
        # Nothing has come behind it.
        assert client.ask("/number/3").body == b"3"
    assert server.counts()["spawned"] == 0
    assert server.ask("/body/made").body == b"0"


def test_a_stream_is_the_last_answer_of_its_connection(server):
    with server.connect() as client:
        client.send(request("/body/lines?n=3") + request("/number/1"))
        answer = client.read_response()
        assert answer.head.get("Connection") == "close"
        assert answer.body == lines(3)
        assert client.is_closed()


# -- while it is made ---------------------------------------------------------


@pytest.mark.parametrize("octets", [
    request("/body/waits?gate=a"), request("/body/waits?gate=b&n=13"),
    of_http_1_0("/body/waits?gate=c")], ids=["chunked", "length", "close"])
def test_the_first_piece_is_here_long_before_the_last(server, octets):
    gate = octets.partition(b"gate=")[2][:1].decode()
    with server.connect() as client:
        body = opened(client, octets)
        assert body.read(4) == b"half"
        server.ask(f"/body/open?gate={gate}")
        assert body.read_to_end() == b" and half"
        assert body.whole


def test_a_client_that_does_not_read_holds_the_producer_back(start):
    server = start()
    billion = 1_000_000_000

    def made():
        return int(server.ask("/body/made").body)

    def until_it_stands():
        before = []
        return Deadline(20).until(
            made, lambda n: before.append(n) or before[-5:] == [n] * 5)
    with server.connect(60, receive_buffer=4096) as client:
        body = opened(client, f"/body/lines?n={billion}")
        stands = until_it_stands()
        # What the kernel holds for a client, and no more.
        assert 0 < stands < 1_000_000
        assert body.read(len(lines(2 * stands))) == lines(2 * stands)
        assert made() >= 2 * stands
        assert until_it_stands() < 4 * stands + 100_000
    noted(server, "peer_left")


# -- cuts ---------------------------------------------------------------------

WAYS = pytest.mark.parametrize("then", ["abort", "throw"])


def cut(server, octets):
    """What comes of a body that fails behind its first half."""
    with server.connect() as client:
        body = opened(client, octets)
        assert body.read(4) == b"half"
        server.ask("/body/open?gate=one")
        assert body.read_to_end() == b""
        return body


@WAYS
def test_a_chunked_body_that_fails_has_no_last_chunk(start, then):
    server = start()
    body = cut(server, request(f"/body/waits?gate=one&then={then}"))
    assert body.framing == "chunked"
    assert not body.chunks.over
    noted(server, "failed")


@WAYS
def test_a_body_of_known_length_that_fails_lacks_octets(start, then):
    server = start()
    body = cut(server, request(f"/body/waits?gate=one&then={then}&n=13"))
    assert body.framing == 13
    noted(server, "failed")


@WAYS
def test_a_body_of_http_1_0_that_fails_ends_by_a_reset(start, then):
    server = start()
    body = cut(server, of_http_1_0(f"/body/waits?gate=one&then={then}"))
    assert body.framing == "close"
    assert body.reset
    noted(server, "failed")


def test_a_body_shorter_than_was_promised_lacks_octets(start):
    server = start()
    with server.connect() as client:
        body = opened(client, "/body/promised?n=100000&push=99999")
        assert len(body.read_to_end()) < 100_000
    noted(server, "failed")


def test_nothing_leaves_beyond_what_was_promised(start):
    server = start()
    with server.connect() as client:
        body = opened(client, "/body/promised?n=20000&push=20001")
        assert len(body.read_to_end()) < 20_000
    noted(server, "failed")


def test_a_client_that_does_not_read_is_cut(hasty):
    with hasty.connect(receive_buffer=4096) as client:
        body = opened(client, "/body/lines?n=1000000000")
        noted(hasty, "too_slow")
        body.read_to_end()
        assert not body.whole


def test_a_client_of_http_1_0_that_does_not_read_is_reset(start):
    server = start("--limits.write-timeout=300ms")
    with server.connect(receive_buffer=4096) as client:
        body = opened(client, of_http_1_0("/body/lines?n=1000000000"))
        noted(server, "too_slow")
        body.read_to_end()
        assert body.reset


def test_a_client_that_leaves_in_the_middle_is_noticed(start):
    server = start()
    with server.connect() as client:
        assert opened(client, "/body/waits?gate=one").read(4) == b"half"
    noted(server, "peer_left")
    server.until_connections(0)


# -- files --------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, 3_000_001])
def test_a_file_comes_as_it_is(file, start, size):
    octets = bytes(n * n % 251 for n in range(size))
    file.write_bytes(octets)
    server = start()
    for asked in request("/body/file"), of_http_1_0("/body/file"):
        head, body = whole(server, asked)
        assert head.framing("GET") == size
        assert head.get("Content-Type") == "application/octet-stream"
        assert body == octets
    with server.connect() as client:
        head = client.ask("/body/file", "HEAD").head
        assert head.get("Content-Length") == str(size)
        assert client.ask("/health").body == b"ok"


def test_what_is_no_file_is_a_404(file, start):
    server = start()
    with server.connect() as client:
        assert client.ask("/body/file").status == 404
        file.mkdir()
        assert client.ask("/body/file").status == 404
        file.rmdir()
        os.mkfifo(file)
        assert client.ask("/body/file").status == 404
        file.unlink()
        file.write_bytes(b"here")
        assert client.ask("/body/file").body == b"here"


def test_a_file_that_shrinks_meanwhile_is_cut(file, start):
    server = start()
    file.write_bytes(b"x" * 50_000_000)
    with server.connect(receive_buffer=4096) as client:
        body = opened(client, "/body/file")
        body.read(1000)
        file.write_bytes(b"")
        body.read_to_end()
        assert body.framing == 50_000_000
        assert not body.whole
        assert len(body.octets) < 40_000_000


def test_a_file_leaves_no_descriptor_behind(file, start):
    file.write_bytes(b"octets")
    server = start()
    for _ in range(20):
        assert server.ask("/body/file").body == b"octets"
    with server.connect() as client:
        client.ask("/body/file", "HEAD")
    Deadline(5).until(server.open_files,
                      lambda count: count == server.idle_files)


# -- the end of the server ----------------------------------------------------


def test_a_server_that_leaves_lets_a_body_come_to_its_end(start):
    server = start()
    with server.connect() as client, server.connect() as other:
        body = opened(client, "/body/waits?gate=one")
        other.send(b"GET /body/open?gate=one HTTP/1.1\r\nHost: te")
        assert body.read(4) == b"half"
        server.ask("/health")
        server.send_signal()
        wait_until_draining(server)
        other.send(b"st\r\n\r\n")
        assert body.read_to_end() == b" and half"
        assert body.whole
        assert other.read_response().body == b"open"
    leaves(server)


@pytest.mark.parametrize("octets", [
    request("/body/waits"), request("/body/waits?n=13"),
    of_http_1_0("/body/waits")], ids=["chunked", "length", "close"])
def test_a_body_that_does_not_end_is_cut_at_the_deadline(start, octets):
    server = start("--drain-timeout=500ms")
    with server.connect() as client:
        body = opened(client, octets)
        assert body.read(4) == b"half"
        server.send_signal()
        assert body.read_to_end() == b""
        assert not body.whole
    leaves(server)
