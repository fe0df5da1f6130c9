"""What the other examples show, seen by an EventSource."""

FETCH = """
const done = arguments[arguments.length - 1];
fetch(arguments[0], arguments[1])
  .then(async (answer) => done([answer.status, await answer.text()]));
"""


def fetch(page, path, **options):
    return page.driver.execute_async_script(FETCH, path, options)


def test_what_is_posted_reaches_all_who_listen(page, start):
    page.open(start("push_from_anywhere").url + "/health")
    page.record("/messages", ["message"], name="one")
    page.record("/messages", ["message", "crowd"], name="two")
    page.until(
        lambda: ["crowd", "", "2"] in page.recorded(name="two"),
        "the news that two listen",
    )
    assert fetch(page, "/messages", method="POST", body="first\nlines") == [202, ""]
    assert fetch(page, "/messages", method="POST", body="second") == [202, ""]
    for name in ["one", "two"]:
        assert page.until_recorded(2, "message", name) == [
            ["message", "1", "first\nlines"],
            ["message", "2", "second"],
        ]


def test_who_leaves_is_missed_by_the_others(page, start):
    page.open(start("push_from_anywhere").url + "/health")
    page.run("window.guest = new EventSource('/messages')")
    page.until(lambda: page.run("return guest.readyState === 1"), "the guest")
    page.record("/messages", ["crowd"])
    page.until_recorded(1, "crowd")
    page.run("guest.close()")
    page.until(
        lambda: page.recorded("crowd")[-1] == ["crowd", "", "1"],
        "the news that one listens",
    )
    assert page.recorded("crowd")[0] == ["crowd", "", "2"]


def test_a_wish_refused_after_the_handler_starts_no_connection(page, start):
    page.open(start("deferred_upgrade").url + "/health")
    page.record("/rooms/board", name="stranger")
    page.until_recorded(1, "error", "stranger")
    assert fetch(page, "/rooms/board") == [403, "members only"]
    assert fetch(page, "/started") == [200, "0"]

    page.record("/rooms/board?ticket=oak", name="member")
    assert page.until_recorded(1, "message", "member") == [
        ["message", "", "welcome to the board"]
    ]
    assert fetch(page, "/started") == [200, "1"]


def test_the_first_stream_of_the_readme_ticks(page, start):
    page.open(start("first_stream").url + "/health")
    page.record("/events", ["tick"])
    assert page.until_recorded(2, "tick")[:2] == [
        ["tick", "", "0"],
        ["tick", "", "1"],
    ]
