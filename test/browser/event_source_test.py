"""What an EventSource makes of the streams, on a page of the example (S19)."""

import json

from page import CLOSED, CONNECTING


def counts(events):
    return [json.loads(data)["count"] for _, _, data in events]


def ids(events):
    return [int(last_id) for _, last_id, _ in events]


def test_a_stream_is_open_before_its_first_event(page, clock):
    page.open(clock.url)
    page.record("/events")
    messages = page.until_recorded(3, "message")
    assert page.recorded()[0] == ["open"]
    assert counts(messages)[:3] == [0, 1, 2]


def test_an_event_without_id_leaves_the_last_id_empty(page, clock):
    page.open(clock.url)
    page.record("/events")
    assert page.until_recorded(1, "message")[0][1] == ""


def test_a_named_event_reaches_the_listeners_of_its_name_only(page, clock):
    page.open(clock.url)
    page.record("/events/named", ["tick", "message"])
    page.until_recorded(3, "tick")
    assert page.recorded("message") == []


def test_the_last_event_id_is_that_of_the_event(page, clock):
    page.open(clock.url)
    page.record("/events/named", ["tick"])
    ticks = page.until_recorded(3, "tick")
    assert ids(ticks) == counts(ticks) == list(range(len(ticks)))


def test_a_client_goes_on_behind_its_last_id_on_a_new_server(page, clock, start):
    page.open(clock.url)
    page.record("/events/named", ["tick"])
    page.until_recorded(3, "tick")
    assert clock.stop(page.left()) == 0
    assert page.until_recorded(1, "error")[0] == ["error", CONNECTING]
    before = page.recorded("tick")

    # A new process: that one id is all it can know of the client.
    start("sse_clock", clock.port)
    page.until_recorded(2, "open")
    ticks = page.until_recorded(len(before) + 3, "tick")
    assert ids(ticks) == list(range(len(ticks)))


def test_a_page_of_another_origin_reads_a_stream_with_cors(page, clock, start):
    page.open(start("sse_clock").url + "/health")
    page.record(clock.url + "/events/cors")
    assert counts(page.until_recorded(3, "message"))[:3] == [0, 1, 2]
    assert page.recorded()[0] == ["open"]


def test_a_page_of_another_origin_reads_no_stream_without_cors(page, clock, start):
    page.open(start("sse_clock").url + "/health")
    page.record(clock.url + "/events")
    page.until_recorded(1, "error")
    assert page.recorded() == [["error", CLOSED]]


def test_a_refused_stream_is_closed_and_never_tried_again(page, clock):
    page.open(clock.url)
    page.record("/events/rejected", name="rejected")
    page.record("/events/overridden", name="overridden")
    page.until_recorded(1, "error", "rejected")
    page.until_recorded(1, "error", "overridden")
    # By then, a client that retries would have done so after three seconds.
    page.record("/events", name="clock")
    page.until_recorded(40, "message", "clock")
    assert page.recorded(name="rejected") == [["error", CLOSED]]
    assert page.recorded(name="overridden") == [["error", CLOSED]]
