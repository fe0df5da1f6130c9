"""The example `broadcast`: what is posted reaches all who watch."""

import contextlib
import json

import pytest

from server_process import BROADCAST, running
from topic_reader import Course, Reader

TOKEN = [("Authorization", "Bearer demo")]


@pytest.fixture
def broadcast():
    """One for each test: the history of another would be told too."""
    with running(BROADCAST) as started:
        yield started


def post(server, what, fields=TOKEN, topic="news"):
    return server.ask(f"/topics/{topic}", "POST", fields=fields,
                      body=json.dumps(what).encode())


def until(reader, kind, data):
    """All news up to and with that event."""
    while True:
        event = reader.next()
        if (event.type, event.data) == (kind, data):
            return [e.data for e in reader.course.events if e.type == "message"]


@contextlib.contextmanager
def watching(server, course=None):
    with server.connect() as client:
        yield Reader(client, "/events", course)


def test_what_is_posted_reaches_all_who_watch(broadcast):
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(watching(broadcast)) for _ in range(5)]
        answer = post(broadcast, {"data": "hello"})
        assert answer.status == 201
        for reader in readers:
            assert until(reader, "message", "hello") == ["hello"]
            assert json.loads(answer.body)["id"] in {
                event.last_id for event in reader.course.events}


@pytest.mark.parametrize("fields", [
    [], [("Authorization", "Bearer other")], [("Authorization", "Basic demo")]])
def test_without_the_token_nothing_is_said(broadcast, fields):
    answer = post(broadcast, {"data": "not this"}, fields)
    assert answer.status == 401
    assert answer.head.get("WWW-Authenticate").startswith("Bearer ")
    post(broadcast, {"data": "this"})
    with watching(broadcast) as reader:
        assert until(reader, "message", "this") == ["this"]


def test_who_comes_later_gets_the_last_hundred(broadcast):
    for number in range(130):
        assert post(broadcast, {"data": number}).status == 201
    with watching(broadcast) as reader:
        said = until(reader, "message", "129")
        assert said == [str(number) for number in range(30, 130)]
        assert reader.course.gaps == []


def test_who_comes_back_too_late_is_told_of_a_gap(broadcast):
    course = Course()
    with watching(broadcast, course) as reader:
        post(broadcast, {"data": "first"})
        until(reader, "message", "first")
    for number in range(130):
        post(broadcast, {"data": number})
    with watching(broadcast, course) as reader:
        said = until(reader, "message", "129")
    assert said == ["first"] + [str(number) for number in range(30, 130)]
    assert [gap["topic"] for gap in course.gaps] == ["news"]


def test_all_know_how_many_watch(broadcast):
    with watching(broadcast) as one:
        until(one, "watching", "1")
        with watching(broadcast):
            until(one, "watching", "2")
        until(one, "watching", "1")


def test_a_crowd_that_comes_at_once_is_cut_by_nobody(broadcast):
    """Each of them is news to all others."""
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(watching(broadcast)) for _ in range(60)]
        for reader in readers:
            until(reader, "watching", "60")
        assert all(reader.course.gaps == [] for reader in readers)


@pytest.mark.parametrize("path, kind", [
    ("/", "text/html"), ("/broadcast.js", "text/javascript"),
    ("/broadcast.css", "text/css"), ("/common.css", "text/css")])
def test_the_page(broadcast, path, kind):
    answer = broadcast.ask(path)
    assert answer.status == 200
    assert answer.head.get("Content-Type").split(";")[0] == kind
