"""Readers of topics that believe nothing: what comes is behind what came, or a
gap has told why not."""

import json
import re
import selectors
import socket

from client import request
from event_stream import Event, EventStream
from response import Chunks, Head

# What a page of another origin may send without a preflight is less than what
# a field takes; no id needs more.
POSITION = re.compile("([0-9a-f]+)-(0|[1-9][0-9]*)")
RETRY = 0.02


def position(text):
    """(epoch, sequence number)"""
    said = POSITION.fullmatch(text)
    assert said, f"no position: {text!r}"
    return said[1], int(said[2])


def number(event):
    """Of an event of /flood."""
    return int(event.data.split()[0])


# -- what is asked of a server ------------------------------------------------

def flood(server, topic, count, first=0, **rest):
    query = "".join(f"&{name}={value}" for name, value in rest.items())
    answer = server.ask(f"/flood/{topic}?count={count}&first={first}{query}",
                        "POST", body=b"")
    assert answer.status == 200, answer.body


def publish(server, topic, data, **rest):
    """The position of the event."""
    answer = server.ask(
        f"/publish/{topic}", "POST", body=json.dumps(
            {"data": data, **rest}).encode(),
        fields=[("Authorization", "Bearer secret")])
    assert answer.status == 201, answer.body
    return json.loads(answer.body)["id"]


def statistics(server, topic):
    with server.connect() as client:
        return client.ask_json("/statistics").get(topic)


# -- what comes ---------------------------------------------------------------

class Blocks(EventStream):
    """Tells of blocks with nothing but an id, too: events without a type. It
    begins with the last id of its client, as a browser does."""

    def __init__(self, last_id=""):
        super().__init__()
        self.last_id = self._id = last_id

    def _dispatch(self):
        before = self.last_id
        events = super()._dispatch()
        if not events and self.last_id != before:
            return [Event("", "", self.last_id)]
        return events


class Course:
    """Where one client is, through all of its connections. `dense` if it reads
    the one topic of its server, all of it: nothing may be missing then but what
    is within a gap."""

    def __init__(self, last_id="", dense=False):
        self.last_id = last_id
        self.dense = dense
        self.events = []
        self.gaps = []

    def take(self, event):
        if event.type == "gap":
            self._gap(event, json.loads(event.data))
        else:
            self._advance(event)
        return event

    def _advance(self, event):
        epoch, seq = position(event.last_id)
        if self.last_id:
            before, last = position(self.last_id)
            assert epoch == before, f"{event} without a gap of {self.last_id}"
            least = last + 1 if event.type else last
            assert seq >= least, f"{event} behind {self.last_id}"
            assert not self.dense or seq == least, (
                f"{event} is not what is behind {self.last_id}")
        self.last_id = event.last_id
        if event.type:
            self.events.append(event)

    def _gap(self, event, told):
        epoch, end = position(told["to"])
        self.gaps.append(told)
        if self.dense:
            assert told["from"] == self.last_id
            assert event.last_id == told["to"]
        if POSITION.fullmatch(told["from"]):
            before, begin = position(told["from"])
            assert before != epoch or begin < end, told
            if self.dense and "count" in told:
                assert told["count"] == end - begin
        if event.last_id != self.last_id:
            assert event.last_id == told["to"]
            self.last_id = event.last_id

    @property
    def numbers(self):
        return [number(event) for event in self.events]

    def missed(self):
        """How many events its gaps tell of, if it is dense."""
        ends = [(position(gap["from"]), position(gap["to"]))
                for gap in self.gaps]
        return sum(end[1] - begin[1] * (begin[0] == end[0])
                   for begin, end in ends)

    def has_come_to(self, last):
        """Has it had the event of /flood with that number, and no other
        since?"""
        return bool(self.events) and number(self.events[-1]) == last


# -- who reads ----------------------------------------------------------------

