"""The page of the chat: two windows that talk, and a server that comes back."""

from urllib.parse import quote

import pytest
from page import DESK, PHONE, Page

# Lets a test close a socket with a code that the example never sends.
SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...wish) {
    super(...wish);
    sockets.push(this);
  }
};
"""

LINES = """
return [...document.querySelectorAll("#messages > li")].map((line) => [
  line.dataset.kind, line.dataset.user, line.classList.contains("own"),
  line.querySelector(".text")?.textContent ?? ""]);
"""

# Somebody else in the lobby, who talks faster than one can type.
TALK = """
const [user, texts] = arguments;
const done = arguments[arguments.length - 1];
const socket = new WebSocket(`ws://${location.host}/chat?user=${user}`);
socket.onopen = () => texts.forEach((text) => socket.send(text));
socket.onmessage = ({ data }) => {
  const { user: who, text } = JSON.parse(data);
  if (who === user && text === texts.at(-1)) done();
};
"""

LONGEST = 4000


class Visitor(Page):
    """A window that comes to the front when it is asked."""

    def __init__(self, driver, handle, patience):
        self.handle = handle
        super().__init__(driver, patience)

    def front(self):
        self.browser.switch_to.window(self.handle)
        return self.browser

    driver = property(front, lambda self, driver: setattr(self, "browser", driver))


@pytest.fixture
def chat(start):
    return start("chat")


@pytest.fixture
def two(page):
    driver = page.driver
    first = driver.current_window_handle
    driver.switch_to.new_window("window")
    second = driver.current_window_handle
    yield [Visitor(driver, one, page.left()) for one in (first, second)]
    driver.switch_to.window(second)
    driver.close()
    driver.switch_to.window(first)


@pytest.fixture
def sockets(page):
    """From here on, a page keeps its sockets in `sockets`."""
    script = page.driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": SOCKETS}
    )
    yield
    page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def enter(page, chat, user, room="lobby"):
    page.open(f"{chat.url}/?room={room}&user={quote(user)}")
    page.until_state("#state", "online")
    until_line(page, ["joined", user or "Anonymous", False, ""])


def lines(page):
    """Kind, user, whether it is the own one, and what was said, of each."""
    return page.run(LINES)


def until_line(page, line):
    page.until(lambda: line in lines(page), f"the line {line}")


def people(page):
    return page.run(
        "return [...document.querySelectorAll('#people li')]"
        ".map((one) => one.dataset.user)"
    )


def say(page, text):
    page.type("#text", text, "\ue007")  # Enter


def fake_close(page, code, reason=""):
    page.run(
        "sockets.at(-1).dispatchEvent(new CloseEvent('close',"
        "{ code: arguments[0], reason: arguments[1] }))",
        code,
        reason,
    )


def scroll_up(page):
    """Far enough that the end is out of sight, and the page knows."""
    page.run("document.querySelector('#messages').scrollTop = 0")
    page.until(lambda: not page.run("return here.log.atEnd"), "the scroll")


# -- in and out


def test_the_form_leads_into_the_room(page, chat):
    page.open(chat.url)
    page.type("#name", "Alice")
    page.type("#room", "tea")
    page.driver.find_element("css selector", "#join").submit()
    page.until_state("#state", "online")
    assert page.text("#room-name") == "tea"
    until_line(page, ["joined", "Alice", False, ""])
    assert people(page) == ["Alice"]


def test_who_gives_no_name_is_anonymous(page, chat):
    page.open(chat.url)
    page.click("#join button")
    until_line(page, ["joined", "Anonymous", False, ""])
    assert page.text("#room-name") == "lobby"
    say(page, "Guess who")
    until_line(page, ["message", "Anonymous", True, "Guess who"])


def test_a_window_remembers_name_and_room(page, chat):
    page.open(chat.url)
    page.type("#name", "Alice")
    page.type("#room", "tea")
    page.click("#join button")
    page.until_state("#state", "online")
    page.open(chat.url)
    remembered = page.run("return [...document.forms[0]].map((one) => one.value)")
    assert remembered[:2] == ["Alice", "tea"]


def test_a_room_that_is_no_name_is_not_asked_for(page, chat):
    page.open(f"{chat.url}/?room=../chat&user=Alice")
    assert page.run("return document.querySelector('#room').matches(':invalid')")
    assert page.run("return document.querySelector('#hall').hidden")


def test_who_leaves_is_at_the_door_again(two, chat):
    host, guest = two
    enter(host, chat, "Alice")
    enter(guest, chat, "Bob")
    until_line(host, ["joined", "Bob", False, ""])
    guest.click("#leave")
    until_line(host, ["left", "Bob", False, ""])
    assert people(host) == ["Alice"]
    assert guest.run("return document.activeElement.id") == "name"
    guest.click("#join button")
    guest.until_state("#state", "online")
    host.until(lambda: people(host) == ["Alice", "Bob"], "Bob again")


# -- talking


def test_two_windows_talk(two, chat):
    host, guest = two
    enter(host, chat, "Alice")
    enter(guest, chat, "Bob")
    say(host, "Hello, Bob!")
    until_line(host, ["message", "Alice", True, "Hello, Bob!"])
    until_line(guest, ["message", "Alice", False, "Hello, Bob!"])
    say(guest, "Hello, Alice!")
    until_line(guest, ["message", "Bob", True, "Hello, Alice!"])
    until_line(host, ["message", "Bob", False, "Hello, Alice!"])
    assert host.run("return document.querySelector('#text').value") == ""
    assert people(host) == ["Alice", "Bob"]


def test_who_comes_and_goes_is_seen(two, chat):
    host, guest = two
    enter(host, chat, "Alice")
    enter(guest, chat, "Bob")
    until_line(host, ["joined", "Bob", False, ""])
    assert people(host) == ["Alice", "Bob"]
    guest.open("about:blank")
    until_line(host, ["left", "Bob", False, ""])
    assert people(host) == ["Alice"]


def test_who_comes_back_to_a_kept_page_is_in_the_room_again(two, chat):
    host, guest = two
    enter(host, chat, "Alice")
    enter(guest, chat, "Bob")
    guest.open("about:blank")
    until_line(host, ["left", "Bob", False, ""])
    guest.driver.back()
    guest.until_state("#state", "online")
    host.until(lambda: people(host) == ["Alice", "Bob"], "Bob again")


def test_a_name_twice_is_there_until_both_are_gone(two, chat):
    host, guest = two
    enter(host, chat, "Alice")
    enter(guest, chat, "Alice")
    host.until(
        lambda: host.text("#people li span") == "you × 2", "the second Alice"
    )
    # The name alone makes no message one's own.
    say(guest, "I am the other one")
    until_line(guest, ["message", "Alice", True, "I am the other one"])
    until_line(host, ["message", "Alice", False, "I am the other one"])
    guest.open("about:blank")
    host.until(lambda: host.text("#people li span") == "you", "one Alice")


def test_another_room_hears_nothing(two, chat):
    host, guest = two
    enter(host, chat, "Alice", "tea")
    enter(guest, chat, "Bob", "coffee")
    say(guest, "Only here")
    until_line(guest, ["message", "Bob", True, "Only here"])
    say(host, "And here")
    until_line(host, ["message", "Alice", True, "And here"])
    assert [line[1] for line in lines(host)] == ["Alice", "Alice"]


def test_shift_and_enter_begins_a_new_line(page, chat):
    enter(page, chat, "Alice")
    page.type("#text", "one", "\ue008", "\ue007", "\ue000", "two", "\ue007")
    until_line(page, ["message", "Alice", True, "one\ntwo"])


def test_nothing_is_not_sent(page, chat):
    enter(page, chat, "Alice")
    say(page, "   ")
    page.click("#send")
    page.run("document.querySelector('#text').value = ''")
    say(page, "something")
    until_line(page, ["message", "Alice", True, "something"])
    assert [line[3] for line in lines(page)] == ["", "something"]


def test_the_longest_message_is_sent_and_a_longer_one_is_not(page, chat):
    enter(page, chat, "Alice")
    set_text = """
    const text = document.querySelector("#text");
    text.value = arguments[0];
    text.dispatchEvent(new InputEvent("input"));
    """
    page.run(set_text, "é" * (LONGEST + 1))
    assert not page.enabled("#send")
    assert page.text("#left") == "1 characters too many"
    page.run(set_text, "é" * LONGEST)
    assert page.text("#left") == "0 characters left"
    page.click("#send")
    until_line(page, ["message", "Alice", True, "é" * LONGEST])


def test_markup_is_shown_and_not_obeyed(two, chat):
    host, guest = two
    evil = "<img src=x onerror='document.title=1'><b>bold</b>"
    enter(host, chat, "Alice")
    enter(guest, chat, "<i>Eve")
    say(guest, evil)
    until_line(host, ["message", "<i>Eve", False, evil])
    made = host.run("return document.querySelectorAll('#hall :is(img, b, i)').length")
    assert made == 0


def test_a_name_has_one_colour_in_all_windows(two, chat):
    host, guest = two
    enter(host, chat, "Alice")
    enter(guest, chat, "Bob")
    say(guest, "Hello")
    until_line(host, ["message", "Bob", False, "Hello"])
    hues = [
        one.run(
            "return [...document.querySelectorAll('[data-user=Bob]')]"
            ".map((one) => one.style.getPropertyValue('--hue'))"
        )
        for one in two
    ]
    assert len(set(hues[0] + hues[1])) == 1


# -- the end in sight, or not


def test_new_messages_are_announced_to_who_reads_above(page, chat):
    enter(page, chat, "Alice")
    page.driver.execute_async_script(TALK, "Bob", [f"line {i}" for i in range(60)])
    until_line(page, ["message", "Bob", False, "line 59"])
    assert page.run("return here.log.atEnd")
    scroll_up(page)
    page.driver.execute_async_script(TALK, "Carol", ["one", "two"])
    page.until(
        lambda: page.text("#new-messages").startswith("2 new messages"),
        "the button",
    )
    assert page.run("return document.querySelector('#messages').scrollTop") == 0
    page.click("#new-messages")
    page.until(
        lambda: page.run(
            "const { scrollHeight, scrollTop, clientHeight } ="
            "document.querySelector('#messages');"
            "return scrollHeight - scrollTop - clientHeight < 2"
        ),
        "the end",
    )
    assert page.run("return document.querySelector('#new-messages').hidden")


def test_what_one_says_oneself_brings_the_end_in_sight(page, chat):
    enter(page, chat, "Alice")
    page.driver.execute_async_script(TALK, "Bob", [f"line {i}" for i in range(60)])
    scroll_up(page)
    say(page, "here")
    until_line(page, ["message", "Alice", True, "here"])
    assert page.run("return here.log.atEnd")


def test_the_oldest_lines_make_room(page, chat):
    enter(page, chat, "Alice")
    page.driver.execute_async_script(TALK, "Bob", [f"line {i}" for i in range(520)])
    until_line(page, ["message", "Bob", False, "line 519"])
    assert len(lines(page)) == 500
    assert ["message", "Bob", False, "line 20"] in lines(page)


# -- a server that goes and comes back


def test_a_page_comes_back_with_what_was_not_sent(page, chat, start):
    enter(page, chat, "Alice")
    page.type("#text", "written before")
    assert chat.stop(page.left()) == 0
    page.until(lambda: page.state("#state") == "reconnecting", "the wait")
    assert not page.enabled("#send")
    assert page.text("#notice p") != ""
    page.type("#text", " and meanwhile", "\ue007")
    start("chat", chat.port)
    page.until_state("#state", "online")
    page.until(lambda: page.enabled("#send"), "the button")
    page.click("#send")
    until_line(page, ["message", "Alice", True, "written before and meanwhile"])
    assert people(page) == ["Alice"]
    back = page.run(
        "return document.querySelectorAll('[data-kind=joined]')[1].textContent"
    )
    assert back.startswith("You are back after ")


@pytest.mark.parametrize("code", [1000, 1008, 4000, 4999])
def test_who_is_sent_away_does_not_come_back_unasked(page, chat, sockets, code):
    enter(page, chat, "Alice")
    fake_close(page, code, "enough")
    assert page.state("#state") == "offline"
    assert f"({code}, “enough”)" in page.text("#notice p")
    assert not page.enabled("#send")
    page.click("#retry")
    page.until_state("#state", "online")
    assert page.run("return sockets.length") == 2


@pytest.mark.parametrize("code", [1001, 1006, 1011, 1012, 3000])
def test_who_lost_the_connection_comes_back(page, chat, sockets, code):
    enter(page, chat, "Alice")
    fake_close(page, code)
    assert page.state("#state") != "online"
    page.until_state("#state", "online")
    assert page.run("return sockets.length") == 2


def test_what_was_not_confirmed_is_given_back(page, chat, sockets):
    enter(page, chat, "Alice")
    page.run("sockets[0].send = () => {}")
    say(page, "lost")
    assert page.run("return document.querySelector('#text').value") == ""
    page.type("#text", "next")
    fake_close(page, 1006)
    assert page.run("return document.querySelector('#text').value") == "lost\nnext"


def test_each_wait_is_longer_up_to_half_a_minute(page, chat):
    page.open(chat.url)
    for attempt, longest in [(0, 500), (1, 1000), (5, 16_000), (99, 30_000)]:
        waits = page.run(
            "return Array.from({ length: 200 }, () => delayBefore(arguments[0]))",
            attempt,
        )
        assert longest / 2 <= min(waits) < max(waits) <= longest
        assert len(set(waits)) > 100


# -- what all can see


def test_nothing_is_complained_of(two, chat):
    host, guest = two
    enter(host, chat, "Alice")
    enter(guest, chat, "Bob")
    say(guest, "Hello")
    until_line(host, ["message", "Bob", False, "Hello"])
    guest.click("#leave")
    until_line(host, ["left", "Bob", False, ""])
    assert host.complaints() + guest.complaints() == []


def test_nothing_is_loaded_from_elsewhere(page, chat):
    enter(page, chat, "Alice")
    loaded = page.loaded()
    assert f"{chat.url}/chat.js" in loaded
    assert [url for url in loaded if not url.startswith((chat.url, "data:"))] == []


def test_a_phone_need_not_scroll_sideways(page, chat):
    page.emulate(*PHONE)
    page.open(chat.url)
    assert page.overhang() == []
    enter(page, chat, "A" * 40, "r" * 40)
    word = "word" * 200
    page.driver.execute_async_script(TALK, "B" * 40, [word])
    say(page, word)
    until_line(page, ["message", "A" * 40, True, word])
    assert page.overhang() == []
    assert page.run(
        "const list = document.querySelector('#messages');"
        "return list.scrollWidth <= list.clientWidth"
    )


def test_a_phone_shows_all_of_the_room_at_once(page, chat):
    page.emulate(*PHONE)
    enter(page, chat, "Alice")
    page.driver.execute_async_script(TALK, "Bob", [f"line {i}" for i in range(60)])
    assert page.run("return document.documentElement.scrollHeight") == PHONE[1]
    bottom = page.run(
        "return document.querySelector('#send').getBoundingClientRect().bottom"
    )
    assert bottom <= PHONE[1]


def test_a_phone_does_not_zoom_in_on_what_is_typed(page, chat):
    page.emulate(*PHONE)
    page.open(chat.url)
    sizes = page.run(
        "return [...document.querySelectorAll('input, textarea')]"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert len(sizes) == 3
    assert min(sizes) >= 16


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_text_has_a_contrast_of_four_and_a_half(page, chat, size, scheme):
    page.emulate(
        *size, prefers_color_scheme=scheme, prefers_reduced_motion="reduce"
    )
    page.open(chat.url)
    ratios = page.contrasts()
    enter(page, chat, "Alice")
    say(page, "What colours there are!")
    # More names than an eye can tell apart, and so all kinds of colours.
    for name in ["Bob", "Carol", "Dave", "Eve", "Frank", "Grace", "Heidi", "Ivan"]:
        page.driver.execute_async_script(TALK, name, [f"I am {name}"])
    ratios += page.contrasts()
    assert len(ratios) > 50
    assert [one for one in ratios if one[1] < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", [1006, 4000])
def test_a_notice_can_be_read(page, chat, sockets, scheme, code):
    page.emulate(
        *DESK, prefers_color_scheme=scheme, prefers_reduced_motion="reduce"
    )
    enter(page, chat, "Alice")
    # A server that is away for as long as it is looked at.
    page.run("WebSocket = class { close() {} }")
    fake_close(page, code)
    ratios = page.contrasts()
    assert any("(" in text for text, _ in ratios)
    assert [one for one in ratios if one[1] < 4.5] == []


def test_nothing_moves_for_those_who_asked_for_stillness(page, chat):
    page.emulate(*DESK, prefers_reduced_motion="reduce")
    page.open(chat.url)
    assert page.run("return document.getAnimations().length") == 0
    enter(page, chat, "Alice")
    assert page.run("return document.getAnimations().length") == 0


def test_a_finger_finds_each_button(page, chat):
    page.emulate(*PHONE)
    page.open(chat.url)
    heights = page.button_heights()
    enter(page, chat, "Alice")
    heights += page.button_heights()
    assert [text for text, _ in heights] == ["Join", "Leave", "Send"]
    assert [one for one in heights if one[1] < 44] == []
