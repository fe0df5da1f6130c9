"""The page for bodies: both ends of an upload, and a download as it comes."""

import re

import pytest
from page import DESK, PHONE

MIB = 1024 * 1024

DROP = """
const files = new DataTransfer();
files.items.add(new File([arguments[1]], "dropped.txt"));
document.querySelector(arguments[0]).dispatchEvent(new DragEvent("drop",
  { dataTransfer: files, bubbles: true, cancelable: true }));
"""


@pytest.fixture
def bodies(page, start):
    server = start("upload_download")
    page.open(server.url)
    return server


@pytest.fixture
def slow(page):
    """A network that sends and takes a MiB a second, so that one can watch."""

    def pace(octets):
        page.driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 0,
                "uploadThroughput": octets,
                "downloadThroughput": octets,
            },
        )

    page.driver.execute_cdp_cmd("Network.enable", {})
    pace(MIB)
    yield
    pace(-1)
    page.driver.execute_cdp_cmd("Network.disable", {})


def bar(page, selector):
    """Value and maximum; a value of None while the maximum is not known."""
    return page.run(
        """
        const bar = document.querySelector(arguments[0]);
        return [bar.position < 0 ? null : bar.value, bar.max];
        """,
        selector,
    )


def until_full(page, selector, octets):
    page.until(
        lambda: bar(page, selector) == [octets, octets], f"{octets} in {selector}"
    )


def send_zeros(page, megabytes):
    page.fill("#megabytes", str(megabytes))
    page.click("#send-zeros")


def take(page, octets):
    page.fill("#download-bytes", str(octets))
    page.click("#download")


# -- up


def test_both_ends_of_an_upload_count_the_same(page, bodies):
    send_zeros(page, 3)
    page.until_state("#up", "done")
    assert page.text("#answer") == f"Uploaded {3 * MIB} bytes successfully"
    until_full(page, "#sent", 3 * MIB)
    until_full(page, "#received", 3 * MIB)
    for field in ["sent", "received"]:
        told = page.text(f"[data-field={field}]")
        assert re.fullmatch(r"3\.0 MiB · [\d.]+ MiB/s", told)


def test_a_chosen_file_is_sent(page, bodies, tmp_path):
    file = tmp_path / "chosen.bin"
    file.write_bytes(b"\xff" * 100_003)
    for _ in range(2):  # The same file may be chosen again.
        page.type("#file", str(file))
        page.until_state("#up", "done")
        assert page.text("#answer") == "Uploaded 100003 bytes successfully"
        until_full(page, "#received", 100_003)
        page.run("document.querySelector('#up').dataset.state = 'idle'")


def test_an_empty_file_is_sent(page, bodies, tmp_path):
    file = tmp_path / "empty"
    file.touch()
    page.type("#file", str(file))
    page.until_state("#up", "done")
    assert page.text("#answer") == "Uploaded 0 bytes successfully"
    # A bar of nothing is full.
    until_full(page, "#sent", 1)
    until_full(page, "#received", 1)


def test_a_dropped_file_is_sent(page, bodies):
    page.run(DROP, "#drop strong", "seven..")
    page.until_state("#up", "done")
    assert page.text("#answer") == "Uploaded 7 bytes successfully"


def test_a_file_that_is_dropped_beside_changes_nothing(page, bodies):
    page.run(DROP, "#down", "seven..")
    assert page.state("#up") == "idle"
    assert page.run("return location.pathname") == "/"


def test_the_page_listens_before_it_sends(page, bodies):
    send_zeros(page, 1)
    page.until_state("#up", "done")
    asked = [url[len(bodies.url) :] for url in page.loaded()]
    progress, upload = [url for url in asked if re.search("progress|upload\\?", url)]
    assert re.fullmatch(r"/upload\?id=[a-z0-9]{16}", upload)
    assert progress == f"/progress/{upload[-16:]}"


def test_what_the_server_has_read_is_seen_while_it_reads(page, bodies, slow):
    send_zeros(page, 64)
    page.until(lambda: (bar(page, "#received")[0] or 0) > 0, "the count")
    received, total = bar(page, "#received")
    assert page.state("#up") == "running"
    assert received < total == 64 * MIB
    page.click("#cancel")


def test_a_cancelled_upload_stays_where_it_was(page, bodies, slow):
    send_zeros(page, 64)
    page.until(lambda: bar(page, "#sent")[0] > 0, "the first octets")
    page.click("#cancel")
    page.until_state("#up", "cancelled")
    assert page.text("#answer") == "Cancelled."
    assert 0 < bar(page, "#sent")[0] < 64 * MIB
    assert bar(page, "#received")[0] < 64 * MIB
    # And the next one is as good as the first.
    send_zeros(page, 1)
    page.until_state("#up", "done")
    until_full(page, "#received", MIB)


