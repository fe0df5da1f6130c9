"""Clients that nobody here wrote: the package `eventsource` of npm, as the
distribution has it (`node-eventsource`), and Python's `http.client`."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading

import pytest

from cutting_proxy import CuttingProxy
from deadline import Deadline
from event_stream import Event
from topic_reader import Blocks, Course, flood

PROGRAM = pathlib.Path(__file__).with_name("topic_client.js")
# Where Debian puts modules; a node from elsewhere does not look there.
MODULES = "/usr/share/nodejs:/usr/lib/node_modules"


class Node:
    """A process with one event source, ended at the deadline."""

    def __init__(self, address, target, options, deadline):
        host, port = address
        environment = {**os.environ, "NODE_PATH": ":".join(
            filter(None, [os.environ.get("NODE_PATH"), MODULES]))}
        self.process = subprocess.Popen(
            ["node", PROGRAM, f"http://{host}:{port}{target}",
             json.dumps(["message", "gap"]), json.dumps(options)],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.end = threading.Timer(deadline.left(), self.process.kill)
        self.end.start()
        self.course = Course()
        self.opened = 0

    def hears(self):
        line = self.process.stdout.readline()
        assert line, "it has ended, or was ended at the deadline"
        what, *rest = json.loads(line)
        if what == "open":
            self.opened += 1
        elif what != "error":
            self.course.take(Event(what, *rest))
        return what, *rest

    def opens(self, count):
        while self.opened < count:
            self.hears()

    def reads_to(self, last):
        while not self.course.has_come_to(last):
            self.hears()

    def clean_up(self):
        self.end.cancel()
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def connect():
    with contextlib.ExitStack() as stack:
        def start(address, target, **options):
            node = Node(address, target, options, Deadline(20))
            stack.callback(node.clean_up)
            return node
        yield start


# -- eventsource --------------------------------------------------------------

def test_an_event_source_gets_what_is_published(server, connect):
    node = connect(server.address, "/topics/plain")
    node.opens(1)
    flood(server, "plain", 200)
    node.reads_to(199)
    assert node.course.numbers == list(range(200))


def test_an_event_source_that_is_cut_misses_nothing(server, connect):
    with CuttingProxy(server.address) as proxy:
        node = connect(proxy.address, "/topics/cut")
        node.opens(1)
        # Who has seen nothing at all has no place to come back to.
        flood(server, "cut", 1)
        node.reads_to(0)
        for n in range(5):
            flood(server, "cut", 50, first=n * 100 + 1)
            # Somewhere within that, or before, or behind.
            proxy.cut()
            flood(server, "cut", 50, first=n * 100 + 51)
            node.opens(n + 2)
        node.reads_to(500)
        assert node.course.numbers == list(range(501))
        assert node.course.gaps == []


def test_an_event_source_that_saw_no_event_misses_none_either(server, connect):
    with CuttingProxy(server.address) as proxy:
        node = connect(proxy.address, "/topics/unseen")
        node.opens(1)
        Deadline(10).until(lambda: proxy.answered,
                           lambda octets: b"\nid: " in octets)
        proxy.cut()
        flood(server, "unseen", 3)
        node.opens(2)
        flood(server, "unseen", 1, first=3)
        node.reads_to(3)
        assert node.course.numbers == [0, 1, 2, 3]


def test_an_event_source_is_told_of_a_restart(start, connect):
    server = start(exit_code=-9)
    node = connect(server.address, "/topics/news")
    node.opens(1)
    flood(server, "news", 50)
    node.reads_to(49)
    last = node.course.last_id
    server.send_signal(signal.SIGKILL)
    assert server.wait(15) == -9
    again = start(f"--port={server.address[1]}")
    flood(again, "news", 50, first=50)
    node.reads_to(99)
    (gap,) = node.course.gaps
    assert gap["from"] == last
    assert node.course.numbers == list(range(100))


def test_an_event_source_that_may_not_have_a_gap_gives_up(server, connect):
    node = connect(server.address, "/topics/refused?on_gap=refuse",
                   headers={"Last-Event-ID": "0-0"})
    assert node.hears() == ("error", 0, 410)


# -- http.client --------------------------------------------------------------

class PythonReader:
    """As a program in Python would: it reads lines. Cut at the deadline."""

    def __init__(self, server, target, course):
        self.course = course
        deadline = Deadline(20)
        self.connection = http.client.HTTPConnection(
            *server.address, timeout=deadline.left())
        fields = {"Last-Event-ID": course.last_id} if course.last_id else {}
        self.connection.request("GET", target, headers=fields)
        self.end = threading.Timer(
            deadline.left(), self.connection.sock.shutdown, [socket.SHUT_RD])
        self.end.start()
        self.response = self.connection.getresponse()
        self.blocks = Blocks(course.last_id)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end.cancel()
        self.response.close()
        self.connection.close()

    def begun(self):
        while not self.course.last_id:
            self.read_line()

    def reads_to(self, last):
        while not self.course.has_come_to(last):
            self.read_line()

    def read_line(self):
        line = self.response.readline()
        assert line, "the stream has ended, or was ended at the deadline"
        for event in self.blocks.feed(line):
            self.course.take(event)


def test_a_program_in_python_resumes_by_its_field(start):
    server = start()
    course = Course(dense=True)
    with PythonReader(server, "/topics/news", course) as reader:
        assert reader.response.getheader("Content-Type") == "text/event-stream"
        reader.begun()
        flood(server, "news", 100)
        reader.reads_to(60)
    for first, last in ((100, 150), (200, 299)):
        flood(server, "news", 100, first=first)
        with PythonReader(server, "/topics/news", course) as reader:
            reader.reads_to(last)
    assert course.numbers == list(range(300))
    assert course.gaps == []
