"""A WebSocket client on a plain socket: it sends what it is told, and reads
strictly by RFC 6455 and RFC 7692."""

import base64
import contextlib
import errno
import hashlib
import socket
import struct
import zlib

from response import Malformed

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455, 1.3
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MASK = b"\x37\xfa\x21\x3d"  # RFC 6455, 5.7

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
RSV1, RSV2, RSV3 = 0x40, 0x20, 0x10
DEFLATE = [("Sec-WebSocket-Extensions", "permessage-deflate")]


# -- what a client sends ------------------------------------------------------

def handshake(target, fields=(), method="GET", version="HTTP/1.1", **changed):
    """The octets of a handshake. `changed` has other values of its fields,
    `_` for `-`; None leaves one out."""
    ours = {"Host": "test", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13"}
    ours.update((name.replace("_", "-"), value)
                for name, value in changed.items())
    lines = [f"{method} {target} {version}"]
    lines += [f"{name}: {value}" for name, value in [*ours.items(), *fields]
              if value is not None]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def masked(octets, mask=MASK):
    """RFC 6455, 5.3."""
    size = len(octets)
    stream = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(octets, "big")
            ^ int.from_bytes(stream, "big")).to_bytes(size, "big")


def length_of(size):
    """The seven bits and what follows them, in the shortest form."""
    if size < 126:
        return size, b""
    if size < 65536:
        return 126, struct.pack("!H", size)
    return 127, struct.pack("!Q", size)


def frame(opcode, payload=b"", fin=True, rsv=0, mask=MASK, length=None):
    """The octets of a frame. Without a mask it is not masked; `length` is what
    stands there in place of the length, as `length_of` has it."""
    bits, more = length or length_of(len(payload))
    head = bytes([(0x80 if fin else 0) | rsv | opcode,
                  (0x80 if mask else 0) | bits]) + more
    return head + (mask + masked(payload, mask) if mask else payload)


def text(what, **rest):
    return frame(TEXT, what.encode(), **rest)


def binary(what, **rest):
    return frame(BINARY, what, **rest)


def ping(what=b"", **rest):
    return frame(PING, what, **rest)


def pong(what=b"", **rest):
    return frame(PONG, what, **rest)


def close(code=None, reason=b"", **rest):
    said = b"" if code is None else struct.pack("!H", code) + reason
    return frame(CLOSE, said, **rest)


