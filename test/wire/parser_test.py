"""The tests' own readers, before anything is believed that they say."""

import pytest

from event_stream import Event, EventStream
from response import Chunks, Head, Malformed

STREAM = (b"\xef\xbb\xbf: hi\r\n\r\nid: 1\rdata: a\rdata:b\r\rretry: 250\n\n"
          b"event: tick\ndata\n\nid: \xc3\xa9\ndata:  x\n\nid\ndata: y\n\n"
          b"event: lost\n\ndata: unfinished\n")
EVENTS = [Event("message", "a\nb", "1"), Event("tick", "", "1"),
          Event("message", " x", "é"), Event("message", "y", "")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_an_event_stream_reads_the_same_however_it_is_cut(size):
    parser, events = EventStream(), []
    for at in range(0, len(STREAM), size):
        events += parser.feed(STREAM[at:at + size])
    assert events == EVENTS
    assert parser.retry_ms == 250
    assert parser.comments == ["hi"]


def test_octets_that_are_not_utf_8_are_an_error():
    with pytest.raises(UnicodeDecodeError):
        EventStream().feed(b"data: \xff\n\n")


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_chunks_read_the_same_however_they_are_cut(size):
    octets = b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\nrest"
    chunks, data = Chunks(), b""
    for at in range(0, len(octets), size):
        data += chunks.feed(octets[at:at + size])
    assert (data, chunks.over, chunks.rest()) == (
        b"abc0123456789", True, b"rest")


@pytest.mark.parametrize("octets", [
    b"3;x=y\r\nabc\r\n", b"-1\r\n", b"3\r\nabcd\r\n", b"\r\n"])
def test_malformed_chunks_are_an_error(octets):
    with pytest.raises(Malformed):
        Chunks().feed(octets)


@pytest.mark.parametrize("octets", [
    b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nA : b",
    b"HTTP/1.1 200 OK\r\nA: b\r\n c", b"HTTP/1.1 200 OK\r\nA: b\nB: c"])
def test_malformed_heads_are_an_error(octets):
    with pytest.raises(Malformed):
        Head(octets)


@pytest.mark.parametrize("octets", [
    b"HTTP/1.1 204 No Content\r\nContent-Length: 0",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0"])
def test_ambiguous_framing_is_an_error(octets):
    with pytest.raises(Malformed):
        Head(octets).framing("GET")
