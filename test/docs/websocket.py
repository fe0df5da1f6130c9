"""A client of WebSockets, as small as the guide's tests allow (RFC 6455)."""

import contextlib
import os
import socket
import struct

TEXT, CLOSE = 1, 8


class Refused(Exception):
    """The answer was no 101."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class WebSocket:
    def __init__(self, server, path, fields):
        host, _, port = server.address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), server.deadline.left())
        self.input = self.socket.makefile("rb")
        told = {
            "Host": server.address,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            **fields,
        }
        head = [f"GET {path} HTTP/1.1", *(f"{n}: {v}" for n, v in told.items())]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode())
        status = int(self.input.readline().split()[1])
        lines = iter(self.input.readline, b"\r\n")
        self.fields = dict(line.decode().rstrip().split(": ", 1) for line in lines)
        if status != 101:
            raise Refused(status)

    def send(self, text, opcode=TEXT, final=True):
        payload = text if isinstance(text, bytes) else text.encode()
        assert len(payload) < 65536
        first = bytes([opcode | (0x80 if final else 0)])
        mask = os.urandom(4)
        masked = bytes(c ^ mask[i % 4] for i, c in enumerate(payload))
        length = struct.pack("!BH", 0xFE, len(payload))
        if len(payload) < 126:
            length = bytes([0x80 | len(payload)])
        self.socket.sendall(first + length + mask + masked)

    def receive(self):
        """The next frame: opcode, and payload."""
        first, length = self.input.read(2)
        if length == 126:
            (length,) = struct.unpack("!H", self.input.read(2))
        assert first & 0x70 == 0 and length != 127
        return first & 0x0F, self.input.read(length)

    def text(self):
        opcode, payload = self.receive()
        assert opcode == TEXT, payload
        return payload.decode()

    def closing(self):
        """The code and reason with which the server closes."""
        opcode, payload = self.receive()
        assert opcode == CLOSE, payload
        return int.from_bytes(payload[:2], "big"), payload[2:].decode()


@contextlib.contextmanager
def websocket(server, path, fields=None):
    made = WebSocket(server, path, fields or {})
    try:
        yield made
    finally:
        made.input.close()
        made.socket.close()
