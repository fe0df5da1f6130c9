"""What a peer may send and what it may not, in the order of RFC 6455, 5; each
also with its octets cut in two at every place."""

import pytest

from websocket import (BINARY, CLOSE, CONTINUATION, DEFLATE, PING, PONG, RSV1,
                       RSV2, RSV3, TEXT, binary, close, deflated, frame,
                       opened, ping, pong, text)


def more(opcode, payload=b"", **rest):
    """A frame that is not the last of its message."""
    return frame(opcode, payload, fin=False, **rest)


def last(payload=b""):
    return frame(CONTINUATION, payload)


def packed(payload, opcode=TEXT):
    """RFC 7692, 7.2.1."""
    return frame(opcode, deflated(payload), rsv=RSV1)


def octets_of(size):
    """None like its neighbours."""
    return bytes(n % 251 for n in range(size))


EVERY_OCTET = bytes(range(256))
EURO = "\u20ac".encode()  # three octets
CLEF = "\U0001d11e".encode()  # four

# -- what is heard ------------------------------------------------------------

HEARD = {
    # 5.2: lengths
    "5.2 an empty text": (text(""), [("text", "")]),
    "5.2 a text": (text("hello"), [("text", "hello")]),
    "5.2 an empty binary": (binary(b""), [("binary", b"")]),
    "5.2 a binary": (binary(b"\0\xff\0"), [("binary", b"\0\xff\0")]),
    **{f"5.2 {size} octets": (binary(octets_of(size)),
                              [("binary", octets_of(size))])
       for size in (1, 125, 126, 127, 65535, 65536, 300_000)},
    "5.2 two in one write": (text("a") + binary(b"b"),
                             [("text", "a"), ("binary", b"b")]),
    # 5.3: masking
    "5.3 a mask of zeros": (text("hello", mask=b"\0\0\0\0"),
                            [("text", "hello")]),
    "5.3 a mask of ones": (text("hello", mask=b"\xff\xff\xff\xff"),
                           [("text", "hello")]),
    "5.3 another mask for each": (
        more(TEXT, b"hel", mask=b"abcd")
        + frame(CONTINUATION, b"lo", mask=b"efgh"), [("text", "hello")]),
    # 5.4: fragments
    "5.4 two fragments": (more(TEXT, b"hel") + last(b"lo"),
                          [("text", "hello")]),
    "5.4 three fragments": (
        more(BINARY, b"a") + more(CONTINUATION, b"b") + last(b"c"),
        [("binary", b"abc")]),
    "5.4 empty fragments": (
        more(TEXT) + more(CONTINUATION, b"a") + more(CONTINUATION) + last(),
        [("text", "a")]),
    "5.4 nothing but empty fragments": (
        more(TEXT) + more(CONTINUATION) + last(), [("text", "")]),
    "5.4 pings between fragments": (
        more(TEXT, b"a") + ping(b"1") + more(CONTINUATION, b"b") + ping(b"2")
        + pong(b"3") + last(b"c"),
        [("pong", b"1"), ("pong", b"2"), ("text", "abc")]),
    "5.4 fragments, and a message behind them": (
        more(TEXT, b"a") + last(b"b") + binary(b"c"),
        [("text", "ab"), ("binary", b"c")]),
    # 5.5: control frames
    "5.5.2 an empty ping": (ping(), [("pong", b"")]),
    "5.5.2 a ping": (ping(b"\0\xff"), [("pong", b"\0\xff")]),
    "5.5.2 a ping of 125 octets": (ping(octets_of(125)),
                                   [("pong", octets_of(125))]),
    "5.5.2 a ping and a text": (ping(b"a") + text("b"),
                                [("pong", b"a"), ("text", "b")]),
    "5.5.3 a pong that nobody asked for": (pong(b"x") + text("a"),
                                           [("text", "a")]),
    # 5.6 and 8.1: data
    "5.6 every octet": (binary(EVERY_OCTET), [("binary", EVERY_OCTET)]),
    "8.1 every length of UTF-8": (text("a\u00e9\u20ac\U0001d11e"),
                                  [("text", "a\u00e9\u20ac\U0001d11e")]),
    "8.1 the last of all characters": (text("\U0010ffff"),
                                       [("text", "\U0010ffff")]),
    "8.1 NUL": (text("\0"), [("text", "\0")]),
    "8.1 a character in two fragments": (
        more(TEXT, EURO[:1]) + last(EURO[1:]), [("text", "\u20ac")]),
    "8.1 a character in four fragments": (
        more(TEXT, CLEF[:1]) + more(CONTINUATION, CLEF[1:2])
        + ping() + more(CONTINUATION, CLEF[2:3]) + last(CLEF[3:]),
        [("pong", b""), ("text", "\U0001d11e")]),
}

