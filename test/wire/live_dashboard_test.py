"""The example `live_dashboard`: every event of a topic has its number, so what a
client has read can be counted."""

import json

import pytest

from server_process import DASHBOARD, running
from topic_reader import Course, Reader

TOPICS = {"load", "market", "server"}


@pytest.fixture(scope="module")
def dashboard():
    with running(DASHBOARD) as started:
        yield started


def read(server, course, enough):
    """On a connection of its own, until that is so of all events."""
    with server.connect() as client:
        reader = Reader(client, "/events", course)
        while not enough(course.events):
            reader.next()
        return reader


def numbers(events, topic):
    return [json.loads(each.data)["n"] for each in events if each.type == topic]


def of_each_topic(count):
    return lambda events: all(len(numbers(events, topic)) >= count
                              for topic in TOPICS)


def assert_whole(events):
    for topic in TOPICS:
        counted = numbers(events, topic)
        first = counted[0]
        assert counted == list(range(first, first + len(counted))), topic


def test_one_stream_brings_all_topics_each_in_its_order(dashboard):
    course = Course()
    read(dashboard, course, of_each_topic(2))
    assert {event.type for event in course.events} == TOPICS
    assert_whole(course.events)


def test_who_comes_later_begins_with_the_first_event(dashboard):
    # The server is younger than its history is long.
    for _ in range(2):
        course = Course()
        read(dashboard, course, of_each_topic(1))
        assert [numbers(course.events, topic)[0] for topic in TOPICS] == [1] * 3


def test_who_is_cut_again_and_again_misses_nothing(dashboard):
    course = Course()
    for _ in range(10):
        known = len(course.events)
        read(dashboard, course, lambda events: len(events) > known + 2)
    read(dashboard, course, of_each_topic(3))
    assert_whole(course.events)
    assert course.gaps == []


def test_a_browser_is_told_to_come_back_soon(dashboard):
    reader = read(dashboard, Course(), of_each_topic(1))
    assert reader.stream.parser.retry_ms == 1000


def test_the_server_tells_how_it_is(dashboard):
    with dashboard.connect() as other:
        Reader(other, "/events").begun()
        course = Course()
        with dashboard.connect() as client:
            reader = Reader(client, "/events", course)
            while not any(two_connected(event) for event in course.events):
                reader.next()
    said = [json.loads(event.data) for event in course.events
            if event.type == "server"]
    assert said[-1]["memory"] > 2**20
    assert said[-1]["delivered"] >= said[-1]["published"] > 0
    assert said[-1]["gaps"] == 0
    for before, after in zip(said, said[1:]):
        assert after["published"] >= before["published"]


def two_connected(event):
    return event.type == "server" and json.loads(event.data)["connections"] == 2


def test_the_load_is_a_share(dashboard):
    course = Course()
    read(dashboard, course, of_each_topic(1))
    loads = [json.loads(event.data) for event in course.events
             if event.type == "load"]
    assert all(0 <= each["cpu"] <= 1 and each["load"] >= 0 for each in loads)


def test_a_client_of_another_life_is_told_of_a_gap_in_each_topic():
    course = Course("0-17")
    with running(DASHBOARD) as started:
        read(started, course, of_each_topic(1))
    assert {gap["topic"] for gap in course.gaps} == TOPICS
    assert {gap["from"] for gap in course.gaps} == {"0-17"}


@pytest.mark.parametrize("path, kind", [
    ("/", "text/html"), ("/live_dashboard.js", "text/javascript"),
    ("/live_dashboard.css", "text/css"), ("/common.css", "text/css")])
def test_the_page(dashboard, path, kind):
    answer = dashboard.ask(path)
    assert answer.status == 200
    assert answer.head.get("Content-Type").split(";")[0] == kind
