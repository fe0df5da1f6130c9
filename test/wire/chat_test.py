"""The example `chat`: who hears what, each within two seconds."""

import contextlib
import json

import pytest

from deadline import Deadline
from server_process import CHAT, running
from websocket import (DEFLATE, binary, close, frame, handshake, opened, text)

SECONDS = 2


@pytest.fixture
def chat():
    """One for each test: nobody is left in the rooms of another."""
    with running(CHAT) as started:
        yield started


class Guest:
    """Each step has its own two seconds."""

    def __init__(self, socket, name):
        self.socket = socket
        self.name = name

    def hears(self, **what):
        self.socket.client.deadline = Deadline(SECONDS)
        kind, said = self.socket.receive()
        assert kind == "text"
        assert json.loads(said) == what

    def says(self, what):
        self.socket.client.deadline = Deadline(SECONDS)
        self.socket.send(text(what))


@pytest.fixture
def enter(chat):
    """Lets guests in, who hear of it."""
    with contextlib.ExitStack() as stack:
        def let_in(name, target=None):
            guest = Guest(stack.enter_context(
                opened(chat, target or f"/chat?user={name}")), name)
            guest.hears(type="joined", user=name)
            return guest
        yield let_in


# -- the page -----------------------------------------------------------------

def test_the_page(chat):
    page = chat.ask("/")
    assert page.status == 200
    assert page.head.get("Content-Type") == "text/html; charset=utf-8"
    assert b"<!doctype html>" in page.body.lower()


@pytest.mark.parametrize("path, type", [
    ("/chat.js", "text/javascript"), ("/chat.css", "text/css"),
    ("/common.css", "text/css")])
def test_its_script_and_styles(chat, path, type):
    answer = chat.ask(path)
    assert answer.status == 200
    assert answer.head.get("Content-Type").split(";")[0] == type
    assert path[1:].encode() in chat.ask("/").body


# -- the room -----------------------------------------------------------------

def test_who_comes_is_told_so(enter):
    enter("Alice")


def test_who_speaks_hears_it(enter):
    bob = enter("Bob")
    bob.says("Hello, World!")
    bob.hears(type="message", user="Bob", text="Hello, World!")


def test_two_hear_each_other(enter):
    alice, bob = enter("Alice"), enter("Bob")
    alice.hears(type="joined", user="Bob")
    alice.says("Hi Bob!")
    for each in (alice, bob):
        each.hears(type="message", user="Alice", text="Hi Bob!")
    bob.says("Hi Alice!")
    for each in (alice, bob):
        each.hears(type="message", user="Bob", text="Hi Alice!")


def test_who_is_there_hears_who_joins(enter):
    charlie = enter("Charlie")
    enter("Dave")
    charlie.hears(type="joined", user="Dave")


LEAVING = {
    "a close frame": lambda socket: socket.close(1000),
    "a close frame without a code": lambda socket: socket.close(None),
    "FIN": lambda socket: socket.client.socket.close(),
    "RST": lambda socket: socket.reset(),
    "a fault": lambda socket: socket.send(text("", mask=None)),
}


@pytest.mark.parametrize("manner", LEAVING)
def test_who_is_there_hears_who_leaves(enter, manner):
    eve, frank = enter("Eve"), enter("Frank")
    eve.hears(type="joined", user="Frank")
    LEAVING[manner](frank.socket)
    eve.hears(type="left", user="Frank")


@pytest.mark.parametrize("target", ["/chat", "/chat?user=", "/chat?name=x"])
def test_who_has_no_name_is_anonymous(enter, target):
    enter("Anonymous", target)


def test_names_and_texts_may_hold_anything(enter):
    name = 'Z\u00e9 "\U0001f600" <b>\\\n'
    quoted = "Z%C3%A9%20%22%F0%9F%98%80%22%20%3Cb%3E%5C%0A"
    guest = enter(name, f"/chat?user={quoted}")
    guest.says('{"type":"left"}\0\u20ac')
    guest.hears(type="message", user=name, text='{"type":"left"}\0\u20ac')