HEARD_DEFLATED = {
    "a text": (packed(b"hello" * 9), [("text", "hello" * 9)]),
    "a binary": (packed(octets_of(400), BINARY), [("binary", octets_of(400))]),
    "an empty one": (packed(b""), [("text", "")]),
    "one octet for an empty one": (frame(TEXT, b"\0", rsv=RSV1),
                                   [("text", "")]),
    "fragments": (
        more(TEXT, deflated(b"hello")[:3], rsv=RSV1) + ping()
        + last(deflated(b"hello")[3:]), [("pong", b""), ("text", "hello")]),
    "two of which none knows the other": (
        packed(b"hello") * 2, [("text", "hello")] * 2),
    "one that is not compressed": (text("a") + packed(b"b") + text("c"),
                                   [("text", "a"), ("text", "b"),
                                    ("text", "c")]),
    "stored blocks": (frame(TEXT, b"\0\5\0\xfa\xffhello\0", rsv=RSV1),
                      [("text", "hello")]),
}


def places(octets):
    """Where to cut: everywhere, but within the payload of what is long."""
    if len(octets) <= 300:
        return range(1, len(octets))
    return [*range(1, 16), len(octets) // 2, len(octets) - 1]


def check_heard(socket, expected):
    assert [socket.receive() for _ in expected] == expected


class Both:
    """Runs a test for what is heard plain and compressed."""

    cases = [("/ws/echo", (), *case) for case in HEARD.values()] + [
        ("/ws/echo-deflate", DEFLATE, *case)
        for case in HEARD_DEFLATED.values()]
    names = [*HEARD, *(f"RFC 7692 {name}" for name in HEARD_DEFLATED)]
    mark = pytest.mark.parametrize(
        "target, fields, octets, expected", cases, ids=names)


@Both.mark
def test_heard(server, target, fields, octets, expected):
    with opened(server, target, fields) as socket:
        socket.send(octets)
        check_heard(socket, expected)
        assert socket.close() == ("close", 1000, "")


@Both.mark
def test_heard_cut_in_two_at_every_place(
        server, target, fields, octets, expected):
    with opened(server, target, fields, seconds=60) as socket:
        for at in places(octets):
            socket.send_in_pieces([octets[:at], octets[at:]])
            check_heard(socket, expected)


@Both.mark
def test_heard_octet_by_octet(server, target, fields, octets, expected):
    if len(octets) > 300:
        octets, rest = octets[:20], octets[20:]
    else:
        rest = b""
    with opened(server, target, fields) as socket:
        socket.send_in_pieces(octets[at:at + 1] for at in range(len(octets)))
        socket.send(rest)
        check_heard(socket, expected)


def test_three_fragments_over_five_reads(server):
    octets = (more(TEXT, b"one ") + more(CONTINUATION, b"two ")
              + last(b"three"))
    with opened(server, "/ws/echo") as socket:
        socket.send_in_pieces([octets[:1], octets[1:9], octets[9:12],
                               octets[12:22], octets[22:]])
        assert socket.receive() == ("text", "one two three")


def test_a_message_of_as_many_octets_and_fragments_as_may_be(start):
    server = start("--limits.message-bytes=1000",
                   "--limits.message-fragments=10")
    with opened(server, "/ws/echo") as socket:
        socket.send(more(BINARY, b"x" * 100)
                    + more(CONTINUATION, b"x" * 100) * 8 + last(b"x" * 100))
        assert socket.receive() == ("binary", b"x" * 1000)


def test_what_is_large_is_compressed_where_that_was_agreed_on(server):
    with opened(server, "/ws/echo-deflate", DEFLATE) as socket:
        for what, is_deflated in [("a" * 5000, True), ("a", False),
                                  ("b" * 5000, True)]:
            socket.send(text(what))
            assert socket.receive() == ("text", what)
            assert socket.was_deflated == is_deflated


# -- what is refused ----------------------------------------------------------

def announced(size):
    """The head of a frame with a length of eight octets, and a little of what
    it announces."""
    return frame(BINARY, b"x" * 9, length=(127, size.to_bytes(8, "big")))


BAD_UTF8 = {
    "a lone continuation": b"\x80",
    "an octet that no character has": b"\xff",
    "two octets for one": b"\xc0\xaf",
    "three octets for two": b"\xe0\x9f\xbf",
    "half a pair": b"\xed\xa0\x80",
    "beyond the last character": b"\xf4\x90\x80\x80",
    "a character that breaks off": b"\xe2\x82a",
}

REFUSED = {
    # 5.1 and 5.3: masking
    "5.1 an unmasked text": (text("hello", mask=None), 1002),
    "5.1 an unmasked ping": (ping(mask=None), 1002),
    "5.1 an unmasked close": (close(1000, mask=None), 1002),
    # 5.2: reserved bits and opcodes, lengths
    "5.2 RSV1": (text("hello", rsv=RSV1), 1002),
    "5.2 RSV2": (text("hello", rsv=RSV2), 1002),
    "5.2 RSV3": (text("hello", rsv=RSV3), 1002),
    "5.2 RSV1 of a ping": (ping(rsv=RSV1), 1002),
    "5.2 RSV1 of a continuation": (
        more(TEXT, b"a") + frame(CONTINUATION, b"b", rsv=RSV1), 1002),
    **{f"5.2 opcode {code:#x}": (frame(code, b"hello"), 1002)
       for code in [*range(3, 8), *range(0xb, 0x10)]},
    "5.2 two octets for a small length": (
        frame(TEXT, b"hello", length=(126, b"\0\5")), 1002),
    "5.2 eight octets for a small length": (
        frame(TEXT, b"hello", length=(127, b"\0" * 7 + b"\5")), 1002),
    "5.2 eight octets for a middling length": (
        frame(BINARY, b"x" * 200, length=(127, b"\0" * 7 + b"\xc8")), 1002),
    "5.2 a length with its top bit set": (announced(2**63), 1002),
    "5.2 2^40 octets": (announced(2**40), 1009),
    "5.2 2^63 - 1 octets": (announced(2**63 - 1), 1009),
    "5.2 one octet too many": (announced(2**20 + 1), 1009),
    # 5.4: fragments
    "5.4 a continuation of nothing": (last(b"hello"), 1002),
    "5.4 a continuation of nothing that goes on": (
        more(CONTINUATION, b"hello"), 1002),
    "5.4 a continuation of what has ended": (
        more(TEXT, b"a") + last(b"b") + last(b"c"), 1002),
    "5.4 a text within a text": (more(TEXT, b"a") + text("b"), 1002),
    "5.4 a binary within a text": (more(TEXT, b"a") + more(BINARY), 1002),
    # 5.5: control frames
    "5.5 a ping in fragments": (more(PING, b"a") + last(b"b"), 1002),
    "5.5 a pong in fragments": (more(PONG, b"a"), 1002),
    "5.5 a close in fragments": (more(CLOSE), 1002),
    "5.5 a ping of 126 octets": (ping(b"x" * 126), 1002),
    "5.5 a ping of 200 octets": (ping(b"x" * 200), 1002),
    "5.5 a pong of 126 octets": (pong(b"x" * 126), 1002),
    "5.5 a close of 126 octets": (close(1000, b"x" * 124), 1002),
    # 5.5.1 and 7.4: close codes
    "5.5.1 half a close code": (frame(CLOSE, b"\3"), 1002),
    "5.5.1 a reason that is no UTF-8": (close(1000, b"\xff"), 1007),
    "5.5.1 a reason that breaks off": (close(1000, EURO[:2]), 1007),
    **{f"7.4 close code {code}": (close(code), 1002)
       for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999,
                    5000, 65535)},
    # 8.1: text
    **{f"8.1 {name}": (text("") + frame(TEXT, octets), 1007)
       for name, octets in BAD_UTF8.items()},
    "8.1 a text that breaks off": (frame(TEXT, b"abc" + CLEF[:3]), 1007),
    "8.1 a text whose last fragment breaks off": (
        more(TEXT, b"abc") + last(EURO[:2]), 1007),
    "8.1 a character that a fragment spoils": (
        more(TEXT, EURO[:2]) + last(b"a"), 1007),
}

