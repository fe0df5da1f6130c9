"""Reads event streams as browsers do (WHATWG HTML, 9.2.6), piece by piece."""

import codecs
import dataclasses
import re

LINE_END = re.compile("\r\n|\r|\n")


@dataclasses.dataclass(frozen=True)
class Event:
    type: str
    data: str
    last_id: str


class EventStream:
    """`feed` it octets however they are cut; it returns the events they end.

    Stricter than a browser in one thing: octets that are not UTF-8 raise.
    """

    def __init__(self):
        self.comments = []
        self.last_id = ""
        self.retry_ms = None
        self._decode = codecs.getincrementaldecoder("utf-8")("strict").decode
        self._line = ""
        self._after_cr = False
        self._at_start = True
        self._clear()

    def feed(self, octets):
        text = self._decode(octets)
        if text and self._at_start:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        if text and self._after_cr:
            text = text.removeprefix("\n")
            self._after_cr = False
        if text:
            self._after_cr = text.endswith("\r")
        *lines, self._line = LINE_END.split(self._line + text)
        events = []
        for line in lines:
            if line:
                self._field(line)
            else:
                events += self._dispatch()
        return events

    def _clear(self):
        self._data, self._type, self._id = [], "", self.last_id

    def _field(self, line):
        name, colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_ms = int(value)
        elif not name and colon:
            self.comments.append(value)

    def _dispatch(self):
        self.last_id = self._id
        data, type_ = self._data, self._type
        self._clear()
        if not data:
            return []
        return [Event(type_ or "message", "\n".join(data), self.last_id)]
