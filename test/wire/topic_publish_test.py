"""What clients publish by HTTP, and what they are told."""

import json

import pytest

from client import request
from topic_reader import Course, Reader, number, position, statistics

BEARER = [("Authorization", "Bearer secret")]
EVENT = 256 * 1024  # The largest, by default.
BODY = 1024 * 1024  # As well.


def post(server, topic, body, fields=BEARER):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return server.ask(f"/publish/{topic}", "POST", fields=fields, body=body)


def is_text(answer):
    return answer.head.get("Content-Type").startswith("text/plain")


def test_who_publishes_learns_the_id_of_the_event(server):
    with server.connect() as client:
        reader = Reader(client, "/topics/learns").begun()
        answer = post(server, "learns", {"data": "x", "event": "tick"})
        assert answer.status == 201
        assert answer.head.get("Content-Type") == "application/json"
        (event,) = reader.read(1)
        assert json.loads(answer.body) == {"id": event.last_id,
                                           "duplicate": False}
        assert (event.type, event.data) == ("tick", "x")


@pytest.mark.parametrize("data, text", [
    ("a text", "a text"), ("", ""), (42, "42"), (None, "null"), (True, "true"),
    ({"n": [1, "\u20ac"]}, '{"n":[1,"\u20ac"]}'), ([], "[]")],
    ids=lambda value: json.dumps(value))
def test_data_is_a_text_or_published_as_json(server, data, text):
    answer = post(server, "values", {"data": data})
    before = json.loads(answer.body)["id"]
    epoch, seq = position(before)
    with server.connect() as client:
        reader = Reader(client, "/topics/values",
                        Course(f"{epoch}-{seq - 1}"))
        (event,) = reader.read(1)
        assert (event.data, event.last_id) == (text, before)


def test_an_event_that_is_posted_again_is_published_once(server):
    body = {"data": "x", "id": "order-7"}
    with server.connect() as client:
        reader = Reader(client, "/topics/orders").begun()
        first = post(server, "orders", body)
        again = [post(server, "orders", body) for _ in range(3)]
        assert first.status == 201
        assert [answer.status for answer in again] == [200] * 3
        id_ = json.loads(first.body)["id"]
        for answer in again:
            assert json.loads(answer.body) == {"id": id_, "duplicate": True}
        # Of another topic it is another event.
        assert post(server, "others", body).status == 201
        last = json.loads(post(server, "orders", {"data": "y"}).body)["id"]
        assert [event.last_id for event in reader.read(2)] == [id_, last]
    counted = statistics(server, "orders")
    assert (counted["published"], counted["duplicates"]) == (2, 3)


def test_posts_of_one_id_at_once_are_published_once(server):
    body = json.dumps({"data": "x", "id": "race"}).encode()
    clients = [server.connect() for _ in range(20)]
    for client in clients:
        client.send(request("/publish/race", "POST", BEARER, body))
    answers = [client.read_response() for client in clients]
    for client in clients:
        client.socket.close()
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({json.loads(answer.body)["id"] for answer in answers}) == 1
    assert statistics(server, "race")["published"] == 1


def test_what_one_connection_posts_in_a_row_keeps_its_order(server):
    with server.connect() as client, server.connect() as posting:
        reader = Reader(client, "/topics/row").begun()
        posting.send(b"".join(
            request("/publish/row", "POST", BEARER, b'{"data": "%d"}' % n)
            for n in range(100)))
        answers = [posting.read_response() for _ in range(100)]
        events = reader.read(100)
    assert [number(event) for event in events] == list(range(100))
    assert [json.loads(answer.body)["id"] for answer in answers] == [
        event.last_id for event in events]


BAD = {
    "CR in the event": ({"data": "x", "event": "a\rb"}, "CR or LF"),
    "LF in the event": ({"data": "x", "event": "a\nid: 7"}, "CR or LF"),
    "CR in the id": ({"data": "x", "id": "a\r"}, "CR, LF or NUL"),
    "LF in the id": ({"data": "x", "id": "\n"}, "CR, LF or NUL"),
    "NUL in the id": ({"data": "x", "id": "\0"}, "CR, LF or NUL"),
    "long id": ({"data": "x", "id": "x" * 201}, "at most 200 octets"),
    "no data": ({"event": "tick"}, "needs data"),
    "empty": ({}, "needs data"),
    "unknown member": ({"data": "x", "retry": "1"}, "no member retry"),
    "no text": ({"data": "x", "event": 7}, "event is to be a string"),
    "no text as id": ({"data": "x", "id": None}, "id is to be a string"),
    "no text as key": ({"data": "x", "key": []}, "key is to be a string"),
    "no object": ([{"data": "x"}], "JSON object"),
    "no JSON": (b"data=x", "JSON object"),
    "half of it": (b'{"data": "x"', "JSON object"),
    "more behind it": (b'{"data": "x"} {}', "JSON object"),
    "no UTF-8": (b'{"data": "\xff"}', "JSON object"),
    "no body": (b"", "JSON object"),
    "deep": (b'{"data": ' + b"[" * 1000 + b"]" * 1000 + b"}", "JSON object"),
}


@pytest.mark.parametrize("fault", BAD)
def test_what_cannot_be_published_is_a_400_that_says_why(server, fault):
    body, why = BAD[fault]
    answer = post(server, "bad", body)
    assert answer.status == 400 and is_text(answer)
    assert why in answer.body.decode()


@pytest.mark.parametrize("name", ["x" * 201, "a%0Ab", "%7F", "%C3"])
def test_a_name_that_no_topic_can_have_is_a_400(server, name):
    answer = post(server, name, {"data": "x"})
    assert answer.status == 400 and is_text(answer)
    assert b"1 to 200 octets" in answer.body


@pytest.mark.parametrize("fields", [
    [], [("Authorization", "Bearer wrong")], [("Authorization", "Basic x")]],
    ids=str)
def test_who_has_no_token_publishes_nothing(server, fields):
    answer = post(server, "no-token", {"data": "x"}, fields)
    assert answer.status == 401
    assert answer.head.get("WWW-Authenticate").startswith("Bearer")
    assert statistics(server, "no-token") is None


def test_the_largest_event_is_published_and_a_larger_one_is_a_413(server):
    with server.connect() as client:
        reader = Reader(client, "/topics/large").begun()
        assert post(server, "large", {"data": "x" * EVENT}).status == 201
        (event,) = reader.read(1)
        assert event.data == "x" * EVENT
    answer = post(server, "large", {"data": "x" * (EVENT + 1)})
    assert answer.status == 413 and is_text(answer)
    assert b"larger than this topic takes" in answer.body
    assert statistics(server, "large")["published"] == 1


def test_an_event_that_is_too_large_leaves_its_id_for_another(server):
    assert post(server, "retry", {"data": "x" * (EVENT + 1),
                                  "id": "once"}).status == 413
    assert post(server, "retry", {"data": "x", "id": "once"}).status == 201


def test_a_body_over_the_limit_of_bodies_is_a_413(server):
    body = json.dumps({"data": "x" * BODY}).encode()
    answer = post(server, "body", body)
    assert answer.status == 413
    assert statistics(server, "body") is None


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_publishing_is_done_by_post_alone(server, method):
    answer = server.ask("/publish/x", method, fields=BEARER)
    assert answer.status == 405
    assert "POST" in answer.head.get("Allow").split(", ")
