"""The page of the example: what it shows, and that all can read it."""

import re

import pytest
from page import DESK, PHONE

ROUTES = ["cors", "stacked", "rejected", "overridden"]
COUNT = "#plain [data-field=count]"
LAST_ID = "#named [data-field=id]"


def until_asked(page):
    """Waits until all routes behind middleware have been asked."""
    page.until(
        lambda: page.run("return !document.getElementById('ask').disabled"),
        "the last answer",
    )


def fields(page, route):
    return page.run(
        """
        const terms = document.querySelectorAll(`#${arguments[0]} .fields dt`);
        return Object.fromEntries([...terms].map((term) =>
          [term.textContent, term.nextElementSibling.textContent]));
        """,
        route,
    )


def test_both_clocks_run(page, clock):
    page.open(clock.url)
    page.until_state("#plain", "open")
    page.until_state("#named", "open")
    page.until_state("#server", "open")
    page.until_number(COUNT, 5)
    page.until_number(LAST_ID, 5)


def test_the_latest_event_stands_on_top_of_the_log(page, clock):
    page.open(clock.url)
    page.until_number(LAST_ID, 7)
    # In one go, or the next event may come in between.
    top, shown = page.run(
        """
        const card = document.getElementById("named");
        return [[...card.querySelector("tbody tr").cells].map((c) => c.textContent),
                card.querySelector("[data-field=id]").textContent];
        """
    )
    assert top == ["tick", shown, f'{{"count": {shown}}}']


def test_what_cors_added_is_shown(page, clock):
    page.open(clock.url)
    until_asked(page)
    assert page.text("#cors [data-field=status]") == "200"
    assert fields(page, "cors") == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Content-Type": "text/event-stream",
    }
    assert page.state("#cors .outcome") == "done"


def test_what_stacked_middleware_added_is_shown(page, clock):
    page.open(clock.url)
    until_asked(page)
    assert page.text("#stacked [data-field=status]") == "200"
    assert fields(page, "stacked") == {
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert page.state("#stacked .outcome") == "done"


@pytest.mark.parametrize(
    "route, status", [("rejected", "401"), ("overridden", "403")]
)
def test_a_refusal_is_shown_with_its_words(page, clock, route, status):
    page.open(clock.url)
    until_asked(page)
    assert page.text(f"#{route} [data-field=status]") == status
    assert page.text(f"#{route} [data-field=reason]") == "Forbidden"
    assert page.state(f"#{route} .outcome") == "closed"


def test_a_restart_is_shown_with_where_the_clock_went_on(page, clock, start):
    page.open(clock.url)
    page.until_number(LAST_ID, 5)
    assert clock.stop(page.left()) == 0
    page.until_state("#server", "connecting")
    start("sse_clock", clock.port)
    page.until_state("#server", "open")
    told = page.until(
        lambda: re.fullmatch(
            r"Came back with Last-Event-ID (\d+), and went on with (\d+)\.",
            page.text("#named [data-field=resume]"),
        ),
        "where the clock went on",
    )
    assert int(told[2]) == int(told[1]) + 1
    assert page.text("#named [data-field=missed]") == "0"
    assert page.text("#named [data-field=reconnects]") == "1"


def test_a_clock_can_be_left_and_started_anew(page, clock):
    page.open(clock.url)
    page.until_number(COUNT, 8)
    page.click("#plain button")
    assert page.state("#plain") == "closed"
    left_at = page.number(COUNT)
    page.click("#plain button")
    page.until_state("#plain", "open")
    page.until(lambda: page.number(COUNT) < left_at, "a lower count")


def test_ten_thousand_events_arrive_in_order(page, clock):
    page.open(clock.url)
    page.click("[data-limit='10000']")
    page.until(
        lambda: page.text("#fast .result").startswith(
            "10\u202f000 events in order in "
        ),
        "ten thousand events",
    )


def test_nothing_is_complained_of_but_the_refusals(page, clock):
    page.open(clock.url)
    until_asked(page)
    lines = [entry["message"] for entry in page.driver.get_log("browser")]
    expected = re.compile(
        r"\S+/events/(rejected|overridden) - Failed to load resource: the "
        r"server responded with a status of 40[13] .*"
    )
    assert [line for line in lines if not expected.fullmatch(line)] == []
    # The page asks each twice, so the log did reach us.
    assert len(lines) == 4


def test_nothing_is_loaded_from_elsewhere(page, clock):
    page.open(clock.url)
    until_asked(page)
    loaded = page.loaded()
    assert f"{clock.url}/sse_clock.js" in loaded
    elsewhere = [
        url for url in loaded if not url.startswith((clock.url + "/", "data:"))
    ]
    assert elsewhere == []


@pytest.mark.parametrize("route", ROUTES)
def test_a_phone_shows_each_route_in_full(page, clock, route):
    page.emulate(*PHONE)
    page.open(clock.url)
    until_asked(page)
    left, right = page.run(
        """
        const box = document.getElementById(arguments[0]).getBoundingClientRect();
        return [box.left, box.right];
        """,
        route,
    )
    assert 0 <= left < right <= PHONE[0]


def test_a_phone_need_not_scroll_sideways(page, clock):
    page.emulate(*PHONE)
    page.open(clock.url)
    until_asked(page)
    page.click("[data-limit='10000']")
    page.until_state("#fast", "closed")
    assert page.overhang() == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_text_has_a_contrast_of_four_and_a_half(page, clock, size, scheme):
    page.emulate(*size, prefers_color_scheme=scheme)
    page.open(clock.url)
    until_asked(page)
    page.until_state("#plain", "open")
    ratios = page.contrasts()
    assert len(ratios) > 50
    assert [one for one in ratios if one[1] < 4.5] == []


def test_nothing_moves_for_those_who_asked_for_stillness(page, clock):
    page.emulate(*DESK, prefers_reduced_motion="reduce")
    page.open(clock.url)
    page.until_state("#plain", "open")
    assert page.run("return document.getAnimations().length") == 0


def test_a_finger_finds_each_button(page, clock):
    page.emulate(*PHONE)
    page.open(clock.url)
    heights = page.button_heights()
    assert len(heights) == 5
    assert [one for one in heights if one[1] < 44] == []
