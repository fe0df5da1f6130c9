"""Bodies of any size in flat memory. The figure of the acceptance is that of
LUNGO_BODY_MIB=1024; by default each is 64 MiB, so that a change can pay it."""

import itertools
import os

from bodies import (Body, chunk, chunked, exchange, promised,
                    send_until_blocked)
from client import request
from deadline import SLOWNESS
from response import Chunks

MIB = 1024 * 1024
SIZE = int(os.environ.get("LUNGO_BODY_MIB", "64")) * MIB
PATIENCE = 60 + SIZE / MIB / 5  # Seconds.
PIECE = b"x" * 65536
ALLOWED = 6 * MIB  # Buffers of the allocator, one for each of its threads.


class Memory:
    """How far the server's grows while a body is on its way."""

    def __init__(self, server):
        self.server = server
        # What is needed once, for whatever comes.
        with server.connect() as client:
            client.ask("/body/count", "POST", body=PIECE * 4)
        with server.connect() as client:
            client.ask(f"/body/promised?n={MIB}&push={MIB}")
        self.before = self.most = server.resident_bytes()
        self.octets = 0

    def passed(self, count):
        """So many octets more; looks once for each MiB."""
        before, self.octets = self.octets, self.octets + count
        if before // MIB != self.octets // MIB:
            self.look()

    def look(self):
        self.most = max(self.most, self.server.resident_bytes())

    def check(self):
        grown = self.most - self.before
        print(f"grew by {grown / MIB:.1f} MiB over {self.octets / MIB:.0f} MiB")
        if SLOWNESS == 1:  # A sanitizer keeps what was freed.
            assert grown < ALLOWED


def upload(client, memory, pieces):
    for piece in pieces:
        client.send(piece)
        memory.passed(len(piece))


def pieces_of(size):
    return itertools.repeat(PIECE, size // len(PIECE))


def read_all(body, memory):
    while body.step():
        memory.passed(len(body.octets))
        assert body.octets.count(b"x") == len(body.octets)
        body.octets = b""
    assert body.whole
    assert body.came == SIZE


def test_an_upload_to_a_reader_is_held_nowhere(start):
    server = start()
    memory = Memory(server)
    with server.connect(PATIENCE) as client:
        client.send(promised("/body/count", SIZE))
        upload(client, memory, pieces_of(SIZE))
        assert b'"octets": %d,' % SIZE in client.read_response().body
    memory.check()


def test_an_upload_by_chunks_is_held_nowhere(start):
    server = start()
    memory = Memory(server)
    with server.connect(PATIENCE) as client:
        client.send(chunked("/body/count")[:-len(chunk(b""))])
        upload(client, memory, map(chunk, pieces_of(SIZE)))
        client.send(chunk(b""))
        assert b'"octets": %d,' % SIZE in client.read_response().body
    memory.check()


def test_an_upload_waits_for_a_reader_that_waits(start):
    server = start()
    memory = Memory(server)
    with server.connect(PATIENCE) as client:
        client.send(promised("/body/paused?gate=one", SIZE))
        body = Body(client)
        sent = send_until_blocked(client, SIZE)
        memory.look()
        server.ask("/body/open?gate=one")
        upload(client, memory, pieces_of(SIZE - sent))
        client.send(b"x" * ((SIZE - sent) % len(PIECE)))
        assert body.read_to_end() == b"%d" % SIZE
    memory.check()


def test_a_download_is_held_nowhere(start):
    server = start()
    memory = Memory(server)
    with server.connect(PATIENCE) as client:
        client.send(request(f"/body/promised?n={SIZE}&push={SIZE}"))
        read_all(Body(client), memory)
    memory.check()


def test_a_file_is_held_nowhere(file, start):
    with file.open("wb") as f:
        f.writelines(pieces_of(SIZE))
    server = start()
    memory = Memory(server)
    with server.connect(PATIENCE) as client:
        client.send(request("/body/file"))
        read_all(Body(client), memory)
    memory.check()
    file.unlink()


def test_a_download_waits_for_a_client_that_waits(start):
    server = start()
    memory = Memory(server)
    with server.connect(PATIENCE, receive_buffer=4096) as client:
        client.send(request(f"/body/promised?n={SIZE}&push={SIZE}"))
        body = Body(client)
        # Others go on, however long this one takes.
        for n in range(100):
            assert server.ask(f"/number/{n}").status == 200
            memory.look()
        read_all(body, memory)
    memory.check()


def test_what_is_sent_back_at_once_is_held_nowhere(start):
    server = start()
    memory = Memory(server)
    chunks, came = Chunks(), 0
    with server.connect(PATIENCE) as client:
        client.send(promised("/body/echo", SIZE))
        client.read_head()

        def take(octets):
            nonlocal came
            came += len(chunks.feed(octets))
            memory.passed(len(octets))
            return chunks.over
        exchange(client, pieces_of(SIZE), take)
    assert came == SIZE
    memory.check()