REFUSED_DEFLATED = {
    "RSV1 of a ping": (ping(rsv=RSV1), 1002),
    "RSV1 of a close": (close(rsv=RSV1), 1002),
    "RSV1 of a continuation": (
        more(TEXT, deflated(b"hello")[:3], rsv=RSV1)
        + frame(CONTINUATION, deflated(b"hello")[3:], rsv=RSV1), 1002),
    "RSV2": (text("hello", rsv=RSV1 | RSV2), 1002),
    "what is not compressed": (frame(TEXT, b"\xff" * 9, rsv=RSV1), 1007),
    "what looks back beyond its beginning": (
        frame(TEXT, b"\x02\x13\x00", rsv=RSV1), 1007),
    "what is no UTF-8": (packed(b"hello\xff"), 1007),
    "what is no UTF-8 at its end": (packed(b"hello" + EURO[:2]), 1007),
    "what is too large": (packed(b"x" * (2**20 + 1)), 1009),
}


class Neither:
    """Runs a test for what is refused plain and compressed."""

    cases = [("/ws/echo", (), *case) for case in REFUSED.values()] + [
        ("/ws/echo-deflate", DEFLATE, *case)
        for case in REFUSED_DEFLATED.values()]
    names = [*REFUSED, *(f"RFC 7692 {name}" for name in REFUSED_DEFLATED)]
    mark = pytest.mark.parametrize(
        "target, fields, octets, code", cases, ids=names)


