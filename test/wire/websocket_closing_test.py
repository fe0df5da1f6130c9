"""How WebSockets end, in the order of RFC 6455, 7: what either side is told,
and how often."""

import contextlib
import itertools

import pytest

from deadline import Deadline, scaled, waits_long
from websocket import (TEXT, WebSocket, binary, close, frame, handshake,
                       opened, ping, pong, text)


class Ending:
    """Counts what `on_close` was given from here on."""

    def __init__(self, server):
        self.server = server
        self.before = server.counts()["noted"]

    def new(self):
        return {what: count - self.before.get(what, 0)
                for what, count in self.server.counts()["noted"].items()
                if count > self.before.get(what, 0)}

    def expect(self, what, count=1, seconds=5):
        """So often that, and nothing else; and nobody is left."""
        Deadline(seconds).until(lambda: sum(self.new().values()),
                                lambda sum: sum >= count)
        assert self.new() == {what: count}
        self.server.until_connections(0)


@pytest.fixture
def ending(server):
    server.until_connections(0)
    return Ending(server)


# -- 7.1: the peer closes -----------------------------------------------------

CLOSES = {
    "no code": (close(), None, "1005"),
    "a code": (close(1000), 1000, "1000"),
    "the page is left": (close(1001), 1001, "1001"),
    "a code and a reason": (close(1000, b"bye"), 1000, "1000: bye"),
    "a reason beyond ASCII": (close(3000, "\u00e9\u20ac".encode()), 3000,
                              "3000: \u00e9\u20ac"),
    "a code of an application": (close(4999, b"x"), 4999, "4999: x"),
    "a long reason": (close(1000, b"x" * 123), 1000, "1000: " + "x" * 123),
    **{f"code {code}": (close(code), code, str(code))
       for code in (1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
                    1014, 3999, 4000)},
}


@pytest.mark.parametrize("octets, answer, noted", CLOSES.values(), ids=CLOSES)
def test_a_close_is_answered_by_its_code_and_the_server_ends_first(
        server, ending, octets, answer, noted):
    with opened(server, "/ws/silent") as socket:
        socket.send(octets)
        # It waits for the server's end and has not ended itself.
        assert socket.receive_end() == ("close", answer, "")
    ending.expect("peer_left " + noted)


def test_what_comes_behind_a_close_is_not_heard(server, ending):
    with opened(server, "/ws/silent") as socket:
        socket.send(close(1000) + text("never") + close(1001)
                    + text("nor this", mask=None))
        assert socket.receive_end() == ("close", 1000, "")
    ending.expect("peer_left 1000")


def test_what_came_before_a_close_is_heard(server, ending):
    with opened(server, "/ws/silent") as socket:
        socket.send(text("a") + text("b") + close(1000))
        assert socket.receive_end() == ("close", 1000, "")
    Deadline(5).until(ending.new, lambda new: new == {
        "message": 2, "peer_left 1000": 1})


def test_a_close_within_a_fragmented_message_ends_it(server, ending):
    with opened(server, "/ws/silent") as socket:
        socket.send(frame(TEXT, b"never", fin=False) + close(1000))
        assert socket.receive_end() == ("close", 1000, "")
    ending.expect("peer_left 1000")


def test_a_close_in_pieces_is_a_close(server, ending):
    octets = close(1000, b"bye")
    with opened(server, "/ws/silent") as socket:
        socket.send_in_pieces(octets[at:at + 1] for at in range(len(octets)))
        assert socket.receive_end() == ("close", 1000, "")
    ending.expect("peer_left 1000: bye")


# -- 7.1: the server closes ---------------------------------------------------

def test_the_server_closes_behind_what_it_said(server, ending):
    with opened(server, "/ws/closes") as socket:
        assert socket.receive() == ("text", "bye")
        assert socket.receive() == ("close", 4001, "kicked")
        socket.send(close(4001))
        assert socket.client.is_closed()
    ending.expect("stopped 4001: kicked")


