"""What curl posts is seen by all who watch."""

import json
import shlex
import subprocess

import pytest
from page import DESK, PHONE

LINES = """
return [...document.querySelectorAll("#events li")].map((line) => [
  line.className, line.querySelector(".said").textContent]);
"""


@pytest.fixture
def broadcast(page, start):
    server = start("broadcast")
    page.open(server.url)
    page.until_state("#state", "live")
    return server


def lines(page):
    return page.run(LINES)


def until_line(page, line):
    page.until(lambda: line in lines(page), f"the line {line}")


def post(page, **what):
    """Runs the command that the page shows; with another body, if there is one."""
    words = shlex.split(page.text("#command"))
    if what:
        words[words.index("-d") + 1] = json.dumps(what)
    run = subprocess.run(
        [words[0], "-sS", *words[1:]],
        capture_output=True,
        text=True,
        timeout=page.left(),
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_command_on_the_page_is_seen_on_the_page(page, broadcast):
    said = post(page)
    until_line(page, ["message", "hello"])
    assert page.text("#events .id") == said["id"]


def test_the_newest_is_on_top(page, broadcast):
    for number in range(5):
        post(page, data=number)
    until_line(page, ["message", "4"])
    assert [text for _, text in lines(page)] == list("43210")


def test_an_alert_stands_out_and_markup_is_shown(page, broadcast):
    post(page, data="<b>milk</b> is out", event="alert")
    until_line(page, ["alert", "<b>milk</b> is out"])


def test_what_is_posted_twice_is_said_once(page, broadcast):
    first = post(page, data="only once", id="mine")
    again = post(page, data="only once", id="mine")
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    post(page, data="the end")
    until_line(page, ["message", "the end"])
    assert [text for _, text in lines(page)] == ["the end", "only once"]


def test_who_comes_later_sees_what_was_said(page, broadcast):
    post(page)
    page.open(broadcast.url)
    until_line(page, ["message", "hello"])


def test_a_page_knows_how_many_watch(page, broadcast):
    page.until(lambda: page.text("[data-field=watching]") == "1", "oneself")
    page.run("window.second = new EventSource('/events')")
    page.until(lambda: page.text("[data-field=watching]") == "2", "the second")
    page.run("second.close()")
    page.until(lambda: page.text("[data-field=watching]") == "1", "the end of it")


def test_a_page_that_comes_back_is_told_of_the_gap(page, broadcast, start):
    post(page)
    until_line(page, ["message", "hello"])
    assert broadcast.stop(page.left()) == 0
    page.until_state("#state", "connecting")
    start("broadcast", broadcast.port)
    until_line(page, ["gap", "some events may be missing here"])
    post(page, data="again")
    until_line(page, ["message", "again"])
    assert [kind for kind, _ in lines(page)] == ["message", "gap", "message"]


def test_nothing_is_complained_of_and_nothing_loaded_from_elsewhere(page, broadcast):
    post(page)
    until_line(page, ["message", "hello"])
    assert page.complaints() == []
    assert [u for u in page.loaded() if not u.startswith((broadcast.url, "data:"))] == []


def test_a_phone_need_not_scroll_sideways(page, broadcast):
    page.emulate(*PHONE)
    post(page, data="word" * 200)
    until_line(page, ["message", "word" * 200])
    assert page.overhang() == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_text_has_a_contrast_of_four_and_a_half(page, broadcast, size, scheme):
    page.emulate(*size, prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    post(page, data="one")
    post(page, data="two", event="alert")
    until_line(page, ["alert", "two"])
    page.run("add('gap', '3 events are missing here')")
    ratios = page.contrasts()
    assert len(ratios) > 10
    assert [one for one in ratios if one[1] < 4.5] == []


def test_nothing_moves_for_those_who_asked_for_stillness(page, start):
    page.emulate(*DESK, prefers_reduced_motion="reduce")
    page.open(start("broadcast").url)
    post(page)
    until_line(page, ["message", "hello"])
    assert page.run("return document.getAnimations().length") == 0


def test_a_finger_finds_the_button(page, broadcast):
    page.emulate(*PHONE)
    assert [height >= 44 for _, height in page.button_heights()] == [True]
