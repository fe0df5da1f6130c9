"""A typed handle takes no message that its connection does not understand."""

import os
import re
import shlex
import subprocess

import pytest

from deadline import Deadline

COMPILER = shlex.split(os.environ["LUNGO_COMPILER"])
SOURCE = os.environ["LUNGO_TYPED_SEND"]


def compile_typed_send(message):
    return subprocess.run(
        [*COMPILER, "-fsyntax-only", f"-DMESSAGE={message}", SOURCE],
        capture_output=True, text=True, timeout=Deadline(90).left())


@pytest.mark.parametrize("message", [
    "lungo::sse::event{\"hello\"}", "lungo::close_atom_v", "lungo::renew{}",
    "lungo::revoke_atom_v"])
def test_what_a_connection_understands_compiles(message):
    done = compile_typed_send(message)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("message", ["std::string{\"hello\"}", "42"])
def test_any_other_message_does_not_compile(message):
    done = compile_typed_send(message)
    assert done.returncode != 0
    # Not for a missing header or a slip of the file itself.
    assert re.search("static.assert(ion)? failed", done.stderr), done.stderr
    assert "does not accept" in done.stderr