def test_the_peer_may_answer_with_another_code(server, ending):
    with opened(server, "/ws/closes") as socket:
        socket.receive()
        assert socket.receive() == ("close", 4001, "kicked")
        socket.send(close(1000, b"as you like"))
        assert socket.client.is_closed()
    ending.expect("stopped 4001: kicked")


def test_what_comes_before_the_answer_is_not_heard(server, ending):
    with opened(server, "/ws/closes-when-spoken-to") as socket:
        socket.send(text("a"))
        assert socket.receive() == ("text", "a")
        assert socket.receive() == ("close", 4001, "kicked")
        socket.send(text("b") + binary(b"c") + close(4001))
        assert socket.client.is_closed()
    ending.expect("stopped 4001: kicked")


def test_a_peer_that_does_not_answer_is_not_waited_for_long(server, ending):
    with opened(server, "/ws/closes") as socket:
        socket.receive()
        assert socket.receive() == ("close", 4001, "kicked")
        assert socket.client.is_closed()
    ending.expect("stopped 4001: kicked")


def test_a_peer_that_only_ends_its_side_is_no_fault(server, ending):
    with opened(server, "/ws/closes") as socket:
        socket.receive()
        assert socket.receive() == ("close", 4001, "kicked")
        socket.client.half_close()
        assert socket.client.is_closed()
    ending.expect("stopped 4001: kicked")


def test_both_may_close_at_once(server, ending):
    with opened(server, "/ws/closes", early=close(1000)) as socket:
        said = socket.receive()
        if said == ("text", "bye"):
            said = socket.receive()
        assert said in [("close", 1000, ""), ("close", 4001, "kicked")]
        assert socket.client.is_closed()
    server.until_connections(0)
    assert list(ending.new().values()) == [1]


def test_a_socket_that_is_closed_leaves_no_descriptor_behind(server, ending):
    before = server.open_files()
    for _ in range(50):
        with opened(server, "/ws/silent") as socket:
            socket.close(1000)
        with opened(server, "/ws/closes") as socket:
            socket.receive()
            socket.close(1000)
    Deadline(5).until(server.open_files, lambda count: count <= before)
    expected = {"peer_left 1000": 50, "stopped 4001: kicked": 50}
    Deadline(5).until(ending.new, lambda new: new == expected)


# -- 7.1.5 and 7.1.7: nobody closes -------------------------------------------

LEAVING = {
    "FIN": lambda socket: socket.client.socket.close(),
    "half a FIN": lambda socket: socket.client.half_close(),
    "RST": WebSocket.reset,
}


@pytest.mark.parametrize("manner", LEAVING)
def test_a_hundred_peers_that_vanish_are_noticed_within_a_second(
        server, ending, manner):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(opened(server, "/ws/silent"))
                   for _ in range(100)]
        for socket in sockets:
            LEAVING[manner](socket)
        ending.expect("peer_left 1006", count=100, seconds=1)


@pytest.mark.parametrize("manner", LEAVING)
def test_a_peer_that_vanishes_within_a_frame_is_noticed(
        server, ending, manner):
    octets = text("hello")
    with contextlib.ExitStack() as stack:
        for at in range(1, len(octets)):
            socket = stack.enter_context(opened(server, "/ws/silent"))
            socket.send(octets[:at])
            LEAVING[manner](socket)
        ending.expect("peer_left 1006", count=len(octets) - 1)


def test_a_peer_that_never_read_and_vanishes_is_noticed(server, ending):
    with server.connect(receive_buffer=4096) as client:
        client.send(handshake("/ws/fast"))
        server.until_connections(1)
    ending.expect("peer_left 1006", seconds=1)


def test_a_peer_that_breaks_the_protocol_is_told_so_and_so_is_on_close(
        server, ending):
    with opened(server, "/ws/silent") as socket:
        socket.send(text("hello", mask=None))
        _, code, reason = socket.receive_end()
    ending.expect(f"protocol_error {code}: {reason}")


