"""A client that nobody here wrote: the package `ws` of npm, as the
distribution has it (`node-ws`)."""

import base64
import contextlib
import json
import os
import pathlib
import subprocess
import threading

import pytest

from deadline import Deadline, scaled
from server_process import SERVER, running

PROGRAM = pathlib.Path(__file__).with_name("websocket_client.js")
# Where Debian puts modules; a node from elsewhere does not look there.
MODULES = "/usr/share/nodejs:/usr/lib/node_modules"
# By default.
LARGEST = 512 * 1024


class Node:
    """A process with one socket, ended at the deadline."""

    def __init__(self, server, target, subprotocols, options, deadline):
        host, port = server.address
        environment = {**os.environ, "NODE_PATH": ":".join(
            filter(None, [os.environ.get("NODE_PATH"), MODULES]))}
        self.process = subprocess.Popen(
            ["node", PROGRAM, f"ws://{host}:{port}{target}",
             json.dumps(list(subprotocols)), json.dumps(options)],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.end = threading.Timer(deadline.left(), self.process.kill)
        self.end.start()

    def does(self, *what):
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def hears(self):
        line = self.process.stdout.readline()
        assert line, "it has ended, or was ended at the deadline"
        what, *rest = json.loads(line)
        if what == "binary":
            return what, base64.b64decode(rest[0])
        return what, *rest

    def clean_up(self):
        self.end.cancel()
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def server():
    """Pings none but who is on a route for that, however long it is silent
    over a large message on a slow machine."""
    with running(SERVER, scaled("heartbeat", 60)) as started:
        yield started


@pytest.fixture
def connect(server):
    """Connects and has heard that it is open."""
    with contextlib.ExitStack() as stack:
        def start(target, subprotocols=(), to=server, **options):
            node = Node(to, target, subprotocols, options, Deadline(20))
            stack.callback(node.clean_up)
            return node

        def opened(*arguments, **rest):
            node = start(*arguments, **rest)
            node.opened = node.hears()
            assert node.opened[0] == "open", node.opened
            return node
        opened.unopened = start
        yield opened


def noted(server, what):
    Deadline(5).until(lambda: server.noted(what), lambda count: count > 0)


# -- messages -----------------------------------------------------------------

TEXTS = ["", "hello", "\u00e9\u20ac\U0001f600\0", "x" * 125, "x" * 126,
         "x" * 65535, "x" * 65536]


@pytest.mark.parametrize("target", ["/ws/echo", "/ws/echo-deflate"])
def test_texts_and_binaries(connect, target):
    node = connect(target)
    for text in TEXTS:
        node.does("text", text)
        assert node.hears() == ("text", text)
        octets = text.encode() + b"\xff"
        node.does("binary", base64.b64encode(octets).decode())
        assert node.hears() == ("binary", octets)


@pytest.mark.parametrize("target", ["/ws/echo", "/ws/echo-deflate"])
def test_fragments(connect, target):
    node = connect(target)
    node.does("fragments", "one ", "", "two ", "three " * 1000)
    assert node.hears() == ("text", "one two " + "three " * 1000)
    node.does("fragments", "a" * 5000, "b")
    assert node.hears() == ("text", "a" * 5000 + "b")


@pytest.mark.parametrize("target", ["/ws/echo", "/ws/echo-deflate"])
def test_the_largest_message_is_echoed(connect, target):
    node = connect(target)
    octets = os.urandom(LARGEST // 2) + bytes(LARGEST // 2)
    for _ in range(3):
        node.does("binary", base64.b64encode(octets).decode())
        assert node.hears() == ("binary", octets)


@pytest.mark.parametrize("target", ["/ws/echo", "/ws/echo-deflate"])
def test_thousands_in_order(connect, target):
    node = connect(target)

    def talk():
        for n in range(5000):
            node.does("text", f"{n} {'x' * (n % 1500)}")
    talking = threading.Thread(target=talk)
    talking.start()
    for n in range(5000):
        assert node.hears() == ("text", f"{n} {'x' * (n % 1500)}")
    talking.join()


def test_pings_both_ways(start, connect):
    # It is asked again once it has been heard, and else never.
    node = connect("/ws/beating", to=start())
    node.does("ping", "are you there?")
    asked, answer = ("ping", ""), ("pong", "are you there?")
    heard = []
    while heard.count(asked) < 8 or answer not in heard:
        heard.append(node.hears())
    assert set(heard) == {asked, answer}
    assert heard.count(answer) == 1


# -- what is agreed on --------------------------------------------------------

def test_compression(connect):
    assert connect("/ws/echo-deflate").opened[2] == "permessage-deflate"
    assert connect("/ws/echo").opened[2] == ""
    assert connect("/ws/echo-deflate", perMessageDeflate=False).opened[2] == ""


@pytest.mark.parametrize("offer", [
    {"clientNoContextTakeover": True}, {"serverNoContextTakeover": True},
    {"clientMaxWindowBits": 9}, {"threshold": 0}], ids=str)
def test_compression_by_other_parameters(connect, offer):
    node = connect("/ws/echo-deflate", perMessageDeflate=offer)
    assert node.opened[2] == "permessage-deflate"
    for text in ("a", "ab" * 20_000, "", "x" * 200) * 2:
        node.does("text", text)
        assert node.hears() == ("text", text)


def test_subprotocols(connect):
    node = connect("/ws/protocols", ["other", "v1.test"])
    assert node.opened[1] == "v1.test"
    assert node.hears() == ("text", "v1.test")


def test_no_subprotocol_in_common_is_for_the_client_to_judge(connect):
    node = connect.unopened("/ws/protocols", ["other"])
    assert node.hears() == ("error", "Server sent no subprotocol")


REFUSED = {"/ws/guarded/401": 401, "/ws/guarded/403": 403, "/ws/none": 404,
           "/health": 200, "/ws/init-throws": 500}


@pytest.mark.parametrize("target", REFUSED)
def test_refusals(connect, target):
    node = connect.unopened(target)
    assert node.hears() == ("refused", REFUSED[target])


@pytest.mark.parametrize("options, status", [
    ({"protocolVersion": 8}, 426),
    ({"origin": "http://elsewhere.example"}, 403)], ids=str)
def test_refusals_of_the_handshake(connect, options, status):
    node = connect.unopened("/ws/echo", **options)
    assert node.hears() == ("refused", status)


# -- the end ------------------------------------------------------------------

@pytest.mark.parametrize("status, heard, on_close", [
    ([], 1005, "1005"), ([1000], 1000, "1000"),
    ([3001, "x" * 123], 3001, "3001: " + "x" * 123),
    ([4000, "bye \u20ac"], 4000, "4000: bye \u20ac")])
def test_the_client_closes(server, connect, status, heard, on_close):
    node = connect("/ws/silent")
    node.does("close", *status)
    assert node.hears() == ("close", heard, "")
    noted(server, "peer_left " + on_close)


def test_the_server_closes(server, connect):
    node = connect("/ws/closes")
    assert node.hears() == ("text", "bye")
    assert node.hears() == ("close", 4001, "kicked")
    noted(server, "stopped 4001: kicked")


def test_a_handler_throws(server, connect):
    node = connect("/ws/throws")
    node.does("text", "hello")
    assert node.hears() == ("close", 1011, "")
    noted(server, "failed 1011")


def test_a_message_is_too_large(server, connect):
    node = connect("/ws/silent")
    node.does("text", "x" * LARGEST)
    noted(server, "message")
    node.does("text", "x" * (LARGEST + 1))
    assert node.hears()[:2] == ("close", 1009)


def test_the_client_vanishes(server, connect):
    node = connect("/ws/silent")
    node.does("terminate")
    assert node.hears() == ("close", 1006, "")
    noted(server, "peer_left 1006")


def test_the_server_leaves(start, connect):
    server = start("--drain-timeout=60s")
    node = connect("/ws/silent", to=server)
    server.send_signal()
    assert node.hears() == ("close", 1001, "")
    assert server.wait(5) == 0
