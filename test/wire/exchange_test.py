"""One request after the other on one connection, however it is cut up."""

import pytest

from client import request
from deadline import LONG_MS

CONTINUE = b"HTTP/1.1 100 Continue"


def test_twenty_requests_in_one_write_are_answered_in_order(server):
    octets, expected = b"", []
    for n in range(20):
        if n % 3 == 0:
            octets += request(f"/number/{n}")
        elif n % 3 == 1:
            octets += request("/echo", "POST", body=b"%d" % n)
        else:
            octets += (b"PUT /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding:"
                       b" chunked\r\n\r\n%x\r\n%d\r\n0\r\n\r\n"
                       % (len(str(n)), n))
        expected.append(b"%d" % n)
    with server.connect() as client:
        client.send(octets)
        assert [client.read_response().body for _ in range(20)] == expected


def test_a_late_answer_does_not_overtake_or_lose_its_place(server):
    with server.connect() as client:
        client.send(request("/late?ms=200") + request("/number/1")
                    + request("/late?ms=50") + request("/number/2"))
        bodies = [client.read_response().body for _ in range(4)]
        assert bodies == [b"late", b"1", b"late", b"2"]


def test_a_thousand_pipelined_requests_are_all_answered(server):
    with server.connect() as client:
        client.send(b"".join(request(f"/number/{n}") for n in range(1000)))
        for n in range(1000):
            assert client.read_response().body == b"%d" % n


def test_a_request_octet_by_octet_is_answered(server):
    with server.connect() as client:
        for octet in request("/echo", "POST", body=b"hello"):
            client.send(bytes([octet]))
        assert client.read_response().body == b"hello"


PAIR = (request("/echo", "POST", body=b"one")
        + b"PUT /echo HTTP/1.1\r\nHost: test\r\n"
          b"Transfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n")


def test_two_requests_cut_at_any_offset_are_answered_alike(server):
    with server.connect(60) as client:
        for at in range(1, len(PAIR)):
            client.send(PAIR[:at])
            # An answer on another connection: the first part has been read.
            assert server.ask("/health").status == 200
            client.send(PAIR[at:])
            assert client.read_response().body == b"one"
            assert client.read_response().body == b"two"


@pytest.mark.parametrize("octets, body", [
    (request("/number/5"), b"5"), (request("/late?ms=100"), b"late"),
    (request("/echo", "POST", body=b"hi"), b"hi")])
def test_a_peer_that_half_closes_behind_its_request_gets_its_answer(
        server, octets, body):
    with server.connect() as client:
        client.send(octets)
        client.half_close()
        assert client.read_response().body == body
        assert client.is_closed()


def test_a_peer_that_half_closes_behind_several_gets_every_answer(server):
    with server.connect() as client:
        client.send(b"".join(request(f"/number/{n}") for n in range(5)))
        client.half_close()
        bodies = [client.read_response().body for _ in range(5)]
        assert bodies == [b"0", b"1", b"2", b"3", b"4"]
        assert client.is_closed()


def test_a_peer_that_ends_within_a_request_gets_no_answer(server):
    for octets in PAIR[:30], PAIR[:-30], PAIR[:len(PAIR) - 8]:
        with server.connect() as client:
            client.send(octets)
            client.half_close()
            got = client.read_to_end()
            assert b"two" not in got


def test_connection_close_is_honoured(server):
    with server.connect() as client:
        answer = client.ask("/health", fields=[("Connection", "close")])
        assert answer.body == b"ok"
        assert answer.head.get("Connection") == "close"
        assert client.is_closed()


def test_a_big_answer_arrives_whole(server):
    with server.connect() as client:
        for count in 0, 1, 65_536, 5_000_000:
            answer = client.ask(f"/big?bytes={count}")
            assert answer.body == b"x" * count


def test_head_has_the_fields_of_get_and_no_body(server):
    with server.connect() as client:
        get = client.ask("/big?bytes=1234").head
        head = client.ask("/big?bytes=1234", "HEAD").head
        assert head.status == 200
        assert head.get("Content-Length") == "1234"
        assert head.get("Content-Type") == get.get("Content-Type")
        assert client.ask("/number/3").body == b"3"


@pytest.mark.parametrize("target, status", [
    ("/nowhere", 404), ("/throws", 500), ("/echo", 405)])
def test_head_of_a_failure_has_no_body(server, target, status):
    with server.connect() as client:
        assert client.ask(target, "HEAD").status == status
        assert client.ask("/number/3").body == b"3"