def test_a_name_that_is_no_text_is_refused(chat):
    with chat.connect(SECONDS) as client:
        client.send(handshake("/chat?user=%FF"))
        assert client.read_response().status == 400


def test_rooms_do_not_hear_each_other(enter):
    lobby = enter("Alice")
    kitchen, guest = (enter(name, f"/rooms/kitchen?user={name}")
                      for name in ("Bob", "Carol"))
    kitchen.hears(type="joined", user="Carol")
    lobby.says("in the lobby")
    lobby.hears(type="message", user="Alice", text="in the lobby")
    kitchen.says("in the kitchen")
    for each in (kitchen, guest):
        each.hears(type="message", user="Bob", text="in the kitchen")
    lobby.says("still alone")
    lobby.hears(type="message", user="Alice", text="still alone")


def test_two_of_one_name_are_two(enter):
    first, second = enter("Eve"), enter("Eve")
    first.hears(type="joined", user="Eve")
    second.socket.close(1000)
    first.hears(type="left", user="Eve")
    first.says("still here")
    first.hears(type="message", user="Eve", text="still here")


def test_what_is_no_text_is_not_taken(enter):
    guest = enter("Mallory")
    guest.socket.send(binary(b"\0"))
    assert guest.socket.receive()[:2] == ("close", 1003)
    guest.socket.send(close(1003))


def test_what_is_too_large_is_not_taken(enter):
    eve, mallory = enter("Eve"), enter("Mallory")
    eve.hears(type="joined", user="Mallory")
    mallory.says("x" * (64 * 1024 + 1))
    assert mallory.socket.receive_end()[1] == 1009
    eve.hears(type="left", user="Mallory")


def test_one_text_reaches_those_who_compress_and_those_who_do_not(
        chat, enter):
    plain = enter("Alice")
    with opened(chat, "/chat?user=Bob", DEFLATE, seconds=SECONDS) as bob:
        assert bob.receive()[0] == "text"
        plain.hears(type="joined", user="Bob")
        plain.says("long " * 1000)
        said = {"type": "message", "user": "Alice", "text": "long " * 1000}
        plain.hears(**said)
        assert json.loads(bob.receive()[1]) == said
        assert bob.was_deflated
    plain.hears(type="left", user="Bob")


def test_fifty_guests_all_hear_all(chat, enter):
    guests = [enter(f"guest{n}") for n in range(50)]
    for n, guest in enumerate(guests):
        for later in range(n + 1, 50):
            guest.hears(type="joined", user=f"guest{later}")
    for guest in guests:
        guest.says("I am " + guest.name)
    for guest in guests:
        heard = set()
        for _ in guests:
            guest.socket.client.deadline = Deadline(SECONDS)
            said = json.loads(guest.socket.receive()[1])
            assert said["text"] == "I am " + said["user"]
            heard.add(said["user"])
        assert heard == {other.name for other in guests}


def test_fragments_and_pings_are_none_of_the_rooms_business(enter):
    guest = enter("Alice")
    guest.socket.send(frame(1, b"Hel", fin=False) + frame(9, b"?")
                      + frame(0, b"lo"))
    assert guest.socket.receive() == ("pong", b"?")
    guest.hears(type="message", user="Alice", text="Hello")


@pytest.mark.parametrize("fields, status", [
    ({"Origin": "http://elsewhere.example"}, 403),
    ({"Upgrade": None}, 426),
    ({"Sec_WebSocket_Version": "8"}, 426),
    ({"Sec_WebSocket_Key": None}, 400)], ids=str)
def test_what_is_no_handshake_enters_no_room(enter, chat, fields, status):
    alice = enter("Alice")
    with chat.connect(SECONDS) as client:
        client.send(handshake("/chat?user=Mallory", **fields))
        assert client.read_response().status == status
    alice.says("alone")
    alice.hears(type="message", user="Alice", text="alone")


def test_the_chat_drains(chat):
    with opened(chat, "/chat") as socket:
        socket.receive()
        chat.send_signal()
        assert socket.receive()[:2] == ("close", 1001)
        socket.send(close(1001))
        assert socket.client.is_closed()