def deflated(octets):
    """RFC 7692, 7.2.1: a message for itself."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(octets) + packer.flush(zlib.Z_SYNC_FLUSH)
    assert packed.endswith(b"\0\0\xff\xff")
    return packed[:-4]


# -- what a server sends ------------------------------------------------------

class Frame:
    """A frame of a server, with nothing in it that may not be there."""

    def __init__(self, client, deflate):
        first, second = client.read_exactly(2)
        self.fin = first & 0x80 != 0
        self.rsv1 = first & RSV1 != 0
        self.opcode = first & 0x0F
        self.is_control = self.opcode >= CLOSE
        if first & (RSV2 | RSV3) or self.rsv1 and not (
                deflate and self.opcode in (TEXT, BINARY)):
            raise Malformed(f"reserved bits: {first:#x}")
        if self.opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise Malformed(f"opcode {self.opcode}")
        if second & 0x80:
            raise Malformed("a masked frame of a server")
        size = self._size(client, second)
        if self.is_control and (size > 125 or not self.fin):
            raise Malformed("a control frame that is long or fragmented")
        self.payload = client.read_exactly(size)

    @staticmethod
    def _size(client, bits):
        if bits < 126:
            return bits
        more = client.read_exactly(2 if bits == 126 else 8)
        size = int.from_bytes(more, "big")
        if length_of(size) != (bits, more):
            raise Malformed(f"a length in a longer form: {more}")
        return size


def closing(payload):
    """('close', code, reason); the code is None if there is none."""
    if not payload:
        return "close", None, ""
    if len(payload) == 1:
        raise Malformed("half a close code")
    code = int.from_bytes(payload[:2], "big")
    if not (1000 <= code <= 1003 or 1007 <= code <= 1014
            or 3000 <= code <= 4999):
        raise Malformed(f"close code {code}")
    return "close", code, payload[2:].decode()


class WebSocket:
    """The client's end of a WebSocket that has just been asked for, with these
    fields."""

    def __init__(self, client, fields=()):
        """RFC 6455, 4.1: what a client has to check."""
        self.client = client
        self.head = head = client.read_head()
        if head.status != 101:
            raise Malformed(f"no WebSocket but {head.status}")
        head.framing("GET")
        if head.get("Upgrade").lower() != "websocket":
            raise Malformed("no Upgrade to websocket")
        if head.get("Connection").lower() != "upgrade":
            raise Malformed("no Connection: Upgrade")
        if head.get("Sec-WebSocket-Accept") != accept_of(KEY):
            raise Malformed("a wrong Sec-WebSocket-Accept")
        offered = ", ".join(value for name, value in fields
                            if name == "Sec-WebSocket-Protocol").split(", ")
        if head.get("Sec-WebSocket-Protocol") not in (None, *offered):
            raise Malformed("a subprotocol that nobody offered")
        extensions = head.get("Sec-WebSocket-Extensions")
        self.deflate = extensions is not None
        if self.deflate and not set(DEFLATE) <= set(fields):
            raise Malformed(f"nobody offered {extensions}")

    def send(self, octets):
        self.client.send(octets)

    def receive(self):
        """The next message or control frame: ('text', str), ('binary', bytes),
        ('ping', bytes), ('pong', bytes), or ('close', code, reason)."""
        first = self._frame()
        if first.is_control:
            if first.opcode == CLOSE:
                return closing(first.payload)
            return {PING: "ping", PONG: "pong"}[first.opcode], first.payload
        if first.opcode == CONTINUATION:
            raise Malformed("it continues what has not begun")
        if not first.fin:
            raise Malformed("this server sends no fragments")
        payload = first.payload
        if first.rsv1:
            unpacker = zlib.decompressobj(wbits=-15)
            payload = unpacker.decompress(payload + b"\0\0\xff\xff")
        self.was_deflated = first.rsv1
        if first.opcode == TEXT:
            return "text", payload.decode()
        return "binary", payload

    def _frame(self):
        return Frame(self.client, self.deflate)

    def receive_end(self):
        """The close frame, behind which nothing comes but the server's end."""
        said = self.receive()
        if said[0] != "close":
            raise Malformed(f"no close frame but {said}")
        rest = self.client.read_to_end()
        if rest:
            raise Malformed(f"behind the close frame: {rest[:99]!r}")
        return said

    def close(self, code=1000, reason=b""):
        """Closes by the protocol, and waits until the server has, too."""
        self.send(close(code, reason))
        return self.receive_end()

    def reset(self):
        """Ends the TCP connection with RST instead of FIN."""
        self.client.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.client.socket.close()

    def send_in_pieces(self, pieces):
        """Each piece is read by the server before the next one is sent."""
        for piece in pieces:
            wait_until_read(self.client)
            self.send(piece)

    def send_until_stuck(self, octets, seconds=1):
        """Sends again and again, until nothing is taken for so long; returns
        how many octets were."""
        sent = 0
        with contextlib.suppress(TimeoutError):
            while self.client.deadline.left():
                self.client.socket.settimeout(seconds)
                sent += self.client.socket.send(octets[sent % len(octets):])
        self.client.deadline.left()
        return sent


def accept_of(key):
    digest = hashlib.sha1((key + GUID).encode()).digest()
    return base64.b64encode(digest).decode()


@contextlib.contextmanager
def opened(server, target, fields=(), early=b"", seconds=20, **rest):
    """A WebSocket of that server; `early` is sent together with the
    handshake."""
    with server.connect(seconds, **rest) as client:
        client.send(handshake(target, fields) + early)
        yield WebSocket(client, fields)


# -- what the server has read -------------------------------------------------

def wait_until_read(client):
    """Returns when the server has read all that was sent, or is gone."""
    ours = client.socket.getsockname()
    try:
        theirs = client.socket.getpeername()
    except OSError:
        return
    while octets_unread(theirs, ours) > 0:
        client.deadline.left()


def octets_unread(local, remote):
    """What waits in the kernel for a socket of this machine, by its two ends;
    nothing if there is none. Asks as sock_diag(7) says."""
    by_family, request, anything, error = 20, 1, 0xFFFFFFFF, 2
    ends = struct.pack("!HH4s12x4s12x", local[1], remote[1],
                       socket.inet_aton(local[0]), socket.inet_aton(remote[0]))
    asked = struct.pack("=BBxxI36sIII", socket.AF_INET, socket.IPPROTO_TCP,
                        anything, ends, 0, anything, anything)
    head = struct.pack("=IHHII", 16 + len(asked), by_family, request, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as kernel:
        kernel.send(head + asked)
        answer = kernel.recv(4096)
    if struct.unpack_from("=H", answer, 4) == (error,):
        (code,) = struct.unpack_from("=i", answer, 16)
        if code == -errno.ENOENT:
            return 0
        raise OSError(-code, "the kernel does not tell of sockets")
    return struct.unpack_from("=I", answer, 72)[0]
