"""How WebSockets are opened or refused, in the order of RFC 6455, 4."""

import pytest

from deadline import Deadline
from websocket import (DEFLATE, KEY, WebSocket, accept_of, binary, deflated,
                       frame, handshake, opened, ping, text, wait_until_read)


def ask(server, octets):
    """The ordinary answer to a handshake, and to a request behind it: who is
    refused may go on."""
    with server.connect() as client:
        client.send(octets)
        answer = client.read_response()
        if answer.head.get("Connection") != "close":
            assert client.ask("/health").body == b"ok"
        return answer


# -- 4.1 and 4.2.1: what the client sends -------------------------------------

REFUSED = {
    "1 HTTP/1.0": (dict(version="HTTP/1.0"), 426),
    "1 POST": (dict(method="POST"), 405),
    "1 HEAD": (dict(method="HEAD"), 405),
    "1 a body": (dict(Content_Length=5), 400),
    "2 no Host": (dict(Host=None), 400),
    "3 no Upgrade": (dict(Upgrade=None), 426),
    "3 another Upgrade": (dict(Upgrade="h2c"), 426),
    "3 an Upgrade that begins likewise": (dict(Upgrade="websockets"), 426),
    "4 no Connection": (dict(Connection=None), 400),
    "4 another Connection": (dict(Connection="keep-alive"), 400),
    "5 no key": (dict(Sec_WebSocket_Key=None), 400),
    "5 an empty key": (dict(Sec_WebSocket_Key=""), 400),
    "5 a key of 15 octets": (dict(Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAA"),
                             400),
    "5 a key of 17 octets": (
        dict(Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAAA="), 400),
    "5 a key that is no base64": (
        dict(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25j*Q=="), 400),
    "5 a key without padding": (dict(Sec_WebSocket_Key=KEY[:-2]), 400),
    "5 a key with bits to spare": (
        dict(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZR=="), 400),
    "5 two keys": (dict(fields=[("Sec-WebSocket-Key", KEY)]), 400),
    "6 no version": (dict(Sec_WebSocket_Version=None), 400),
    "6 version 8": (dict(Sec_WebSocket_Version="8"), 426),
    "6 version 14": (dict(Sec_WebSocket_Version="14"), 426),
    "6 version 013": (dict(Sec_WebSocket_Version="013"), 426),
    "6 several versions": (dict(Sec_WebSocket_Version="13, 8"), 426),
    "6 two versions": (dict(fields=[("Sec-WebSocket-Version", "13")]), 400),
    "10 an empty subprotocol": (dict(Sec_WebSocket_Protocol=""), 400),
    "10 a subprotocol that is no token": (
        dict(Sec_WebSocket_Protocol="a b"), 400),
    "10 a subprotocol twice": (dict(Sec_WebSocket_Protocol="a, a"), 400),
    "9.1 an extension that is no token": (
        dict(Sec_WebSocket_Extensions="a b"), 400),
    "9.1 a parameter without a name": (
        dict(Sec_WebSocket_Extensions="a; =1"), 400),
}


@pytest.mark.parametrize("how, status", REFUSED.values(), ids=REFUSED)
def test_a_handshake_that_is_none_is_told_why(server, how, status):
    octets = handshake("/ws/echo", **how)
    octets += b"x" * how.get("Content_Length", 0)
    spawned = server.counts()["spawned"]
    with server.connect() as client:
        client.send(octets)
        answer = client.read_response(how.get("method", "GET"))
    assert answer.status == status
    if how.get("method") != "HEAD":
        assert len(answer.body) > 20, "a sentence"
    assert server.counts()["spawned"] == spawned


@pytest.mark.parametrize("how", [
    dict(Upgrade=None), dict(Sec_WebSocket_Version="8")], ids=str)
def test_a_426_names_what_it_asks_for(server, how):
    answer = ask(server, handshake("/ws/echo", **how))
    assert answer.head.get("Sec-WebSocket-Version") == "13"
    assert answer.head.get("Upgrade") == "websocket"
    # RFC 9110, 7.8.
    assert "upgrade" in (answer.head.get("Connection") or "").lower()


def test_a_405_names_the_method(server):
    answer = ask(server, handshake("/ws/echo", method="POST"))
    assert "GET" in answer.head.get("Allow")


def test_a_request_that_asks_for_no_upgrade_is_a_426(server):
    assert server.ask("/ws/echo").status == 426


ACCEPTED = {
    "3 Upgrade in any case": dict(Upgrade="WebSocket"),
    "3 Upgrade among others": dict(Upgrade="h2c, websocket"),
    "4 Connection in any case": dict(Connection="uPGRADE"),
    "4 Connection among others": dict(Connection="keep-alive, Upgrade"),
    "5 a key of zeros": dict(Sec_WebSocket_Key="A" * 22 + "=="),
    "8 no Origin": dict(Origin=None),
    "8 the server's own Origin": dict(Origin="http://test"),
    "9 an unknown extension": dict(Sec_WebSocket_Extensions="x-test; a=1"),
    "10 an unknown subprotocol": dict(Sec_WebSocket_Protocol="x-test"),
    "12 a cookie": dict(Cookie="a=1"),
    "a length of 0": dict(Content_Length="0"),
}


@pytest.mark.parametrize("how", ACCEPTED.values(), ids=ACCEPTED)
def test_a_handshake_is_accepted(server, how):
    with server.connect() as client:
        client.send(handshake("/ws/echo", **how))
        head = client.read_head()
        assert head.status == 101
        key = how.get("Sec_WebSocket_Key", KEY)
        assert head.get("Sec-WebSocket-Accept") == accept_of(key)
        assert head.get("Sec-WebSocket-Extensions") is None
        assert head.get("Sec-WebSocket-Protocol") is None


# -- 4.2.2: what the server answers -------------------------------------------

def test_the_key_of_the_standard_is_accepted_as_the_standard_says(server):
    with opened(server, "/ws/echo") as socket:
        assert (socket.head.get("Sec-WebSocket-Accept")
                == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")


ORIGINS = {
    "/ws/echo": {
        "http://elsewhere.example": 403, "https://a.example": 403,
        "null": 403, "http://test": 101, "http://TEST": 101,
        "http://test:81": 403, "http://test.evil.example": 403,
        "http://test/": 403, "test": 403, "": 403,
    },
    "/ws/from-one": {
        "https://a.example": 101, "https://A.example:443": 101,
        "http://a.example": 403, "https://a.example:444": 403,
        "https://b.example": 403, "null": 403, "http://test": 101,
    },
    "/ws/from-anywhere": {
        "http://elsewhere.example": 101, "null": 101, "no origin": 403,
    },
}


@pytest.mark.parametrize("target, origin, status", [
    (target, origin, status) for target, cases in ORIGINS.items()
    for origin, status in cases.items()])
def test_pages_of_foreign_origins_are_let_in_where_they_are_named(
        server, target, origin, status):
    with server.connect() as client:
        client.send(handshake(target, Origin=origin))
        assert client.read_head().status == status


def test_two_origins_are_none(server):
    fields = [("Origin", "http://test"), ("Origin", "http://test")]
    assert ask(server, handshake("/ws/echo", fields)).status == 403


def test_the_configuration_names_origins_for_all_routes(start):
    server = start("--websocket.origins=https://b.example,https://c.example")
    for target, origin, status in [
            ("/ws/echo", "https://b.example", 101),
            ("/ws/echo", "https://c.example", 101),
            ("/ws/echo", "https://a.example", 403),
            ("/ws/from-one", "https://b.example", 403)]:
        with server.connect() as client:
            client.send(handshake(target, Origin=origin))
            assert client.read_head().status == status, (target, origin)


def test_a_foreign_page_learns_nothing_and_starts_nothing(server):
    spawned = server.counts()["spawned"]
    answer = ask(server, handshake("/ws/echo", Origin="http://b.example"))
    assert answer.status == 403
    assert answer.head.get("Access-Control-Allow-Origin") is None
    assert server.counts()["spawned"] == spawned


SUBPROTOCOLS = {
    "v1.test": "v1.test",
    "v2.test": "v2.test",
    "v1.test, v2.test": "v2.test",
    "other, v1.test": "v1.test",
    "other": None,
    "V1.TEST": None,
    "v1": None,
}


@pytest.mark.parametrize("offer", SUBPROTOCOLS)
def test_a_subprotocol_is_one_that_both_know(server, offer):
    fields = [("Sec-WebSocket-Protocol", offer)]
    with opened(server, "/ws/protocols", fields) as socket:
        chosen = SUBPROTOCOLS[offer]
        assert socket.head.get("Sec-WebSocket-Protocol") == chosen
        assert socket.receive() == ("text", chosen or "")


def test_subprotocols_may_be_offered_in_several_fields(server):
    fields = [("Sec-WebSocket-Protocol", "other"),
              ("Sec-WebSocket-Protocol", "v2.test")]
    with opened(server, "/ws/protocols", fields) as socket:
        assert socket.head.get("Sec-WebSocket-Protocol") == "v2.test"


def test_no_subprotocol_is_chosen_where_none_is_offered(server):
    with opened(server, "/ws/protocols") as socket:
        assert socket.head.get("Sec-WebSocket-Protocol") is None


EXTENSIONS = {
    "permessage-deflate": True,
    "permessage-deflate; client_max_window_bits": True,
    "permessage-deflate; client_max_window_bits=10": True,
    "permessage-deflate; server_no_context_takeover": True,
    "x-test, permessage-deflate": True,
    "permessage-deflate; x=1, permessage-deflate": True,
    "permessage-deflate; server_max_window_bits=8": False,
    "permessage-deflate; server_max_window_bits=16": False,
    "permessage-deflate; x=1": False,
    "permessage-bzip2": False,
}


@pytest.mark.parametrize("offer", EXTENSIONS)
def test_compression_is_agreed_on_where_its_offer_can_be_met(server, offer):
    with server.connect() as client:
        client.send(handshake("/ws/echo-deflate",
                              Sec_WebSocket_Extensions=offer))
        agreed = client.read_head().get("Sec-WebSocket-Extensions")
    assert (agreed is not None) == EXTENSIONS[offer]
    if agreed:
        # RFC 7692, 7.1.1: neither side keeps what it has seen.
        first, *rest = agreed.split("; ")
        assert first == "permessage-deflate"
        assert {"server_no_context_takeover",
                "client_no_context_takeover"} <= set(rest)


def test_no_extension_is_agreed_on_that_the_route_does_not_grant(server):
    with opened(server, "/ws/echo", DEFLATE) as socket:
        assert socket.head.get("Sec-WebSocket-Extensions") is None
        # Nor is it understood.
        packed = deflated(b"hello")
        socket.send(frame(1, packed, rsv=0x40))
        assert socket.receive_end()[1] == 1002


# -- what middleware says -----------------------------------------------------

def test_fields_and_cookies_of_middleware_are_on_the_101(server):
    # What is the protocol's own is not theirs: the client checks it.
    with opened(server, "/ws/guarded") as socket:
        assert socket.head.get("X-Request-Id") == "7"
        assert socket.head.all("Set-Cookie") == [
            "a=1; Path=/; HttpOnly", "b=2; Path=/; HttpOnly"]
        socket.send(text("hello"))
        assert socket.receive() == ("text", "hello")


@pytest.mark.parametrize("status, body", [
    (401, b"Unauthorized"), (403, b"Forbidden")])
def test_what_middleware_refuses_is_an_ordinary_answer(server, status, body):
    spawned = server.counts()["spawned"]
    answer = ask(server, handshake(f"/ws/guarded/{status}"))
    assert (answer.status, answer.body) == (status, body)
    assert answer.head.get("Sec-WebSocket-Accept") is None
    assert answer.head.get("Upgrade") is None
    assert server.counts()["spawned"] == spawned
    server.until_connections(0)


def test_an_init_that_throws_is_a_500(server):
    answer = ask(server, handshake("/ws/init-throws"))
    assert answer.status == 500
    assert b"secret" not in answer.body
    server.until_connections(0)


def test_an_unknown_path_is_a_404(server):
    assert ask(server, handshake("/ws/nothing")).status == 404


# -- around the handshake -----------------------------------------------------

def test_a_request_before_it_is_answered_first(server):
    with server.connect() as client:
        client.send(b"GET /number/5 HTTP/1.1\r\nHost: test\r\n\r\n"
                    + handshake("/ws/echo") + text("hello"))
        assert client.read_response().body == b"5"
        assert WebSocket(client).receive() == ("text", "hello")


@pytest.mark.parametrize("at", range(1, len(handshake("/ws/echo"))))
def test_it_may_come_in_two_pieces(server, at):
    octets = handshake("/ws/echo") + text("hello")
    with server.connect() as client:
        client.send(octets[:at])
        wait_until_read(client)
        client.send(octets[at:])
        assert client.read_head().status == 101
        assert client.read_exactly(7) == b"\x81\x05hello"


EARLY = {
    "a text": (text("hello"), [("text", "hello")]),
    "many": (b"".join(text(str(n)) for n in range(100)),
             [("text", str(n)) for n in range(100)]),
    "a ping and a text": (ping(b"a") + text("b"),
                          [("pong", b"a"), ("text", "b")]),
    "fragments": (text("a", fin=False) + ping() + frame(0, b"b"),
                  [("pong", b""), ("text", "ab")]),
    "more than fits anywhere": (binary(b"x" * 300_000) * 3,
                                [("binary", b"x" * 300_000)] * 3),
}


@pytest.mark.parametrize("octets, expected", EARLY.values(), ids=EARLY)
def test_what_comes_right_behind_it_is_delivered(server, octets, expected):
    with opened(server, "/ws/echo", early=octets) as socket:
        assert [socket.receive() for _ in expected] == expected


@pytest.mark.parametrize("at", range(len(text("hello"))))
def test_a_frame_may_begin_right_behind_it_and_end_later(server, at):
    octets = text("hello")
    with opened(server, "/ws/echo", early=octets[:at]) as socket:
        wait_until_read(socket.client)
        socket.send(octets[at:])
        assert socket.receive() == ("text", "hello")


def test_what_comes_behind_one_that_is_refused_is_no_message(server):
    before = server.counts()["spawned"]
    with server.connect() as client:
        client.send(handshake("/ws/silent", Sec_WebSocket_Version="8")
                    + text("hello"))
        assert client.read_response().status == 426
        assert client.read_response().status == 400
        assert client.is_closed()
    assert server.noted("message") == 0
    assert server.counts()["spawned"] == before


def test_a_peer_that_leaves_behind_it_leaves_nothing_behind(server):
    before = server.noted("peer_left 1006")
    for _ in range(50):
        with server.connect() as client:
            client.send(handshake("/ws/silent"))
    Deadline(5).until(server.counts, lambda counts: counts["connections"] == 0
                      and counts["noted"]["peer_left 1006"] == before + 50)
