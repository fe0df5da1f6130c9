"""What an EventSource of a page sees of topics: it resumes by itself."""

import json
import os
import urllib.request

import pytest
from cutting_proxy import CuttingProxy
from page import CONNECTING

WIRE_SERVER = os.environ["LUNGO_WIRE_SERVER"]


@pytest.fixture
def server(start):
    return start(WIRE_SERVER)


def flood(server, count, first):
    """Publishes numbers."""
    url = f"{server.url}/flood/news?count={count}&first={first}"
    with urllib.request.urlopen(url, data=b"") as answer:
        assert answer.read() == b"ok"


def read(page, url):
    """Returns when whatever is published from here on is for this page."""
    page.open(url + "/health")
    page.record("/topics/news", ["message", "gap"])
    page.until_recorded(1, "open")


def numbers(messages):
    return [int(data) for _, _, data in messages]


def test_a_page_that_is_cut_resumes_without_a_gap_or_a_repetition(page, server):
    with CuttingProxy(("127.0.0.1", server.port)) as proxy:
        read(page, f"http://127.0.0.1:{proxy.address[1]}")
        flood(server, 5, first=0)
        page.until_recorded(5, "message")
        proxy.cut()
        flood(server, 5, first=5)
        assert page.until_recorded(1, "error") == [["error", CONNECTING]]
        page.until_recorded(2, "open")
        flood(server, 5, first=10)
        messages = page.until_recorded(15, "message")
        assert numbers(messages) == list(range(15))
        assert len({last_id for _, last_id, _ in messages}) == 15
        assert page.recorded("gap") == []


def test_a_page_that_saw_no_event_resumes_at_where_it_connected(page, server):
    with CuttingProxy(("127.0.0.1", server.port)) as proxy:
        flood(server, 3, first=0)
        read(page, f"http://127.0.0.1:{proxy.address[1]}")
        page.until(lambda: b"\nid: " in proxy.answered, "a position")
        proxy.cut()
        flood(server, 3, first=3)
        messages = page.until_recorded(3, "message")
        assert numbers(messages) == [3, 4, 5]
        assert page.recorded("gap") == []


def test_a_page_is_told_of_the_gap_that_a_new_server_leaves(page, server, start):
    read(page, server.url)
    flood(server, 5, first=0)
    last = page.until_recorded(5, "message")[-1]
    assert server.stop(page.left()) == 0
    page.until_recorded(1, "error")

    again = start(WIRE_SERVER, server.port)
    flood(again, 5, first=5)
    messages = page.until_recorded(10, "message")
    assert numbers(messages) == list(range(10))
    ((_, last_id, data),) = page.recorded("gap")
    told = json.loads(data)
    assert (told["topic"], told["from"]) == ("news", last[1])
    assert told["to"] == last_id
