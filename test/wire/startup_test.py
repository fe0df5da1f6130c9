"""What goes wrong before the first request, and what a start says."""

import socket

import pytest

from server_process import SERVER, running


def one_line(errors):
    """The one clear line that a failed start says."""
    lines = errors.splitlines()
    assert len(lines) == 1, errors
    assert lines[0].startswith("error: ")
    return lines[0]


def test_a_taken_port_is_named(fail_to_start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, errors = fail_to_start(f"--port={port}", "--address=127.0.0.1")
        assert code != 0
        assert str(port) in one_line(errors)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_port_taken_by_another_server_is_not_shared(
        start, fail_to_start, threads):
    option = f"--io-threads={threads}"
    port = start(option).address[1]
    code, errors = fail_to_start(option, f"--port={port}")
    assert code != 0
    assert str(port) in one_line(errors)


@pytest.mark.parametrize("arguments, word", [
    (["--colour=red"], "colour"), (["--port=red"], "port"),
    (["--port=70000"], "port"), (["--port=-1"], "port"),
    (["--log-level=loud"], "loud"), (["--address=nowhere"], "nowhere"),
    (["--limits.head-timeout=soon"], "head-timeout"),
    (["--outbox.bytes=0"], "outbox"),
    (["--config-file=/nonexistent/lungo.ini"], "/nonexistent/lungo.ini")])
def test_a_bad_option_is_named(fail_to_start, arguments, word):
    code, errors = fail_to_start("--port=0", *arguments)
    assert code != 0
    assert word in one_line(errors)


def test_an_argument_nobody_knows_is_named(fail_to_start):
    code, errors = fail_to_start("--port=0", "extra")
    assert code != 0
    assert "extra" in one_line(errors)


def test_ambiguous_routes_are_named(fail_to_start):
    code, errors = fail_to_start("ambiguous", "--port=0")
    assert code != 0
    line = one_line(errors)
    assert "/number/:n" in line and "/number/:other" in line


@pytest.mark.parametrize("text", ["][", "port = \"red\"", "colour = 3 4"])
def test_a_bad_config_file_is_named(fail_to_start, tmp_path, text):
    file = tmp_path / "bad.ini"
    file.write_text(text + "\n")
    code, errors = fail_to_start("--port=0", f"--config-file={file}")
    assert code != 0
    one_line(errors)


def test_settings_come_from_a_file_and_the_command_line_wins(
        start, tmp_path):
    file = tmp_path / "good.ini"
    file.write_text("[limits]\nbody-bytes = 10\nhead-fields = 3\n")
    server = start(f"--config-file={file}", "--limits.head-fields=5")
    assert server.ask("/echo", "POST", body=b"x" * 11).status == 413
    assert server.ask("/health", fields=[("A", "b")] * 4).status == 200
    assert server.ask("/health", fields=[("A", "b")] * 5).status == 431


def test_a_duration_may_stand_in_the_file(start, tmp_path):
    file = tmp_path / "good.ini"
    file.write_text("[limits]\nhead-timeout = 200ms\n")
    server = start(f"--config-file={file}")
    with server.connect() as client:
        client.send(b"GET ")
        assert client.read_response().status == 408


def test_help_names_the_options_and_starts_nothing(fail_to_start):
    code, errors = fail_to_start("--help")
    assert (code, errors) == (0, "")


def test_a_server_listens_on_ipv6(start):
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 on this machine")
    server = start("--address=::1")
    assert server.address[0] == "::1"
    assert server.ask("/number/6").body == b"6"


def test_a_port_that_was_just_left_can_be_taken_again(start):
    with running(SERVER) as first:
        port = first.address[1]
        # The server closes first, so its side is the one that waits.
        client = first.connect()
        first.send_signal()
        assert client.is_closed()
        client.socket.close()
        assert first.wait(15) == 0
    again = start(f"--port={port}")
    assert again.address[1] == port


def test_many_io_threads_share_a_port(start):
    server = start("--io-threads=4")
    for n in range(40):
        assert server.ask(f"/number/{n}").body == b"%d" % n
