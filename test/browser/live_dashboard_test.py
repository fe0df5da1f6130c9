"""The dashboard: charts that move, and a page that knows what it misses."""

import re

import pytest
from page import DESK, PHONE

CHARTS = ["cpu", "delivered", "arabica", "robusta", "liberica", "decaf"]

# Each point of the line of a chart, as [seconds, value].
POINTS = """
return document.querySelector(`#${arguments[0]} .line`).getAttribute("d")
  ?.split(/[ML]/).filter(Boolean).map((one) => one.split(",").map(Number)) ?? [];
"""

# Runs of points that belong together.
RUNS = """
return document.querySelector(`#${arguments[0]} .line`).getAttribute("d")
  ?.split("M").length - 1;
"""


@pytest.fixture
def dashboard(page, start):
    server = start("live_dashboard")
    page.open(server.url)
    page.until_state("#state", "live")
    return server


def points(page, chart):
    return page.run(POINTS, chart)


def until_longer(page, chart, than=1):
    page.until(lambda: len(points(page, chart)) > than, f"points of {chart}")
    return points(page, chart)


def resume(page):
    """Drops the connection until something was missed, and resumes it."""
    page.click("#toggle")
    page.until_state("#state", "dropped")
    page.run("window.droppedAt = clock.now()")
    page.until(
        lambda: page.run("return clock.now() - droppedAt > 1500"), "some events"
    )
    page.click("#toggle")


def late(page):
    return int(re.search(r"(\d+) events? late", page.text("#state"))[1])


# -- what is shown


@pytest.mark.parametrize("chart", CHARTS)
def test_each_chart_gets_longer_with_events(page, dashboard, chart):
    before = until_longer(page, chart)
    page.until(
        lambda: points(page, chart)[-1][0] > before[-1][0], "a later point"
    )


def test_a_chart_moves_to_the_left(page, dashboard):
    until_longer(page, "arabica")
    place = (
        "return new DOMMatrix(getComputedStyle("
        "document.querySelector('#arabica .area').parentElement).transform).e"
    )
    before = page.run(place)
    page.until(lambda: page.run(place) < before, "the move")


def test_the_server_says_how_it_is(page, dashboard):
    page.until_number("[data-field=connections]", 1)
    page.until_number("[data-field=rate]", 5)
    assert page.number("[data-field=lag]") >= 0
    assert page.number("[data-field=gaps]") == 0
    assert float(page.text("[data-field=memory]").split()[0]) > 1


def test_a_second_reader_is_counted(page, dashboard):
    page.until_number("[data-field=connections]", 1)
    page.run("window.second = new EventSource('/events')")
    page.until_number("[data-field=connections]", 2)


def test_who_comes_later_gets_the_history_first(page, dashboard):
    until_longer(page, "decaf", 5)
    page.run(
        """
        window.heard = [];
        window.second = new EventSource("/events");
        second.addEventListener("market", ({ data }) =>
          heard.push(JSON.parse(data).n));
        """
    )
    page.until(lambda: page.run("return heard.length > 5"), "the history")
    assert page.run("return heard.slice(0, 3)") == [1, 2, 3]


# -- away and back


def test_who_resumes_has_missed_nothing(page, dashboard):
    until_longer(page, "arabica")
    resume(page)
    page.until_state("#state", "resumed")
    assert late(page) > 10
    assert "none is missing" in page.text("#notice")
    assert page.text("[data-field=missing]") == "0"
    assert page.run(RUNS, "arabica") == 1
    assert page.run("return document.querySelectorAll('#arabica .away').length") == 1
    assert page.run("return document.querySelectorAll('.plot .gap').length") == 0


def test_a_dropped_page_says_so_and_hears_nothing(page, dashboard):
    until_longer(page, "arabica")
    page.click("#toggle")
    page.until_state("#state", "dropped")
    assert page.text("#toggle") == "Resume the connection"
    assert page.run("return link.source.readyState") == 2


def test_what_has_happened_is_told_for_a_while_only(page, dashboard):
    until_longer(page, "arabica")
    resume(page)
    page.until_state("#state", "resumed")
    page.until_state("#state", "live")
    assert "none is missing" in page.text("#notice")


def test_a_server_that_restarts_is_a_gap(page, dashboard, start):
    until_longer(page, "arabica")
    assert dashboard.stop(page.left()) == 0
    page.until_state("#state", "reconnecting")
    start("live_dashboard", dashboard.port)
    page.until_state("#state", "gap")
    assert page.text("#state") == "resumed behind a gap"
    assert page.text("[data-field=missing]") == "0 + ?"
    for chart in CHARTS:
        shades = f"#{chart} .gap"
        assert page.run(f"return document.querySelectorAll('{shades}').length") == 1
    # What was drawn before is still there, and is not joined to what is new.
    page.until(lambda: page.run(RUNS, "arabica") == 2, "the line behind the gap")
    before = points(page, "arabica")
    page.until(lambda: points(page, "arabica")[-1] != before[-1], "more events")


def test_a_page_counts_what_a_gap_has_cost(page, dashboard):
    """As if the history had been shorter than the time away."""
    until_longer(page, "arabica")
    page.click("#toggle")
    page.run(
        """
        const { epoch } = tally.last.market;
        link.back = { at: Infinity, late: 0, lost: 0, gaps: 0, unknown: false };
        link.gap({ lastEventId: "", data: JSON.stringify(
          { topic: "market", from: link.id, to: `${epoch}-9000` }) });
        const { n, at } = tally.last.market;
        link.heard("market", { lastEventId: `${epoch}-9001`, data: JSON.stringify(
          { at: at + 1000, n: n + 121, name: "arabica", price: 300 }) });
        link.isBack();
        """
    )
    assert page.text("#state") == "gap of 120 events"
    assert page.text("[data-field=missing]") == "120"


# -- what all can see


def test_nothing_is_complained_of_and_nothing_loaded_from_elsewhere(page, dashboard):
    until_longer(page, "delivered")
    assert page.complaints() == []
    assert [u for u in page.loaded() if not u.startswith((dashboard.url, "data:"))] == []


def test_a_phone_need_not_scroll_sideways(page, dashboard):
    page.emulate(*PHONE)
    page.open(dashboard.url)
    until_longer(page, "delivered")
    assert page.overhang() == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["live", "dropped", "gap", "reconnecting"])
def test_each_text_has_a_contrast_of_four_and_a_half(
    page, dashboard, size, scheme, state
):
    page.emulate(*size, prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    until_longer(page, "delivered")
    page.run("link.show(arguments[0], arguments[0], 'as it is')", state)
    ratios = page.contrasts()
    assert len(ratios) > 30
    assert [one for one in ratios if one[1] < 4.5] == []


def test_nothing_moves_for_those_who_asked_for_stillness(page, start):
    page.emulate(*DESK, prefers_reduced_motion="reduce")
    page.open(start("live_dashboard").url)
    until_longer(page, "cpu")
    assert page.run("return document.getAnimations().length") == 0


def test_a_finger_finds_the_button(page, dashboard):
    page.emulate(*PHONE)
    assert [height >= 44 for _, height in page.button_heights()] == [True]


def test_what_is_read_out_is_what_happens_and_no_figure(page, dashboard):
    live = page.run(
        "return [...document.querySelectorAll('[aria-live], [role=status]')]"
        ".map((one) => one.id)"
    )
    assert live == ["notice"]
    names = page.run(
        "return [...document.querySelectorAll('svg[role=img]')]"
        ".map((one) => one.getAttribute('aria-label'))"
    )
    assert len(set(names)) == len(CHARTS)
