"""At the limits of connections and of descriptors, accepting pauses."""

import contextlib
import os

import pytest

from client import request
from deadline import Deadline


@pytest.fixture(autouse=True)
def no_reports_for_want_of_descriptors(monkeypatch):
    """A server that may open no file finds no names for its stacks, so the
    thread sanitizer does not see which of its reports are suppressed; and no
    pipe, by which the undefined behaviour sanitizer asks whether an object it
    has not met yet can be read, so it takes that for something else."""
    for variable, more in [("TSAN_OPTIONS", "report_bugs=0"),
                           ("UBSAN_OPTIONS", "halt_on_error=0:print_summary=0")]:
        if options := os.environ.get(variable):
            monkeypatch.setenv(variable, f"{options}:{more}")


def test_at_the_limit_accepting_pauses_and_goes_on(start):
    server = start("--limits.connections=5")
    with contextlib.ExitStack() as stack:
        first = [stack.enter_context(server.connect()) for _ in range(5)]
        for client in first:
            assert client.ask("/health").body == b"ok"
        late = [stack.enter_context(server.connect()) for _ in range(3)]
        for client in late:
            client.send(request("/number/1"))
        # Those who are in are served, those who are not wait.
        for client in first:
            assert client.ask("/health").body == b"ok"
        for client in late:
            client.socket.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.socket.recv(1)
        for client in first:
            client.socket.close()
        for client in late:
            assert client.read_response().body == b"1"


def test_streams_count_as_connections(start):
    server = start("--limits.connections=3")
    with contextlib.ExitStack() as stack:
        open_ = [stack.enter_context(server.connect()) for _ in range(3)]
        for client in open_:
            client.open_stream("/silent")
        late = stack.enter_context(server.connect())
        late.send(request("/health"))
        open_[0].socket.close()
        assert late.read_response().body == b"ok"


def test_out_of_descriptors_it_waits_and_recovers(start):
    server = start()
    with contextlib.ExitStack() as stack:
        server.limit_files(server.open_files() + 5)
        clients = [stack.enter_context(server.connect()) for _ in range(12)]
        for client in clients:
            client.send(request("/number/1"))
        served = clients[:5]
        for client in served:
            assert client.read_response().body == b"1"
            assert client.ask("/health").body == b"ok"
        for client in served:
            client.socket.close()
        # The others had to wait until the first were gone.
        for client in clients[5:10]:
            assert client.read_response().body == b"1"
            client.socket.close()
        for client in clients[10:]:
            assert client.read_response().body == b"1"
    assert server.ask("/health").body == b"ok"


def test_without_a_single_descriptor_or_client_it_recovers(start):
    server = start()
    # The client that asked whether it is ready has gone.
    idle = Deadline(5).until(server.open_files,
                             lambda count: count <= server.idle_files)
    server.limit_files(idle)
    with server.connect() as client:
        client.send(request("/number/1"))
        Deadline(5).until(lambda: server.errors,
                          lambda errors: "accepting pauses" in errors)
        server.limit_files(idle + 100)
        assert client.read_response().body == b"1"


@pytest.mark.parametrize("threads", [1, 2])
def test_a_flood_of_clients_at_the_end_of_descriptors_is_served(
        start, threads):
    server = start(f"--io-threads={threads}")
    server.limit_files(server.open_files() + 20)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(server.connect(30))
                   for _ in range(100)]
        for client in clients:
            client.send(request("/health", fields=[("Connection", "close")]))
        for client in clients:
            assert client.read_response().body == b"ok"
            client.socket.close()
