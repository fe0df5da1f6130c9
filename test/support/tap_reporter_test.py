"""What the doctest reporter says of tap_sample."""

import subprocess
import sys

import tap

SAMPLE = sys.argv[1]


def told(*args):
    run = subprocess.run(
        [SAMPLE, "--reporters=tap", *args], capture_output=True, text=True
    )
    return run.stdout.splitlines(), run.returncode


def line_before(lines, result, text):
    """Is there a comment with `text` above `result`, below the last result?"""
    end = lines.index(result)
    start = max(
        (i for i in range(end) if not lines[i].startswith("#")), default=0
    )
    return any(text in line for line in lines[start:end])


def test_the_output_starts_with_the_version_and_ends_with_the_plan():
    lines, _ = told()
    assert lines[0] == "TAP version 13"
    assert lines[-1] == "1..5"


def test_a_case_that_holds_is_ok():
    assert "ok 1 - a case that holds" in told()[0]


def test_a_number_sign_in_a_name_is_no_directive():
    assert "ok 2 - a case with   in its name" in told()[0]


def test_a_failure_names_place_expression_values_and_context():
    lines, _ = told()
    result = "not ok 3 - a case that does not hold"
    for text in (
        "tap_sample.cpp:",
        "in 'inner'",
        "CHECK( found == 4 )",
        "3 == 4",
        "a context",
    ):
        assert line_before(lines, result, text), text


def test_an_exception_that_escapes_fails_the_case():
    result = "not ok 4 - a case that throws"
    assert line_before(told()[0], result, "what it threw")


def test_a_skipped_case_is_told_as_such():
    assert any(
        line.startswith("ok 5 - a case that is skipped # SKIP")
        for line in told()[0]
    )


def test_the_exit_code_tells_failures():
    assert told()[1] != 0
    assert told("--test-case=a case that holds")[1] == 0


def test_a_filter_leaves_no_line_for_what_it_leaves_out():
    lines, _ = told("--test-case=a case that holds")
    outcomes = [line for line in lines if "# SKIP" not in line]
    assert outcomes == ["TAP version 13", "ok 1 - a case that holds", "1..2"]


if __name__ == "__main__":
    tap.main(globals())