class Reader:
    """A client of one stream that waits for what it reads."""

    def __init__(self, client, target, course=None, fields=()):
        self.course = course or Course()
        last_id = self.course.last_id
        fields = [*fields, *([("Last-Event-ID", last_id)] if last_id else [])]
        self.stream = client.open_stream(target, fields)
        self.stream.parser = Blocks(last_id)

    def next(self):
        """The next event, gap, or position (`type` is empty)."""
        return self.course.take(self.stream.read(1)[0])

    def read(self, count):
        """The next events; whatever else is between them is taken note of."""
        taken = []
        while len(taken) < count:
            came = self.next()
            if came.type:
                taken.append(came)
        return taken

    def read_to(self, last):
        """Up to the event of /flood with that number."""
        while not self.course.has_come_to(last):
            self.next()

    def begun(self):
        """Waits until it knows where it is."""
        while not self.course.last_id:
            self.next()
        return self


class SocketReader:
    """The same on a WebSocket."""

    def __init__(self, socket, course=None):
        self.course = course or Course()
        self.socket = socket

    def next(self):
        kind, text = self.socket.receive()
        assert kind == "text"
        said = json.loads(text)
        if said.keys() == {"id"}:
            return self.course.take(Event("", "", said["id"]))
        assert said.keys() - {"id"} == {"topic", "event", "data"}, said
        return self.course.take(
            Event(said["event"], said["data"],
                  said.get("id", self.course.last_id)))

    begun = Reader.begun
    read = Reader.read


class Follower:
    """One of many clients: it comes back with its last id whenever it is cut,
    until the server takes it."""

    def __init__(self, address, target, course):
        self.address = address
        self.target = target
        self.course = course
        self.socket = None
        self.connected = 0
        self.clean_ends = 0

    def connect(self):
        """False if nobody listens."""
        last_id = self.course.last_id
        fields = [("Last-Event-ID", last_id)] if last_id else []
        try:
            self.socket = socket.create_connection(self.address, 5)
            self.socket.setblocking(False)
            self.socket.send(request(self.target, fields=fields))
        except ConnectionError:
            return False
        self.octets, self.head = b"", None
        self.chunks, self.blocks = Chunks(), Blocks(last_id)
        return True

    def readable(self):
        """False if it was cut."""
        try:
            octets = self.socket.recv(65536)
        except ConnectionError:
            octets = b""
        if not octets:
            return False
        if not self.head:
            return self._read_head(octets)
        self._take(octets)
        return True

    def _read_head(self, octets):
        self.octets += octets
        head, mark, rest = self.octets.partition(b"\r\n\r\n")
        if not mark:
            return True
        self.head = Head(head)
        turned_away = self.head.get("Content-Length") is not None
        if self.head.status == 503 or turned_away:
            return False
        assert self.head.status == 200
        self.connected += 1
        self._take(rest)
        return True

    def _take(self, octets):
        for event in self.blocks.feed(self.chunks.feed(octets)):
            self.course.take(event)

    def close(self):
        self.clean_ends += self.chunks.over
        self.socket.close()


class Crowd:
    """Followers in one loop."""

    def __init__(self, followers, deadline):
        self.followers = followers
        self.waiting = list(followers)
        self.deadline = deadline
        self.selector = selectors.DefaultSelector()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in self.followers:
            if each.socket:
                each.socket.close()
        self.selector.close()

    def step(self):
        self._connect()
        patience = min(self.deadline.left(), RETRY if self.waiting else 60)
        for key, _ in self.selector.select(patience):
            if not key.data.readable():
                self._cut(key.data)

    def cut(self):
        """Cuts each of them, wherever it is."""
        for key in list(self.selector.get_map().values()):
            self._cut(key.data)

    def _cut(self, each):
        self.selector.unregister(each.socket)
        each.close()
        self.waiting.append(each)

    def _connect(self):
        waiting, self.waiting = self.waiting, []
        for at, each in enumerate(waiting):
            if not each.connect():
                # Nor would it be any better for the others.
                self.waiting += waiting[at:]
                return
            self.selector.register(each.socket, selectors.EVENT_READ, each)

    def until(self, holds):
        """Reads until that holds for each of them."""
        while not all(map(holds, self.followers)):
            self.step()
