"""Each example is started, answers, and leaves when it is told to."""

import pytest

from served import BUILD, SOURCE, served

EXAMPLES = sorted(file.stem for file in (SOURCE / "examples").glob("*.cpp"))


def test_there_are_examples():
    assert {"first_stream", "hello", "sse_clock"} <= set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_listens_is_healthy_and_leaves_with_0(name):
    assert (BUILD / "examples" / name).exists(), "no build file names it"
    with served(f"examples/{name}") as server:
        assert server.ask("/nothing/is/here")[0] == 404


def test_the_server_of_the_README_streams():
    with served("examples/first_stream") as server:
        said = server.read_until("/events", "data: 1")
        assert said[0] == ":"
        assert "data: 0" in said
