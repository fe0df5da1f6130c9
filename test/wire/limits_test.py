"""What one peer may cost: sizes and times."""

import pytest

from client import Closed, request
from deadline import LONG, SLOWNESS, Deadline, scaled, waits_long
from server_process import SERVER, running

LIMITS = ["--limits.head-bytes=2048", "--limits.head-fields=10",
          "--limits.target-bytes=512", "--limits.body-bytes=1000"]
WAIT = 0.5
TIMES = [scaled(f"limits.{name}-timeout", WAIT)
         for name in ("head", "body", "keep-alive", "write")]


@pytest.fixture(scope="module")
def small():
    """A server with small limits."""
    with running(SERVER, *LIMITS) as started:
        yield started


@pytest.fixture(scope="module")
def hasty():
    """A server with short deadlines."""
    with running(SERVER, *TIMES) as started:
        yield started


def refusal(server, octets):
    """The answer to octets behind which the server must close."""
    with server.connect() as client:
        client.send(octets)
        answer = client.read_response()
        assert client.is_closed()
        return answer.status


def target_of(length):
    return "/number/" + "1" * (length - len("/number/"))


def chunks(*sizes):
    return b"".join(b"%x\r\n%s\r\n" % (n, b"x" * n) for n in sizes)


POST = (b"POST /echo HTTP/1.1\r\nHost: test\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")


def test_a_target_at_its_limit_passes_and_one_above_is_a_414(small):
    assert small.ask(target_of(512)).status == 200
    assert refusal(small, request(target_of(513))) == 414


def test_an_endless_target_is_refused_before_its_end(small):
    assert refusal(small, b"GET /" + b"a" * 5000) == 414


def test_a_head_at_its_limit_passes_and_one_above_is_a_431(small):
    # The empty line is not counted.
    bare = len(request("/health", fields=[("A", "")])) - 2
    fitting = [("A", "b" * (2048 - bare))]
    assert small.ask("/health", fields=fitting).status == 200
    above = [("A", "b" * (2049 - bare))]
    assert refusal(small, request("/health", fields=above)) == 431


def test_an_endless_head_is_refused_before_its_end(small):
    assert refusal(small, request("/health")[:-2] + b"A: " + b"b" * 5000) == 431


def test_a_field_too_many_is_a_431(small):
    fields = [("A", "b")] * 9  # And Host.
    assert small.ask("/health", fields=fields).status == 200
    assert refusal(small, request("/health", fields=fields + fields[:1])) == 431


def test_a_body_at_its_limit_passes_and_one_above_is_a_413(small):
    assert small.ask("/echo", "POST", body=b"x" * 1000).body == b"x" * 1000
    assert refusal(small, request("/echo", "POST", body=b"x" * 1001)) == 413


def test_a_413_needs_no_octet_of_the_body(small):
    head = request("/echo", "POST", fields=[("Content-Length", "1001")])
    assert refusal(small, head) == 413


def test_a_chunked_body_at_its_limit_passes_and_one_above_is_a_413(small):
    with small.connect() as client:
        client.send(POST + chunks(600, 400, 0))
        assert client.read_response().body == b"x" * 1000
    assert refusal(small, POST + chunks(600, 401)) == 413


def test_a_large_body_behind_a_refusal_does_not_destroy_the_answer(small):
    with small.connect() as client:
        client.send(request("/echo", "POST", body=b"x" * 300_000))
        assert client.read_response().status == 413


def test_a_head_too_slow_is_a_408(hasty):
    assert refusal(hasty, b"GET /health HTTP/1.1\r\n") == 408


def test_a_head_in_drops_is_a_408_all_the_same(hasty):
    with hasty.connect() as client:
        client.socket.settimeout(0.02)
        client.send(b"GET /health HTTP/1.1\r\nHost: test\r\nA: ")
        answered = False
        while not answered:
            client.send(b"b")
            client.socket.settimeout(0.02)
            try:
                client.buffer += client.socket.recv(65536)
                answered = True
            except TimeoutError:
                client.deadline.left()
        assert client.read_response().status == 408


def test_a_body_too_slow_is_a_408(hasty):
    head = request("/echo", "POST", fields=[("Content-Length", "10")])
    assert refusal(hasty, head + b"12345") == 408
    assert refusal(hasty, POST + b"5\r\n123") == 408


def test_a_body_in_drops_may_take_longer_than_one_wait(start):
    server = start(waits_long("limits.body-timeout"))
    octets = b"x" * 6
    with server.connect() as client:
        client.send(request("/echo", "POST",
                            fields=[("Content-Length", str(len(octets)))]))
        for at in range(len(octets)):
            # No answer yet: waiting for one is what passes the time.
            client.socket.settimeout(LONG / 5)
            with pytest.raises(TimeoutError):
                client.socket.recv(1)
            client.send(octets[at:at + 1])
        assert client.read_response().body == octets


def test_an_idle_connection_is_closed_without_a_word(hasty):
    with hasty.connect() as client:
        assert client.is_closed()
    with hasty.connect() as client:
        assert client.ask("/health").body == b"ok"
        assert client.is_closed()


def test_a_peer_that_does_not_read_its_answer_is_cut(hasty):
    before = hasty.open_files()
    with hasty.connect(receive_buffer=4096) as client:
        client.send(request("/big?bytes=30000000"))
        client.read_head()
        Deadline(5).until(hasty.open_files, lambda count: count <= before)
        with pytest.raises((Closed, ConnectionResetError)):
            client.read_exactly(30_000_000)


def test_a_peer_that_reads_slowly_gets_all_of_its_answer(start):
    server = start(scaled("limits.write-timeout", 5))
    with server.connect(receive_buffer=4096) as client:
        client.send(request("/big?bytes=8000000"))
        assert len(client.read_response().body) == 8_000_000


def test_a_late_handler_is_a_503(cut_short, start):
    server = start(waits_long("limits.exchange-timeout"))
    with server.connect() as client:
        assert client.ask("/late?ms=60000").status == 503
        assert client.is_closed()
    assert server.ask("/late?ms=10").body == b"late"


def test_streams_outlive_the_deadlines_of_requests(hasty):
    with hasty.connect() as client:
        stream = client.open_stream("/beating")
        # Ten in a second.
        while len(stream.parser.comments) < 20 * WAIT * SLOWNESS:
            assert stream.step()
