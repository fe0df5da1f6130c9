"""What a client sees of an event stream: the scenarios on one connection."""

import json

import pytest

from client import Stream, request
from event_stream import Event


def count_of(event):
    return json.loads(event.data)["count"]


def is_event_stream(head):
    return (head.status == 200
            and head.get("Content-Type") == "text/event-stream")


def test_a_stream_ticks_from_zero_and_forbids_caching(clock):
    with clock.connect(10) as client:
        stream = client.open_stream("/events")
        assert is_event_stream(stream.head)
        assert "no-cache" in stream.head.get("Cache-Control")
        assert [count_of(e) for e in stream.read(3)] == [0, 1, 2]


def test_named_events_have_ids_that_increase_by_one(clock):
    with clock.connect(10) as client:
        events = client.open_stream("/events/named").read(5)
        assert {e.type for e in events} == {"tick"}
        first = int(events[0].last_id)
        assert [int(e.last_id) for e in events] == list(range(first, first + 5))


def test_a_stream_does_not_stall_after_a_few_events(clock):
    with clock.connect(15) as client:
        events = client.open_stream("/events").read(10)
        assert [count_of(e) for e in events] == list(range(10))


def test_ten_thousand_events_come_as_fast_as_they_are_read(server):
    with server.connect(30) as client:
        stream = client.open_stream("/fast?count=10000")
        events = stream.read_to_end()
        assert [count_of(e) for e in events] == list(range(10_000))
        assert stream.ended_cleanly


def test_cors_fields_are_on_the_head_of_a_stream(clock):
    with clock.connect(10) as client:
        stream = client.open_stream(
            "/events/cors", [("Origin", "http://elsewhere.example")])
        head = stream.head
        assert is_event_stream(head)
        assert head.get("Access-Control-Allow-Origin") == "*"
        assert head.get("Access-Control-Allow-Methods") == "GET, POST, OPTIONS"
        assert [count_of(e) for e in stream.read(5)] == [0, 1, 2, 3, 4]


def test_fields_of_stacked_middleware_are_all_on_the_head(clock):
    with clock.connect(10) as client:
        stream = client.open_stream("/events/stacked")
        head = stream.head
        assert is_event_stream(head)
        assert head.get("Access-Control-Allow-Origin") == "*"
        assert head.get("X-Content-Type-Options") == "nosniff"
        assert head.get("X-Frame-Options") == "DENY"
        assert [count_of(e) for e in stream.read(2)] == [0, 1]


def test_a_refusal_before_the_handler_is_an_ordinary_401(clock):
    answer = clock.ask("/events/rejected")
    assert answer.status == 401
    assert b"Forbidden" in answer.body
    assert answer.head.get("Content-Type") != "text/event-stream"


def test_a_refusal_after_the_handler_is_an_ordinary_403(clock):
    answer = clock.ask("/events/overridden")
    assert answer.status == 403
    assert answer.head.get("Content-Type") != "text/event-stream"


@pytest.mark.parametrize("target, status", [
    ("/rejected", 401), ("/overridden/403", 403), ("/overridden/204", 204),
    ("/overridden/500", 500)])
def test_a_refused_stream_has_never_had_an_actor(server, target, status):
    with server.connect() as client:
        before = client.ask_json("/counts")["spawned"]
        answer = client.ask(target)
        assert answer.status == status
        assert client.ask_json("/counts")["spawned"] == before


def test_two_cookies_and_two_links_all_reach_the_client(server):
    with server.connect() as client:
        head = client.open_stream("/cookies").head
        assert is_event_stream(head)
        assert head.all("Set-Cookie") == ["a=1; Path=/; HttpOnly",
                                          "b=2; Path=/; HttpOnly"]
        assert head.all("Link") == ["</one>; rel=prev", "</two>; rel=next"]


def test_no_middleware_takes_the_content_type_from_a_stream(server):
    with server.connect() as client:
        stream = client.open_stream("/typed")
        assert stream.head.all("Content-Type") == ["text/event-stream"]
        assert stream.read(1) == [Event("message", "hello", "")]


def test_each_line_end_of_data_reads_as_lf(server):
    with server.connect() as client:
        assert client.ask("/lines").body.endswith(
            b"data: a\ndata: b\ndata: c\ndata: d\n\n")
    with server.connect() as client:
        events = client.open_stream("/lines").read_to_end()
        assert events == [Event("message", "a\nb\nc\nd", "")]


def test_what_no_event_can_carry_never_reaches_the_wire(server):
    with server.connect() as client:
        events = client.open_stream("/invalid").read_to_end()
        assert events == [Event("refused", what, "") for what in (
            "LF in name", "CR in name", "LF in id", "CR in id", "NUL in id")]


def test_events_of_another_actor_arrive_in_order(server):
    with server.connect() as client:
        stream = client.open_stream("/pushed")
        assert [count_of(e) for e in stream.read_to_end()] == list(range(1000))
        assert stream.ended_cleanly


def test_head_answers_the_head_of_a_stream_and_starts_no_actor(server):
    with server.connect() as client:
        before = client.ask_json("/counts")["spawned"]
        head = client.ask("/cookies", "HEAD").head
        assert is_event_stream(head)
        assert len(head.all("Set-Cookie")) == 2
        # Whatever came behind the head would be no response.
        assert client.ask_json("/counts")["spawned"] == before


def test_head_of_the_clock_is_the_head_of_its_stream(clock):
    with clock.connect() as client:
        assert is_event_stream(client.ask("/events", "HEAD").head)
        assert client.ask("/health").body == b"ok"


def test_an_http_1_0_stream_is_not_chunked_and_ends_with_the_connection(
        server):
    with server.connect() as client:
        client.send(b"GET /fast?count=20 HTTP/1.0\r\n\r\n")
        stream = Stream(client)
        assert stream.framing == "close"
        assert is_event_stream(stream.head)
        assert [count_of(e) for e in stream.read_to_end()] == list(range(20))


def test_the_first_comment_comes_with_the_head(server):
    with server.connect() as client:
        stream = client.open_stream("/silent")
        stream.step()
        assert stream.parser.comments == [""]


def test_an_idle_stream_hears_heartbeats(server):
    with server.connect() as client:
        stream = client.open_stream("/beating")
        while len(stream.parser.comments) < 4:
            assert stream.step()
        assert stream.events == []


@pytest.mark.parametrize("target, fields, id_", [
    ("/resumed", [("Last-Event-ID", "41")], "41"),
    ("/resumed?lastEventId=42", [], "42"),
    ("/resumed?lastEventId=42", [("Last-Event-ID", "43")], "43")])
def test_a_stream_knows_where_its_client_left_off(server, target, fields, id_):
    with server.connect() as client:
        events = client.open_stream(target, fields).read_to_end()
        assert events == [Event("message", id_, "")]


def test_requests_before_a_stream_do_not_disturb_it(server):
    with server.connect() as client:
        assert client.ask("/health").body == b"ok"
        client.send(request("/number/7") + request("/fast?count=100"))
        assert client.read_response().body == b"7"
        events = Stream(client).read_to_end()
        assert [count_of(e) for e in events] == list(range(100))


def test_octets_sent_into_a_stream_change_nothing(server):
    with server.connect() as client:
        stream = client.open_stream("/fast?count=3000")
        client.send(b"\x00\r\n\r\nGET /health HTTP/1.1\r\n\r\n")
        assert len(stream.read_to_end()) == 3000
        assert stream.ended_cleanly
