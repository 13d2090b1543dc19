"""Signals by their names, to the one process that was chosen."""

import signal
import subprocess

import pytest

from scaptui.capture.signalling import Target, signal_named
from scaptui.errors import Refused


@pytest.mark.parametrize("text", ["TERM", "sigterm", " term ", "15"])
def test_names_and_numbers(text: str) -> None:
    assert signal_named(text) is signal.SIGTERM


@pytest.mark.parametrize("text", ["", "NOSUCH", "99999", "-1", "SIG", "\x1b[2J"])
def test_what_is_no_signal_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is no signal"):
        signal_named(text)


def test_only_the_process_that_was_chosen_is_reached() -> None:
    process = subprocess.Popen(["/bin/cat", "-u"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"executed\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"executed\n"
    target, late = Target(process.pid), Target(process.pid)
    assert target.command == b"cat -u"
    target.send(signal.SIGTERM)
    with process.stdin, process.stdout:
        assert process.wait(10) == -signal.SIGTERM
    with pytest.raises(Refused, match="no such process"):
        late.send(signal.SIGTERM)
    with pytest.raises(Refused, match="cannot be signalled: no such process"):
        Target(process.pid)
