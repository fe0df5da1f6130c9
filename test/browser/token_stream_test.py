"""The page for tokens: an answer to a POST, read as an event stream."""

import pytest
from page import DESK, PHONE

ENTER, CONTROL, ESCAPE = "\ue007", "\ue009", "\ue00c"

# What the standard says of each line of it (HTML, 9.2.6), and what becomes of
# it, however it is cut in two.
STREAM = (
    ": a comment\n"
    "data: one\n\n"
    "data:two\r\n\r\n"
    "data:  three\r\r"
    "data\n\n"
    "data: 4\r\ndata\ndata: four\n\n"
    "event: named\ndata: five\n\n"
    "event: nothing\n\n"
    "id: 6\nretry: 6\nunknown: 6\ndata : 6\n\n"
    "data: seven: 7\r\n\n"
    "data: cut off"
)
EVENTS = [
    ["message", "one"],
    ["message", "two"],
    ["message", " three"],
    ["message", ""],
    ["message", "4\n\nfour"],
    ["named", "five"],
    ["message", "seven: 7"],
]

PARSE = """
const parts = arguments[0];
const seen = [];
const stream = new EventStream(({ type, data }) => seen.push([type, data]));
for (const part of parts) stream.push(part);
return seen;
"""


@pytest.fixture
def tokens(page, start):
    server = start("token_stream")
    page.open(server.url)
    return server


def count(page):
    return page.number("[data-field=tokens]")


def generate(page, most):
    page.fill("#max", str(most))
    page.click("#generate")


def until_some(page):
    """Waits for the first tokens of an answer that would go on."""
    page.until(lambda: len(page.text("#output")) > 5, "the first tokens")


# -- an answer


def test_an_answer_comes_with_as_many_tokens_as_asked_for(page, tokens):
    generate(page, 5)
    page.until_state("#state", "done")
    assert count(page) == 5
    assert page.text("#output") != ""
    assert page.text("[data-field=first]").endswith("s")


def test_an_answer_is_shown_before_it_is_complete(page, tokens):
    generate(page, 100_000)
    until_some(page)
    before = page.text("#output")
    assert page.state("#state") == "generating"
    page.until(lambda: len(page.text("#output")) > len(before), "more of it")
    assert page.text("#output").startswith(before)
    page.click("#stop")
    page.until_state("#state", "stopped")
    assert float(page.text("#rate")) > 0


def test_stop_leaves_the_page_with_what_it_has(page, tokens):
    generate(page, 100_000)
    until_some(page)
    page.click("#stop")
    page.until_state("#state", "stopped")
    left = page.text("#output")
    assert len(left) > 5
    # By the time the next request is answered, more would have come.
    assert page.driver.execute_async_script(
        "fetch('/').then((answer) => arguments[0](answer.status))"
    ) == 200
    assert page.text("#output") == left
    assert page.run("return document.querySelector('#trouble').hidden")
    assert count(page) > 0


def test_the_next_answer_takes_the_place_of_the_last(page, tokens):
    generate(page, 100_000)
    until_some(page)
    page.click("#stop")
    page.until_state("#state", "stopped")
    generate(page, 1)
    page.until_state("#state", "done")
    assert count(page) == 1


def test_keys_start_and_stop(page, tokens):
    page.fill("#max", "100000")
    page.type("#prompt", CONTROL + ENTER)
    until_some(page)
    page.type("#prompt", ESCAPE)
    page.until_state("#state", "stopped")


def test_the_focus_goes_from_generate_to_stop_and_back(page, tokens):
    generate(page, 100_000)
    assert page.run("return document.activeElement.id") == "stop"
    assert not page.enabled("#generate")
    page.click("#stop")
    page.until_state("#state", "stopped")
    page.until(
        lambda: page.run("return document.activeElement.id") == "generate",
        "the focus",
    )
    assert not page.enabled("#stop")


def test_an_answer_is_read_out_when_it_is_complete(page, tokens):
    busy = "return document.querySelector('#output').ariaBusy"
    generate(page, 100_000)
    until_some(page)
    assert page.run(busy) == "true"
    page.click("#stop")
    page.until_state("#state", "stopped")
    assert page.run(busy) == "false"


def test_an_answer_that_breaks_off_is_told_of(page, tokens):
    generate(page, 100_000)
    until_some(page)
    assert tokens.stop(page.left()) == 0
    page.until_state("#state", "failed")
    assert page.text("#trouble") != ""
    assert len(page.text("#output")) > 5
    assert page.enabled("#generate")


def test_no_prompt_is_no_wish(page, tokens):
    page.driver.find_element("css selector", "#prompt").clear()
    page.click("#generate")
    assert page.state("#state") == "idle"


# -- the parser


def test_a_stream_is_read_by_the_rules(page, tokens):
    assert page.run(PARSE, [STREAM]) == EVENTS


def test_a_stream_may_be_cut_anywhere(page, tokens):
    assert page.run(PARSE, list(STREAM)) == EVENTS
    wrong = page.run(
        f"""
        const parse = (...arguments) => {{ {PARSE} }};
        const [stream, events] = arguments;
        return Array.from(stream, (_, at) =>
          parse([stream.slice(0, at), "", stream.slice(at)]))
          .filter((seen) => JSON.stringify(seen) !== JSON.stringify(events));
        """,
        STREAM,
        EVENTS,
    )
    assert wrong == []


def test_an_event_is_told_before_the_next_one_begins(page, tokens):
    assert page.run(PARSE, ["data: at once\r\r"]) == [["message", "at once"]]


# -- what all can see


def test_nothing_is_complained_of(page, tokens):
    generate(page, 3)
    page.until_state("#state", "done")
    generate(page, 100_000)
    until_some(page)
    page.click("#stop")
    page.until_state("#state", "stopped")
    assert page.complaints() == []


def test_nothing_is_loaded_from_elsewhere(page, tokens):
    loaded = page.loaded()
    assert f"{tokens.url}/token_stream.js" in loaded
    assert [url for url in loaded if not url.startswith((tokens.url, "data:"))] == []


def test_a_phone_need_not_scroll_sideways(page, tokens):
    page.emulate(*PHONE)
    generate(page, 3)
    page.until_state("#state", "done")
    page.run("answer.add('word'.repeat(200)); answer.show()")
    assert page.overhang() == []
    assert page.run(
        "const paper = document.querySelector('.paper');"
        "return paper.scrollWidth <= paper.clientWidth"
    )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_text_has_a_contrast_of_four_and_a_half(page, tokens, size, scheme):
    page.emulate(
        *size, prefers_color_scheme=scheme, prefers_reduced_motion="reduce"
    )
    ratios = page.contrasts()
    generate(page, 100_000)
    until_some(page)
    ratios += page.contrasts()
    page.run("answer.end('failed', 'The connection broke off.')")
    ratios += page.contrasts()
    page.click("#stop")
    assert len(ratios) > 40
    assert [one for one in ratios if one[1] < 4.5] == []


def test_nothing_moves_for_those_who_asked_for_stillness(page, tokens):
    page.emulate(*DESK, prefers_reduced_motion="reduce")
    page.open(tokens.url)
    generate(page, 100_000)
    assert page.run("return document.getAnimations().length") == 0
    page.click("#stop")


def test_a_finger_finds_each_button(page, tokens):
    page.emulate(*PHONE)
    heights = page.button_heights()
    assert [text for text, _ in heights] == ["Stop", "Generate"]
    assert [one for one in heights if one[1] < 44] == []
