"""What the pytest plugin says of tests with every outcome."""

import os
import pathlib
import subprocess
import sys
import tempfile

import tap

SAMPLE = '''
import pytest

def test_a_fact():
    pass

def test_no_fact():
    seen = 3
    print("what it printed")
    assert seen == 4

@pytest.mark.parametrize("n", [1, 2])
def test_each(n):
    pass

@pytest.mark.skip(reason="no means")
def test_skipped():
    pass

@pytest.fixture
def broken():
    yield
    raise RuntimeError("left behind")

def test_whose_fixture_fails_at_the_end(broken):
    pass
'''


def told(source):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "sample_test.py")
        path.write_text(source)
        args = "-m pytest -p tap_plugin -p no:cacheprovider"
        run = subprocess.run(
            [sys.executable, *args.split(), str(path)],
            capture_output=True,
            text=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(pathlib.Path(__file__).parent)},
        )
    return run.stdout.splitlines(), run.returncode


def results(source):
    return [line for line in told(source)[0] if not line.startswith("#")]


def test_each_test_is_told_once_with_its_outcome():
    assert results(SAMPLE) == [
        "TAP version 13",
        "ok 1 - a fact",
        "not ok 2 - no fact",
        "ok 3 - each (1)",
        "ok 4 - each (2)",
        "ok 5 - skipped # SKIP no means",
        "not ok 6 - whose fixture fails at the end",
        "1..6",
    ]


def test_a_failure_shows_the_assertion_and_what_was_printed():
    text = "\n".join(told(SAMPLE)[0])
    assert "assert 3 == 4" in text
    assert "what it printed" in text


def test_a_module_that_cannot_be_read_is_a_failure():
    lines = results("import no_such_module\n")
    assert lines == ["TAP version 13", "not ok 1 - sample_test.py", "1..1"]


def test_the_exit_code_tells_failures():
    assert told(SAMPLE)[1] != 0
    assert told("def test_a_fact():\n    pass\n")[1] == 0


if __name__ == "__main__":
    tap.main(globals())