def check_refused(socket, code):
    """Whatever was heard before, this is the end."""
    said = socket.receive()
    while said[0] in ("text", "pong"):
        assert said[1] in ("", b"", "ab"), said
        said = socket.receive()
    assert said[:2] == ("close", code)
    assert said[2].endswith("."), "a sentence"
    assert socket.client.read_to_end() == b""


@Neither.mark
def test_refused(server, target, fields, octets, code):
    with opened(server, target, fields) as socket:
        # What follows the offender must never be heard.
        socket.send(octets + text("never"))
        check_refused(socket, code)


@Neither.mark
def test_refused_cut_in_two_at_every_place(
        server, target, fields, octets, code):
    for at in places(octets):
        with opened(server, target, fields) as socket:
            socket.send_in_pieces([octets[:at], octets[at:]])
            check_refused(socket, code)


@pytest.mark.parametrize("octets, code", [
    pytest.param(more(TEXT, b"a\xff"), 1007, id="a fragment"),
    pytest.param(frame(TEXT, b"abc\xffdef" + b"x" * 100)[:16], 1007,
                 id="a frame"),
    pytest.param(announced(2**40)[:14], 1009, id="a length"),
    pytest.param(ping(b"x" * 200)[:2], 1002, id="a long ping"),
    pytest.param(text("a", mask=None)[:2], 1002, id="no mask"),
    pytest.param(more(TEXT, b"x") + announced(2**20)[:14], 1002,
                 id="a message within another"),
    pytest.param(more(BINARY, b"x") + frame(
        CONTINUATION, length=(127, (2**20).to_bytes(8, "big"))), 1009,
        id="a message that grows too large"),
])
def test_what_is_known_to_be_wrong_is_not_waited_for(server, octets, code):
    with opened(server, "/ws/echo") as socket:
        socket.send(octets)
        check_refused(socket, code)


@pytest.mark.parametrize("octets, code", [
    pytest.param(binary(b"x" * 1001), 1009, id="in one frame"),
    pytest.param(more(BINARY, b"x" * 600) + last(b"x" * 401), 1009,
                 id="in two"),
    pytest.param(more(BINARY) + more(CONTINUATION) * 9 + last(), 1009,
                 id="in many"),
])
def test_the_configuration_says_what_is_too_large(start, octets, code):
    server = start("--limits.message-bytes=1000",
                   "--limits.message-fragments=10")
    with opened(server, "/ws/echo") as socket:
        socket.send(octets)
        check_refused(socket, code)