@pytest.mark.parametrize("octets, status, has_body", [
    (b"GET / HTTP/1.1\r\nwhat?\r\n\r\n", 400, True),
    (b"HEAD / HTTP/1.1\r\n\r\n", 400, False),
    (b"HEAD /health HTTP/1.1\r\nHost: x\r\nExpect: gold\r\n\r\n", 417,
     False)])
def test_a_refusal_has_the_body_that_its_own_method_asks_for(
        server, octets, status, has_body):
    with server.connect() as client:
        assert client.ask("/health", "HEAD").status == 200
        client.send(octets)
        head = client.read_head()
        assert head.status == status
        length = int(head.get("Content-Length"))
        assert length > 0
        assert len(client.read_to_end()) == (length if has_body else 0)


def test_a_response_has_a_date(server):
    date = server.ask("/health").head.get("Date")
    assert date.endswith(" GMT")


def test_options_names_what_a_path_knows(server):
    with server.connect() as client:
        answer = client.ask("/echo", "OPTIONS")
        assert answer.status == 204
        assert set(answer.head.get("Allow").split(", ")) == {
            "POST", "PUT", "OPTIONS"}
        assert client.ask("/health").body == b"ok"


def test_options_of_the_server_itself_is_answered(server):
    with server.connect() as client:
        client.send(b"OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n")
        assert client.read_response().status in (200, 204)
        assert client.ask("/health").body == b"ok"


def test_a_wrong_method_is_a_405_that_says_what_is_allowed(server):
    with server.connect() as client:
        answer = client.ask("/health", "DELETE")
        assert answer.status == 405
        assert set(answer.head.get("Allow").split(", ")) == {
            "GET", "HEAD", "OPTIONS"}
        assert client.ask("/health").body == b"ok"


def test_an_unknown_path_is_a_404_and_the_connection_goes_on(server):
    with server.connect() as client:
        assert client.ask("/nowhere").status == 404
        assert client.ask("/health").body == b"ok"


def test_a_handler_that_throws_is_a_500_without_detail(server):
    with server.connect() as client:
        answer = client.ask("/throws")
        assert answer.status == 500
        assert b"secret" not in answer.body
        assert client.ask("/health").body == b"ok"


def expecting(target, length):
    return request(target, "POST", fields=[("Expect", "100-continue"),
                                           ("Content-Length", str(length))])


def test_an_expectation_is_met_before_the_body(server):
    with server.connect() as client:
        client.send(expecting("/echo", 5))
        assert client.read_until(b"\r\n\r\n") == CONTINUE
        client.send(b"hello")
        assert client.read_response().body == b"hello"
        assert client.ask("/health").body == b"ok"


def test_no_interim_answer_comes_when_the_body_is_here_already(server):
    with server.connect() as client:
        client.send(expecting("/echo", 5) + b"hello")
        assert client.read_response().body == b"hello"


@pytest.mark.parametrize("target, length, status", [
    ("/rejected", 5, 401), ("/nowhere", 5, 404), ("/health", 5, 405),
    ("/echo", 2_000_000, 413)])
def test_no_body_is_asked_for_that_will_be_refused(
        server, target, length, status):
    with server.connect() as client:
        client.send(expecting(target, length))
        answer = client.read_response()
        assert answer.status == status
        # Whether the body still comes, nobody knows: nothing can follow.
        assert answer.head.get("Connection") == "close"
        assert client.is_closed()


def test_an_expectation_nobody_knows_is_a_417(server):
    with server.connect() as client:
        answer = client.ask("/echo", "POST", fields=[("Expect", "tea")],
                            body=b"x")
        assert answer.status == 417


def test_an_expectation_of_http_1_0_is_ignored(server):
    with server.connect() as client:
        client.send(b"POST /echo HTTP/1.0\r\nExpect: 100-continue\r\n"
                    b"Content-Length: 2\r\n\r\n")
        client.send(b"hi")
        assert client.read_response().body == b"hi"


def test_a_refusal_before_the_body_closes_though_it_comes(server):
    with server.connect() as client:
        client.send(request("/rejected", "POST", body=b"x" * 100_000)
                    + request("/health"))
        assert client.read_response().status == 401
        assert client.is_closed()


def test_a_peer_that_leaves_while_its_answer_is_made_harms_nobody(server):
    for _ in range(20):
        with server.connect() as client:
            client.send(request("/late?ms=50"))
    assert server.ask("/late?ms=100").body == b"late"
    assert server.ask("/health").body == b"ok"


def test_a_slow_exchange_holds_up_nobody_else(server):
    with server.connect() as slow, server.connect() as quick:
        slow.send(request(f"/late?ms={LONG_MS}"))
        for n in range(50):
            assert quick.ask(f"/number/{n}").body == b"%d" % n
        slow.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            slow.socket.recv(1)
        assert slow.read_response().body == b"late"
