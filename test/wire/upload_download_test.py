"""The example upload_download, as the scenarios of streamed bodies ask it."""

import json

import pytest

from bodies import FRAMINGS, Body, chunk, chunked, promised
from client import request
from server_process import BODIES, running


@pytest.fixture(scope="module")
def bodies():
    with running(BODIES) as started:
        yield started


def post(server, octets):
    with server.connect() as client:
        client.send(octets)
        answer = client.read_response()
        return answer.status, answer.body


@FRAMINGS
@pytest.mark.parametrize("size", [13, 0, 10_000, 10_000_000])
def test_an_upload_is_counted(bodies, framed, size):
    pieces = [b"x" * size] if size else []
    said = b"Uploaded %d bytes successfully" % size
    assert post(bodies, framed("/upload", *pieces)) == (200, said)


def test_an_upload_without_a_body_is_one_of_nothing(bodies):
    assert post(bodies, request("/upload", "POST")) == (
        200, b"Uploaded 0 bytes successfully")


def test_the_progress_of_an_upload_is_seen_by_another(bodies):
    with bodies.connect() as watching, bodies.connect() as sending:
        stream = watching.open_stream("/progress/mine")
        sending.send(promised("/upload?id=mine", 600_000))
        sending.send(b"x" * 300_000)
        told = json.loads(stream.read(1)[0].data)
        assert 0 < told["received"] <= 300_000
        assert told["total"] == 600_000
        sending.send(b"x" * 300_000)
        assert sending.read_response().status == 200
        last = stream.read_to_end()[-1]
        assert (last.type, json.loads(last.data)["received"]) == (
            "done", 600_000)


def test_an_upload_that_is_left_is_told_as_aborted(bodies):
    with bodies.connect() as watching:
        stream = watching.open_stream("/progress/left")
        with bodies.connect() as sending:
            sending.send(promised("/upload?id=left", 600_000))
            sending.send(b"x" * 300_000)
            stream.read(1)
        assert stream.read_to_end()[-1].type == "aborted"


def test_a_download_is_a_thousand_lines_in_chunks(bodies):
    answer = bodies.ask("/download")
    assert answer.status == 200
    assert answer.head.get("Content-Type") == "text/plain"
    assert answer.head.get("Transfer-Encoding") == "chunked"
    assert answer.body == b"".join(b"Line %d\n" % n for n in range(1, 1001))


@pytest.mark.parametrize("size", [0, 1, 3_000_000])
def test_octets_of_known_number_come_with_their_length(bodies, size):
    answer = bodies.ask(f"/files/random?bytes={size}")
    assert answer.head.get("Content-Length") == str(size)
    assert answer.body == bytes(size)


def test_the_first_chunk_of_a_proxy_is_here_long_before_the_last(bodies):
    with bodies.connect() as client:
        client.send(request("/proxy"))
        body = Body(client)
        assert body.read(len(b"Chunk 1\n")) == b"Chunk 1\n"
        assert b"Chunk 10" not in body.octets
        lines = body.read_to_end().split(b"\n")
        assert lines == [*(b"Chunk %d" % n for n in range(2, 11)), b""]
        assert body.whole


@FRAMINGS
@pytest.mark.parametrize("sent, got", [
    (b"hello world", b"HELLO_WORLD"), (b"this is a test", b"THIS_IS_A_TEST"),
    (b"", b""), (b"test 123 !@#", b"TEST_123_!@#")])
def test_an_echo_is_changed_on_its_way_in_and_out(bodies, framed, sent, got):
    pieces = [sent[:5], sent[5:]] if sent else []
    assert post(bodies, framed("/echo_transform", *pieces)) == (200, got)


def test_an_echo_comes_while_it_is_sent(bodies):
    with bodies.connect() as client:
        client.send(chunked("/echo_transform")[:-len(chunk(b""))])
        body = Body(client)
        for n in range(10):
            client.send(chunk(b"piece %d," % n))
            assert body.read(8) == b"PIECE_%d," % n
        client.send(chunk(b""))
        assert body.read_to_end() == b"" and body.whole


def test_a_page_is_there(bodies):
    answer = bodies.ask("/")
    assert answer.status == 200
    assert answer.head.get("Content-Type").startswith("text/html")