def test_a_handler_that_throws_ends_its_own_socket_only(server, ending):
    with opened(server, "/ws/echo") as other:
        with opened(server, "/ws/throws") as socket:
            socket.send(text("a") + text("b"))
            assert socket.receive_end() == ("close", 1011, "")
        Deadline(5).until(ending.new, lambda new: new == {"failed 1011": 1})
        other.send(text("still here"))
        assert other.receive() == ("text", "still here")


# -- 5.5.2 and 5.5.3: signs of life -------------------------------------------
# (A heartbeat of 100 ms is the route's.)

def test_a_peer_that_gives_no_sign_of_life_is_cut(start):
    server = start(scaled("limits.pong-timeout", 1))
    ending = Ending(server)
    with opened(server, "/ws/beating") as socket:
        assert socket.receive() == ("ping", b"")
        assert socket.client.is_closed()
        ending.expect("peer_left 1006")


SIGNS = {
    "pong": [pong()],
    "another pong": [pong(b"x")],
    "ping": [ping(b"x")],
    "text": [text("x")],
    "octets of a frame": [bytes([octet]) for octet in text("x" * 99)],
}


@pytest.mark.parametrize("signs", SIGNS.values(), ids=SIGNS)
def test_a_peer_that_gives_any_stays(start, signs):
    # It is asked again once it has been heard, and else never.
    server = start()
    with opened(server, "/ws/beating") as socket:
        for sign in itertools.islice(itertools.cycle(signs), 8):
            while socket.receive() != ("ping", b""):
                pass
            socket.send(sign)
        assert server.counts()["connections"] == 1


def test_a_peer_that_falls_silent_is_cut_then(start):
    server = start(waits_long("limits.pong-timeout"))
    ending = Ending(server)
    with opened(server, "/ws/beating") as socket:
        for _ in range(3):
            assert socket.receive() == ("ping", b"")
            socket.send(pong())
        assert socket.receive() == ("ping", b"")
        assert socket.client.is_closed()
        ending.expect("peer_left 1006")


# -- 7.4.1: the server leaves -------------------------------------------------

def ask_while_it_drains(server, client):
    """Sends the rest of a request whose first half came before."""
    client.send(b"st\r\n\r\n")
    return client.read_response()


def test_a_server_that_leaves_says_so(start):
    server = start()
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(opened(server, "/ws/silent"))
                   for _ in range(100)]
        asking = stack.enter_context(server.connect())
        asking.send(b"GET /counts HTTP/1.1\r\nHost: te")
        server.ask("/health")
        server.send_signal()
        for socket in sockets:
            assert socket.receive()[:2] == ("close", 1001)
            socket.send(close(1001))
            assert socket.client.is_closed()
            socket.client.socket.close()
        answer = ask_while_it_drains(server, asking)
        assert b'"drained 1001": 100' in answer.body
        asking.socket.close()
        assert server.wait(5) == 0


def test_peers_that_do_not_answer_do_not_hold_a_server_that_leaves(start):
    server = start("--drain-timeout=60s")
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(opened(server, "/ws/silent"))
                   for _ in range(10)]
        server.send_signal()
        for socket in sockets:
            assert socket.receive()[:2] == ("close", 1001)
            assert socket.client.is_closed()
        assert server.wait(8) == 0


def test_a_peer_that_does_not_read_holds_it_up_to_its_deadline_only(start):
    server = start("--drain-timeout=1s")
    with server.connect(receive_buffer=4096) as stalled:
        stalled.send(handshake("/ws/fast"))
        server.until_connections(1)
        server.send_signal()
        assert server.wait(5) == 0


def test_a_handshake_behind_a_drain_is_a_503(start):
    server = start()
    octets = handshake("/ws/silent")
    with server.connect() as client, opened(server, "/ws/silent") as socket:
        client.send(octets[:30])
        server.ask("/health")
        server.send_signal()
        assert socket.receive()[:2] == ("close", 1001)
        client.send(octets[30:])
        assert client.read_response().status == 503
