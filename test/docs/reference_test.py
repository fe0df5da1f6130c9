"""The reference says what the programs do."""

import os
import re
import subprocess

import pytest

from served import BUILD, SOURCE, served

ROW = re.compile(r"^\| (.+?) \|$", re.M)


def rows(page):
    """The cells of each row of each table of a reference page."""
    text = (SOURCE / "docs/reference" / page).read_text(encoding="utf-8")
    return [[cell.strip() for cell in row.split(" | ")] for row in ROW.findall(text)]


def told(page, is_name):
    """{name: second cell} of the rows whose first cell is a name in code."""
    found = {}
    for row in rows(page):
        name = re.match(r"`([^`]+)`", row[0])
        if name and is_name(name[1]):
            assert name[1] not in found, name[1]
            found[name[1]] = row[1].strip("`")
    return found


def facts(kind):
    run = subprocess.run(
        [os.environ["LUNGO_FACTS"]], capture_output=True, text=True, check=True
    )
    lines = [line.split(" ", 2) for line in run.stdout.splitlines()]
    found = {name: value for what, name, value in lines if what == kind}
    assert found, kind
    return found


def help_text(option):
    run = subprocess.run(
        [BUILD / "docs/snippet_embedded", option],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 0
    return run.stdout + run.stderr


def options_of(text):
    """{option: its line} of a help text."""
    return {
        match[1]: match[0] for match in re.finditer(r"^.*?(--[\w.-]+).*$", text, re.M)
    }


def is_option(name):
    return name.startswith("--")


def is_member(name):
    return re.fullmatch(r"[a-z_.]+", name) is not None


def test_the_defaults_of_options_are_those_of_the_code():
    assert told("settings.md", is_option) == facts("option")


def test_the_defaults_of_members_are_those_of_the_code():
    assert told("settings.md", is_member) == facts("member")


def test_the_defaults_of_routes_are_those_of_the_code():
    assert told("settings.md", lambda name: "::" in name) == facts("route")


def test_the_help_lists_every_option_of_the_reference():
    known = set(options_of(help_text("--long-help")))
    assert set(told("settings.md", is_option)) <= known


def test_the_reference_has_every_option_that_is_not_of_CAF():
    of_caf = ("logger", "middleman", "opencl", "openssl", "scheduler", "stream")
    ours = {
        name
        for name in options_of(help_text("--long-help"))
        if not name[2:].startswith((*of_caf, "work-stealing"))
    }
    ours -= {"--help", "--long-help", "--dump-config", "--config-file"}
    assert ours == set(told("settings.md", is_option))


def test_the_short_help_lists_the_options_without_a_group():
    short = set(options_of(help_text("--help")))
    assert {o for o in told("settings.md", is_option) if "." not in o} <= short


def test_short_options_are_those_of_the_reference():
    table = " ".join(row[0] for row in rows("settings.md"))
    for name, line in options_of(help_text("--help")).items():
        short = re.search(r"\((-\w)\|--", line)
        if short and name in told("settings.md", is_option):
            assert f"`{name}`, `{short[1]}`" in table


def test_the_statuses_of_errors_are_those_of_the_code():
    assert told("errors.md", lambda name: True) == facts("error")


def test_the_close_reasons_are_those_of_the_code():
    assert set(told("close-reasons.md", lambda name: True)) == set(facts("reason"))


@pytest.mark.parametrize("reason,how", sorted(facts("reason").items()))
def test_what_a_client_sees_of_a_close_reason(reason, how):
    said = {row[0].strip("`"): row[-1] for row in rows("close-reasons.md")}[reason]
    if reason == "peer_left":
        assert said == "nothing any more"
    else:
        assert said.startswith({"end": "an end", "cut": "a cut"}[how])


# -- what the text between the tables says ------------------------------------


def leave_at_once(*arguments, cwd=None):
    return subprocess.run(
        [BUILD / "docs/snippet_first_server", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=cwd,
    )


@pytest.mark.parametrize(
    "argument",
    ["--no-such-option=1", "--port=70000", "--heartbeat=5", "stray", "--log-level=loud"],
)
def test_a_wrong_argument_is_one_line_and_2(argument):
    run = leave_at_once(argument)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1 and run.stderr.startswith("error: ")


def test_an_address_that_cannot_be_had_is_one_line_and_1():
    with served("docs/snippet_first_server") as server:
        port = server.address.rpartition(":")[2]
        run = leave_at_once(f"--port={port}")
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1 and port in run.stderr


def test_a_file_that_is_named_must_be_readable(tmp_path):
    run = leave_at_once(f"--config-file={tmp_path}/none.ini")
    assert run.returncode == 2


def test_a_file_sets_options_with_and_without_a_group(tmp_path):
    file = tmp_path / "a.ini"
    file.write_text('heartbeat = 20ms\naddress = "127.0.0.2"\n[limits]\nbody-bytes = 3\n')
    with served("docs/snippet_first_server", f"--config-file={file}") as server:
        assert server.address.startswith("127.0.0.2:")
        assert server.ask("/orders", "POST", "abcd")[0] == 413
    with served("docs/snippet_sse", f"--config-file={file}") as server:
        # Twice: the first comment comes with the head.
        with server.asking("/match") as answer:
            lines = [answer.readline() for _ in range(4)]
    assert lines == [b":\n", b"\n"] * 2


def test_the_command_line_wins_over_the_file(tmp_path):
    file = tmp_path / "a.ini"
    file.write_text("[limits]\nbody-bytes = 3\n")
    with served(
        "docs/snippet_first_server",
        f"--config-file={file}",
        "--limits.body-bytes=4",
    ) as server:
        assert server.ask("/orders", "POST", "abcd")[0] == 201