def test_only_cancel_can_be_pressed_while_an_upload_runs(page, bodies, slow):
    switched_off = ["#file", "#send-zeros", "#megabytes"]
    assert not page.enabled("#cancel")
    send_zeros(page, 64)
    page.until_state("#up", "running")
    assert [one for one in switched_off if page.enabled(one)] == []
    assert page.run("return document.activeElement.id") == "cancel"
    page.click("#cancel")
    page.until_state("#up", "cancelled")
    assert [one for one in switched_off if not page.enabled(one)] == []
    assert page.run("return document.activeElement.id") == "send-zeros"


# -- down


@pytest.mark.parametrize("octets", [1, 65_536, 5 * MIB + 1])
def test_each_octet_of_a_download_is_counted(page, bodies, octets):
    take(page, octets)
    page.until_state("#down", "done")
    counted = page.text("#download-state")
    assert counted == f"{octets:_} octets".replace("_", "\u202f")
    assert bar(page, "#downloaded") == [octets, octets]


def test_the_lines_are_counted(page, bodies):
    page.click("#lines")
    page.until_state("#down", "done")
    assert page.text("#download-state").startswith("1\u202f000 lines, ")


def test_a_size_can_be_picked(page, bodies):
    page.click("[data-bytes='1048576']")
    assert page.run("return document.querySelector('#download-bytes').value") == (
        "1048576"
    )
    page.click("#download")
    page.until_state("#down", "done")
    assert bar(page, "#downloaded") == [MIB, MIB]


def test_a_cancelled_download_stays_where_it_was(page, bodies, slow):
    take(page, 64 * MIB)
    page.until(lambda: (bar(page, "#downloaded")[0] or 0) > 0, "the first octets")
    page.click("#download-cancel")
    page.until_state("#down", "cancelled")
    assert page.text("#download-state") == "Cancelled."
    taken, total = bar(page, "#downloaded")
    assert 0 < taken < total == 64 * MIB
    take(page, 1000)
    page.until_state("#down", "done")


def test_up_and_down_go_at_once(page, bodies):
    send_zeros(page, 16)
    take(page, 16 * MIB)
    page.until_state("#up", "done")
    page.until_state("#down", "done")
    until_full(page, "#received", 16 * MIB)
    until_full(page, "#downloaded", 16 * MIB)


def test_a_server_that_is_away_is_told_of(page, bodies):
    assert bodies.stop(page.left()) == 0
    send_zeros(page, 1)
    take(page, 1)
    page.until_state("#up", "failed")
    page.until_state("#down", "failed")
    assert page.text("#answer") == "The connection broke off."
    assert page.text("#download-state") == "The connection broke off."


# -- what all can see


def test_nothing_is_complained_of(page, bodies):
    send_zeros(page, 1)
    take(page, 1)
    page.until_state("#up", "done")
    page.until_state("#down", "done")
    until_full(page, "#received", MIB)
    page.click("#lines")
    page.until_state("#down", "done")
    assert page.complaints() == []


def test_nothing_is_loaded_from_elsewhere(page, bodies):
    loaded = page.loaded()
    assert f"{bodies.url}/upload_download.js" in loaded
    assert [url for url in loaded if not url.startswith((bodies.url, "data:"))] == []


def test_a_phone_need_not_scroll_sideways(page, bodies):
    page.emulate(*PHONE)
    send_zeros(page, 1000)
    page.click("#download")
    page.until(lambda: bar(page, "#sent")[0] > 0, "the first octets")
    assert page.overhang() == []
    page.click("#cancel")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_text_has_a_contrast_of_four_and_a_half(page, bodies, size, scheme):
    page.emulate(
        *size, prefers_color_scheme=scheme, prefers_reduced_motion="reduce"
    )
    ratios = page.contrasts()
    send_zeros(page, 4000)
    page.until_state("#up", "running")
    ratios += page.contrasts()
    page.click("#cancel")
    page.until_state("#up", "cancelled")
    page.run(DROP, "#drop", "seven..")
    page.until_state("#up", "done")
    ratios += page.contrasts()
    assert len(ratios) > 50
    assert [one for one in ratios if one[1] < 4.5] == []


def test_nothing_moves_for_those_who_asked_for_stillness(page, bodies):
    page.emulate(*DESK, prefers_reduced_motion="reduce")
    page.open(bodies.url)
    assert page.run("return document.getAnimations().length") == 0


def test_a_finger_finds_each_button(page, bodies):
    page.emulate(*PHONE)
    heights = page.button_heights()
    assert len(heights) == 8
    assert [one for one in heights if one[1] < 44] == []
