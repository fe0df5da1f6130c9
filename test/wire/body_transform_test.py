"""Bodies that middleware changes on their way in and out."""

import pytest

from bodies import (CONTINUE, EXPECTS, FRAMINGS, Body, by_length, chunk,
                    chunked, of_http_1_0, promised)
from client import request

TAKERS = pytest.mark.parametrize("taker", ["stream", "reader", "whole"])


def post(server, octets):
    with server.connect() as client:
        client.send(octets)
        answer = client.read_response()
        return answer.status, answer.body


@TAKERS
@FRAMINGS
@pytest.mark.parametrize("sent, got", [
    (b"hello world", b"HELLO_WORLD"), (b"this is a test", b"THIS_IS_A_TEST"),
    (b"", b""), (b"test 123 !@#", b"TEST_123_!@#")])
def test_one_changes_the_request_and_one_the_response(
        server, taker, framed, sent, got):
    target = f"/body/transformed/{taker}"
    pieces = [sent[:5], sent[5:]] if sent else []
    assert post(server, framed(target, *pieces)) == (200, got)


@TAKERS
def test_a_request_without_body_is_an_empty_one(server, taker):
    asked = request(f"/body/transformed/{taker}", "POST")
    assert post(server, asked) == (200, b"")


@TAKERS
@FRAMINGS
@pytest.mark.parametrize("pieces", [[], [b"a"], [b"one ", b"two"]],
                         ids=["none", "one", "two"])
def test_each_transform_hears_of_the_end_once(server, taker, framed, pieces):
    octets = framed(f"/body/sealed/{taker}", *pieces)
    assert post(server, octets) == (200, b"".join(pieces) + b"!!")


@TAKERS
@FRAMINGS
@pytest.mark.parametrize("size", [0, 13, 500_000])
def test_what_a_transform_holds_comes_with_the_end(
        server, taker, framed, size):
    octets = framed(f"/body/held/{taker}", *[b"x" * (size // 2 + 1)] * 2)
    assert post(server, octets) == (200, b"x" * (size // 2 + 1) * 2)


def test_a_transformed_stream_still_comes_piece_by_piece(server):
    with server.connect() as client:
        client.send(promised("/body/transformed/stream", 6, [EXPECTS]))
        assert client.read_until(b"\r\n\r\n") == CONTINUE
        body = Body(client)
        for sent, got in (b"a b", b"A_B"), (b"c d", b"C_D"):
            client.send(sent)
            assert body.read(3) == got
        assert body.read_to_end() == b"" and body.whole


def test_each_exchange_of_a_connection_has_its_own_transforms(server):
    with server.connect() as client:
        for taker in "reader", "whole", "reader":
            answer = client.ask(f"/body/held/{taker}", "POST", body=b"mine")
            assert answer.body == b"mine"
        assert client.ask("/echo", "POST", body=b"a b").body == b"a b"
        answer = client.ask("/body/throws", "POST", body=b"a b")
        assert answer.body == b"nothing thrown"


def test_a_whole_body_that_is_changed_has_its_new_length(server):
    answer = server.ask("/body/sealed/whole", "POST", body=b"123")
    assert answer.head.get("Content-Length") == "5"


def test_a_promised_length_does_not_hold_for_what_is_changed(server):
    target = "/body/transformed/promised?n=3&push=3"
    with server.connect() as client:
        assert client.ask(target, "HEAD").head.get("Content-Length") is None
        client.send(request(target))
        body = Body(client)
        assert body.framing == "chunked"
        assert body.read_to_end() == b"xxx!" and body.whole
    with server.connect() as client:
        client.send(of_http_1_0(target))
        body = Body(client)
        assert body.framing == "close"
        assert body.read_to_end() == b"xxx!" and body.whole


# -- transforms that throw ----------------------------------------------------


@FRAMINGS
@pytest.mark.parametrize("target", [
    "request/reader", "request/whole", "response/reader", "response/whole"])
def test_a_transform_that_throws_before_the_head_is_a_500(
        server, framed, target):
    octets = framed(f"/body/fragile/{target}", b"octets", b"what?")
    status, said = post(server, octets)
    assert status == 500
    assert b"secret" not in said
    assert post(server, framed(f"/body/fragile/{target}", b"!")) == (200, b"!")


@pytest.mark.parametrize("which", ["request", "response"])
def test_a_transform_that_throws_behind_the_head_cuts(server, which):
    target = f"/body/fragile/{which}/stream"
    with server.connect() as client:
        client.send(chunked(target, b"octets")[:-len(chunk(b""))])
        body = Body(client)
        assert body.read(6) == b"octets"
        client.send(chunk(b"what?"))
        assert body.read_to_end() == b""
        assert not body.whole
    assert post(server, by_length(target, b"!")) == (200, b"!")
