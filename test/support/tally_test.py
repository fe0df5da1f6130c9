"""How tally.py counts what test programs say."""

import contextlib
import io
import json
import pathlib
import tempfile

import tally
import tap


def counted(*records):
    """(passed, failed, skipped) of programs given as (stdout, code)."""
    result = tally.Tally()
    for stdout, code in records:
        outcome = "OK" if code == 0 else "FAIL"
        result.add(
            {"name": "x", "stdout": stdout, "returncode": code, "result": outcome}
        )
    return result.passed, result.failed, result.skipped


def test_each_case_counts():
    two = "TAP version 13\nok 1 - a\nok 2 - b\n1..2\n"
    assert counted((two, 0), (two, 0)) == (4, 0, 0)


def test_a_plan_may_come_first():
    assert counted(("1..1\nok 1 - a\n", 0)) == (1, 0, 0)


def test_a_failed_case_is_not_counted_again_for_the_exit_code():
    assert counted(("ok 1 - a\nnot ok 2 - b\n1..2\n", 1)) == (1, 1, 0)


def test_a_skipped_case_is_neither_passed_nor_failed():
    assert counted(("ok 1 - a # SKIP no means\n1..1\n", 0)) == (0, 0, 1)


def test_a_skipped_program_counts_as_one():
    assert counted(("1..0 # SKIP no means\n", 0)) == (0, 0, 1)


def test_a_program_that_crashes_is_a_failure():
    assert counted(("ok 1 - a\n1..1\n", -11)) == (1, 1, 0)


def test_a_program_that_leaves_before_its_plan_is_a_failure():
    assert counted(("TAP version 13\nok 1 - a\n", 0)) == (1, 1, 0)


def test_a_program_that_says_nothing_is_a_failure():
    assert counted(("", 0)) == (0, 1, 0)


def test_fewer_cases_than_planned_is_a_failure():
    assert counted(("1..2\nok 1 - a\n", 0)) == (1, 1, 0)


def test_a_failure_is_shown_with_its_comments():
    result = tally.Tally()
    text = "# of a\nok 1 - a\n# of b\nnot ok 2 - b 2\n1..2\n"
    result.add({"name": "x", "stdout": text, "returncode": 1, "result": "FAIL"})
    assert result.report == ["FAILED x: b 2", "# of b", ""]


def ended(*records):
    """The exit code and last line for a log with these records."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "log.json")
        path.write_text("".join(json.dumps(r) + "\n" for r in records))
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = tally.main(path)
    return code, out.getvalue().splitlines()[-1]


GOOD = {"name": "x", "stdout": "ok 1 - a\n1..1", "returncode": 0, "result": "OK"}


def test_the_last_line_has_the_totals():
    assert ended(GOOD, GOOD) == (0, "2 passed, 0 failed")


def test_a_failure_is_told_by_the_exit_code():
    late = GOOD | {"result": "TIMEOUT"}
    assert ended(GOOD, late) == (1, "2 passed, 1 failed")


def test_an_empty_log_is_no_success():
    assert ended() == (1, "0 passed, 0 failed")


def test_all_skipped_is_no_success():
    skipped = GOOD | {"stdout": "1..0 # SKIP no means"}
    assert ended(skipped) == (1, "0 passed, 0 failed, 1 skipped")


if __name__ == "__main__":
    tap.main(globals())
