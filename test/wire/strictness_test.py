"""Requests that two readers could understand in two ways, in the order of
RFC 9112: each is refused, and the connection closed behind the answer."""

import pytest

OK = b"GET /health HTTP/1.1\r\nHost: test\r\n\r\n"


def line(text):
    return text + b"\r\nHost: test\r\n\r\n"


def field(text):
    return b"GET /health HTTP/1.1\r\nHost: test\r\n" + text + b"\r\n\r\n"


def host(text):
    return b"GET /health HTTP/1.1\r\n" + text + b"\r\n\r\n"


def body(fields, octets=b""):
    return (b"POST /echo HTTP/1.1\r\nHost: test\r\n" + fields + b"\r\n\r\n"
            + octets)


def chunked(octets):
    return body(b"Transfer-Encoding: chunked", octets)


REFUSED = {
    # 2.2: the grammar's line ends and octets
    "2.2 bare LF behind the request line": (
        b"GET /health HTTP/1.1\nHost: test\r\n\r\n", 400),
    "2.2 bare LF behind a field": (
        b"GET /health HTTP/1.1\r\nHost: test\nA: b\r\n\r\n", 400),
    "2.2 bare LF as the empty line": (
        b"GET /health HTTP/1.1\r\nHost: test\r\n\n", 400),
    "2.2 bare CR in a field": (field(b"A: b\rc"), 400),
    "2.2 bare CR in the request line": (line(b"GET /he\ralth HTTP/1.1"), 400),
    "2.2 blank before the first field": (
        b"GET /health HTTP/1.1\r\n Host: test\r\n\r\n", 400),
    # 2.3: version
    "2.3 a later version": (line(b"GET /health HTTP/2.0"), 505),
    "2.3 an earlier version": (line(b"GET /health HTTP/0.9"), 505),
    "2.3 no version at all": (b"GET /health\r\n\r\n", 400),
    "2.3 a version in small letters": (line(b"GET /health http/1.1"), 400),
    "2.3 a version with three digits": (line(b"GET /health HTTP/1.10"), 400),
    # 3: request line
    "3 two blanks behind the method": (line(b"GET  /health HTTP/1.1"), 400),
    "3 two blanks before the version": (line(b"GET /health  HTTP/1.1"), 400),
    "3 a tab for a blank": (line(b"GET\t/health HTTP/1.1"), 400),
    "3 a blank at the end": (line(b"GET /health HTTP/1.1 "), 400),
    "3 a blank at the front": (line(b" GET /health HTTP/1.1"), 400),
    "3.1 a method that is no token": (line(b"G(T /health HTTP/1.1"), 400),
    "3.1 a method nobody knows": (line(b"BREW /health HTTP/1.1"), 501),
    "3.1 a method in small letters": (line(b"get /health HTTP/1.1"), 501),
    "3.2 a target that is no path": (line(b"GET health HTTP/1.1"), 400),
    "3.2 a target with a fragment": (line(b"GET /health#a HTTP/1.1"), 400),
    "3.2 a target with a control": (line(b"GET /he\x01alth HTTP/1.1"), 400),
    "3.2 a target beyond ASCII": (line(b"GET /h\xc3\xa9 HTTP/1.1"), 400),
    "3.2 a target with NUL": (line(b"GET /he\x00alth HTTP/1.1"), 400),
    "3.2 the asterisk for GET": (line(b"GET * HTTP/1.1"), 400),
    "3.2 no Host": (b"GET /health HTTP/1.1\r\nA: b\r\n\r\n", 400),
    "3.2 two equal Hosts": (host(b"Host: test\r\nHost: test"), 400),
    "3.2 two different Hosts": (host(b"Host: test\r\nHost: best"), 400),
    "3.2 a Host with a blank": (host(b"Host: te st"), 400),
    "3.2 a Host with a path": (host(b"Host: test/a"), 400),
    "3.2 a Host with user": (host(b"Host: me@test"), 400),
    "3.2 a Host with a bad port": (host(b"Host: test:8x"), 400),
    "3.2 a list of Hosts": (host(b"Host: a, b"), 400),
    # 5: field syntax
    "5 an empty name": (field(b": b"), 400),
    "5 a name with a blank": (field(b"A B: c"), 400),
    "5 a name that is no token": (field(b"A(: c"), 400),
    "5 a name beyond ASCII": (field(b"\xc3\xa9: c"), 400),
    "5 no colon": (field(b"A"), 400),
    "5 NUL in a value": (field(b"A: b\x00c"), 400),
    "5 a control in a value": (field(b"A: b\x01c"), 400),
    "5 DEL in a value": (field(b"A: b\x7fc"), 400),
    "5.1 a blank before the colon": (field(b"A : b"), 400),
    "5.1 a tab before the colon": (field(b"A\t: b"), 400),
    "5.2 a folded line": (field(b"A: b\r\n c"), 400),
    "5.2 a line folded by a tab": (field(b"A: b\r\n\tc"), 400),
    # 6: message body
    "6.1 another coding": (body(b"Transfer-Encoding: gzip"), 400),
    "6.1 two codings": (body(b"Transfer-Encoding: gzip, chunked"), 400),
    "6.1 chunked twice": (body(b"Transfer-Encoding: chunked, chunked"), 400),
    "6.1 two fields of codings": (
        body(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400),
    "6.1 chunked not last": (body(b"Transfer-Encoding: chunked, identity"),
                             400),
    "6.1 a vertical tab about chunked": (
        body(b"Transfer-Encoding: \x0bchunked"), 400),
    "6.1 chunked in quotes": (body(b'Transfer-Encoding: "chunked"'), 400),
    "6.1 no coding": (body(b"Transfer-Encoding:"), 400),
    "6.1 chunked on HTTP/1.0": (
        b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400),
    "6.1 a length and a coding": (
        body(b"Content-Length: 5\r\nTransfer-Encoding: chunked",
             b"0\r\n\r\n"), 400),
    "6.2 two lengths": (
        body(b"Content-Length: 1\r\nContent-Length: 2", b"ab"), 400),
    "6.2 two equal lengths": (
        body(b"Content-Length: 1\r\nContent-Length: 1", b"a"), 400),
    "6.2 a list of lengths": (body(b"Content-Length: 1, 1", b"a"), 400),
    "6.2 a length with a sign": (body(b"Content-Length: +1", b"a"), 400),
    "6.2 a negative length": (body(b"Content-Length: -1"), 400),
    "6.2 a length in hex": (body(b"Content-Length: 0x1", b"a"), 400),
    "6.2 a length with a blank": (body(b"Content-Length: 1 1", b"a"), 400),
    "6.2 an empty length": (body(b"Content-Length:"), 400),
    "6.2 a length beyond all numbers": (
        body(b"Content-Length: 99999999999999999999999"), 400),
    # 7.1: chunks
    "7.1 a size that is no hex": (chunked(b"g\r\n"), 400),
    "7.1 an empty size": (chunked(b"\r\n"), 400),
    "7.1 a size with a sign": (chunked(b"+1\r\na\r\n0\r\n\r\n"), 400),
    "7.1 a negative size": (chunked(b"-1\r\n"), 400),
    "7.1 a size with 0x": (chunked(b"0x1\r\na\r\n0\r\n\r\n"), 400),
    "7.1 a blank before the size": (chunked(b" 1\r\na\r\n0\r\n\r\n"), 400),
    "7.1 a blank behind the size": (chunked(b"1 \r\na\r\n0\r\n\r\n"), 400),
    "7.1 a size beyond all numbers": (chunked(b"fffffffffffffffff\r\n"), 400),
    "7.1 bare LF behind the size": (chunked(b"1\na\r\n0\r\n\r\n"), 400),
    "7.1 more octets than the size": (chunked(b"1\r\nab\r\n0\r\n\r\n"), 400),
    "7.1 bare LF behind the octets": (chunked(b"1\r\na\n0\r\n\r\n"), 400),
    "7.1.1 a bare CR in an extension": (
        chunked(b"1;a=\rb\r\na\r\n0\r\n\r\n"), 400),
    "7.1.1 endless extensions": (chunked(b"1;a=" + b"b" * 20_000), 400),
    "7.1.2 a folded trailer": (chunked(b"0\r\nA: b\r\n c\r\n\r\n"), 400),
    "7.1.2 a malformed trailer": (chunked(b"0\r\nA b\r\n\r\n"), 400),
    "7.1.2 endless trailers": (
        chunked(b"0\r\n" + (b"A: " + b"b" * 5_000 + b"\r\n") * 10 + b"\r\n"),
        400),
    "7.1.2 countless trailers": (
        chunked(b"0\r\n" + b"A: b\r\n" * 200 + b"\r\n"), 431),
}


@pytest.mark.parametrize("octets, status", REFUSED.values(), ids=REFUSED)
def test_refused_and_closed(server, octets, status):
    with server.connect() as client:
        # What follows the offender must never be answered.
        client.send(octets + OK)
        answer = client.read_response()
        assert answer.status == status
        assert answer.head.get("Connection") == "close"
        assert client.is_closed()


SHORT = {name: case for name, case in REFUSED.items() if len(case[0]) < 500}


@pytest.mark.parametrize("octets, status", SHORT.values(), ids=SHORT)
def test_refused_octet_by_octet(server, octets, status):
    with server.connect() as client:
        try:
            for at in range(len(octets)):
                client.send(octets[at:at + 1])
        except (BrokenPipeError, ConnectionResetError):
            pass  # It closed before the last octet; the answer is here.
        assert client.read_response().status == status


ACCEPTED = {
    "an empty line before the request": b"\r\n" + OK,
    "an absolute target": line(b"GET http://test/health HTTP/1.1"),
    "a name in any case": host(b"hOST: test"),
    "no blank behind the colon": host(b"Host:test"),
    "blanks and tabs around a value": host(b"Host: \t test \t "),
    "an empty value": field(b"A:"),
    "octets beyond ASCII in a value": field(b"A: \xc3\xa9"),
    "an IPv6 Host": host(b"Host: [::1]:80"),
    "a coding in any case": (
        b"GET /health HTTP/1.1\r\nHost: test\r\n"
        b"Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"),
    "extensions and trailers": (
        b"GET /health HTTP/1.1\r\nHost: test\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0;c\r\nA: b\r\n\r\n"),
}


@pytest.mark.parametrize("octets", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted_and_another_may_follow(server, octets):
    with server.connect() as client:
        client.send(octets)
        assert client.read_response().body == b"ok"
        assert client.ask("/number/2").body == b"2"


def test_http_1_0_needs_no_host_and_closes(server):
    with server.connect() as client:
        client.send(b"GET /health HTTP/1.0\r\n\r\n")
        answer = client.read_response()
        assert (answer.status, answer.body) == (200, b"ok")
        assert client.is_closed()


def test_http_1_0_stays_open_if_asked(server):
    with server.connect() as client:
        for _ in range(2):
            client.send(
                b"GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            answer = client.read_response()
            assert answer.body == b"ok"
            assert answer.head.get("Connection").lower() == "keep-alive"
