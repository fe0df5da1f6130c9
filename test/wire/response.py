"""Reads responses from octets, strictly by RFC 9112."""

import re


class Malformed(Exception):
    pass


class Head:
    """Status line and fields; fields of one name stay several."""

    def __init__(self, octets):
        lines = octets.decode("latin-1").split("\r\n")
        line = re.fullmatch(r"HTTP/1\.1 ([1-5][0-9]{2}) [\t -~]*", lines[0])
        if not line:
            raise Malformed(f"status line: {lines[0]!r}")
        self.status = int(line[1])
        self.fields = [self._field(line) for line in lines[1:]]

    @staticmethod
    def _field(line):
        field = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*"
                             r"([^\r\n\0]*?)[ \t]*", line)
        if not field:
            raise Malformed(f"field line: {line!r}")
        return field[1].lower(), field[2]

    def all(self, name):
        return [value for key, value in self.fields if key == name.lower()]

    def get(self, name):
        """The one value of that name, or None. Fails if there are several."""
        values = self.all(name)
        if len(values) > 1:
            raise Malformed(f"several fields {name}: {values}")
        return values[0] if values else None

    def framing(self, method):
        """'none', 'chunked', 'close', or the length (RFC 9112, 6.3)."""
        length = self.get("Content-Length")
        coding = self.get("Transfer-Encoding")
        if length is not None and coding is not None:
            raise Malformed("both Content-Length and Transfer-Encoding")
        if self.status < 200 or self.status in (204, 304):
            if length is not None or coding is not None:
                raise Malformed(f"a {self.status} with framing fields")
            return "none"
        if method == "HEAD":
            return "none"
        if coding is not None:
            if coding != "chunked":
                raise Malformed(f"Transfer-Encoding: {coding}")
            return "chunked"
        return "close" if length is None else int(length)


class Chunks:
    """Takes the chunk framing off (RFC 9112, 7.1), piece by piece."""

    def __init__(self):
        self.over = False
        self._buffer = b""

    def feed(self, octets):
        held = self._buffer + octets
        pieces = []
        at = 0
        while not self.over:
            end = held.find(b"\r\n", at)
            if end < 0:
                break
            size = self._size(held[at:end])
            first, last = end + 2, end + 2 + size
            if len(held) < last + 2:
                break
            if held[last:last + 2] != b"\r\n":
                raise Malformed("no CRLF behind a chunk")
            pieces.append(held[first:last])
            at = last + 2
            self.over = size == 0
        self._buffer = held[at:]
        return b"".join(pieces)

    @staticmethod
    def _size(line):
        if not re.fullmatch(rb"[0-9A-Fa-f]+", line):
            raise Malformed(f"chunk size: {line!r}")
        return int(line, 16)

    def rest(self):
        return self._buffer
