"""The example token_stream: event streams that answer a POST."""

import json

import pytest

from client import Stream, request
from deadline import Deadline
from server_process import TOKENS, running


@pytest.fixture(scope="module")
def tokens():
    with running(TOKENS) as started:
        yield started


def asking(**fields):
    return request("/v1/completions", "POST",
                   body=json.dumps(fields).encode())


def running_now(server):
    return int(server.ask("/running").body)


def until_running(server, count, seconds=1):
    Deadline(seconds).until(lambda: running_now(server), lambda n: n == count)


def test_a_post_is_answered_token_by_token_up_to_done(tokens):
    with tokens.connect() as client:
        client.send(asking(prompt="one two", max_tokens=6))
        stream = Stream(client)
        assert stream.head.status == 200
        assert stream.head.get("Content-Type") == "text/event-stream"
        *said, done = [event.data for event in stream.read_to_end()]
        assert done == "[DONE]"
        words = [json.loads(data)["token"] for data in said]
        assert len(words) == 6
        assert "".join(words).startswith("You asked: one two ")
        assert stream.ended_cleanly
    until_running(tokens, 0)


def test_each_token_is_sent_when_it_is_made(tokens):
    with tokens.connect() as client:
        client.send(asking(prompt="x", max_tokens=1_000_000))
        assert len(Stream(client).read(3)) == 3
        assert running_now(tokens) == 1
    until_running(tokens, 0)


def test_nothing_is_made_for_clients_that_have_left(tokens):
    clients = [tokens.connect() for _ in range(20)]
    for client in clients:
        client.send(asking(prompt="x", max_tokens=1_000_000))
    for client in clients:
        Stream(client).read(1)
    assert running_now(tokens) == 20
    for client in clients:
        client.socket.close()
    until_running(tokens, 0)


def test_the_last_token_may_be_the_first(tokens):
    with tokens.connect() as client:
        client.send(asking(prompt="x", max_tokens=0))
        assert [e.data for e in Stream(client).read_to_end()] == ["[DONE]"]


@pytest.mark.parametrize("body", [
    b"", b"what?", b"[]", b"{}", b'{"prompt": 1}', b'{"prompt": "x"'])
def test_what_is_no_question_is_a_400(tokens, body):
    with tokens.connect() as client:
        answer = client.ask("/v1/completions", "POST", body=body)
        assert answer.status == 400
        assert client.ask("/health").body == b"ok"
    assert running_now(tokens) == 0


def test_a_server_that_leaves_ends_its_answers():
    with running(TOKENS) as server, server.connect() as client:
        client.send(asking(prompt="x", max_tokens=1_000_000))
        stream = Stream(client)
        stream.read(1)
        server.send_signal()
        stream.read_to_end()
        assert stream.ended_cleanly
