"""A client on a plain socket: it sends what it is told and hides nothing."""

import json
import socket

from event_stream import EventStream
from response import Chunks, Head, Malformed


class Closed(Exception):
    """The server closed the connection in the middle of something."""


class Response:
    def __init__(self, head, body):
        self.head = head
        self.status = head.status
        self.body = body


def request(target, method="GET", fields=(), body=None, host="test"):
    """The octets of a request."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in fields]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


class Client:
    """One connection. All waiting is within one deadline."""

    def __init__(self, address, deadline, receive_buffer=None):
        self.deadline = deadline
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(deadline.left())
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, octets):
        self.socket.settimeout(self.deadline.left())
        self.socket.sendall(octets)

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def receive(self):
        """What comes next; b"" at the end."""
        if self.buffer:
            octets, self.buffer = self.buffer, b""
            return octets
        self.socket.settimeout(self.deadline.left())
        return self.socket.recv(65536)

    def _more(self):
        self.socket.settimeout(self.deadline.left())
        octets = self.socket.recv(65536)
        if not octets:
            raise Closed(f"behind {self.buffer[:200]!r}")
        self.buffer += octets

    def read_until(self, mark):
        while mark not in self.buffer:
            self._more()
        octets, _, self.buffer = self.buffer.partition(mark)
        return octets

    def read_exactly(self, count):
        pieces = [self.buffer]
        missing = count - len(self.buffer)
        self.buffer = b""
        while missing > 0:
            self.socket.settimeout(self.deadline.left())
            pieces.append(self.socket.recv(65536))
            missing -= len(pieces[-1])
            if not pieces[-1]:
                raise Closed(f"{missing} octets are missing")
        octets = b"".join(pieces)
        self.buffer = octets[count:]
        return octets[:count]

    def read_head(self):
        return Head(self.read_until(b"\r\n\r\n"))

    def read_response(self, method="GET"):
        head = self.read_head()
        framing = head.framing(method)
        if framing == "none":
            return Response(head, b"")
        if framing == "close":
            return Response(head, self.read_to_end())
        if framing != "chunked":
            return Response(head, self.read_exactly(framing))
        chunks, body = Chunks(), b""
        while not chunks.over:
            octets = self.receive()
            if not octets:
                raise Closed("within a chunked body")
            body += chunks.feed(octets)
        self.buffer = chunks.rest()
        return Response(head, body)

    def read_to_end(self):
        octets = b""
        while piece := self.receive():
            octets += piece
        return octets

    def ask(self, target, method="GET", **rest):
        self.send(request(target, method, **rest))
        return self.read_response(method)

    def ask_json(self, target):
        return json.loads(self.ask(target).body)

    def is_closed(self):
        """Waits for the server's end; False if it sends anything instead."""
        return self.receive() == b""

    def open_stream(self, target, fields=()):
        self.send(request(target, fields=fields))
        return Stream(self)


class Stream:
    """An event stream behind a head that has just been asked for."""

    def __init__(self, client):
        self.client = client
        self.head = client.read_head()
        self.framing = self.head.framing("GET")
        if self.framing not in ("chunked", "close"):
            raise Malformed(f"no stream: {self.head.status}")
        self.chunks = Chunks()
        self.parser = EventStream()
        self.events = []

    @property
    def ended_cleanly(self):
        return self.chunks.over

    def step(self):
        """Waits for octets; False at the end."""
        octets = self.client.receive()
        if self.framing == "chunked":
            if self.chunks.over and octets:
                raise Malformed(f"behind the last chunk: {octets[:99]!r}")
            data = self.chunks.feed(octets)
        else:
            data = octets
        self.events += self.parser.feed(data)
        return octets != b""

    def read(self, count):
        """The next events, as many as told."""
        while len(self.events) < count:
            if not self.step():
                raise Closed(f"{len(self.events)} of {count} events came")
        taken, self.events = self.events[:count], self.events[count:]
        return taken

    def read_to_end(self):
        while self.step():
            pass
        taken, self.events = self.events, []
        return taken

    def read_until(self, last):
        """All events up to the first for which `last` holds."""
        taken = self.read(1)
        while not last(taken[-1]):
            taken += self.read(1)
        return taken
