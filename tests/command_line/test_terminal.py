"""What reaches a terminal, a pipe and --raw when a capture holds control characters."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from scaptui import _core
from tests.running import SCAPTUI, Run

HOSTILE = b"/tmp/\x1b[31mred\x9b2J\xc2\x85\xe2\x80\xaetxt\ttab\nline"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture in which a process opens a file with control characters in its name."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.scap"
    row = next(row for row in _core.event_types() if row.name == "openat" and row.id == 307)
    writer = _core.Writer(str(path))
    writer.machine(cpus=1, memory=1 << 30, host=b"h", boot_ns=0)
    writer.process({"tid": 7, "pid": 7, "ptid": 1, "comm": b"\x1b]0;title\x07", "exe": b"x"})
    values = {
        "fd": (3).to_bytes(8, "little"),
        "dirfd": (-100).to_bytes(8, "little", signed=True),
        "name": HOSTILE + b"\0",
        "flags": (1).to_bytes(4, "little"),
        "mode": bytes(4),
        "dev": bytes(4),
        "ino": bytes(8),
    }
    writer.event(10**18, 7, row.id, [values[name] for name, _ in row.parameters])
    writer.close()
    return path


def on_terminal(*words: str | Path) -> bytes:
    """What a terminal receives on standard output."""
    ours, theirs = pty.openpty()
    try:
        subprocess.run([SCAPTUI, *words], stdout=theirs, stderr=subprocess.DEVNULL, check=False)
        os.set_blocking(ours, False)
        received = b""
        while True:
            try:
                received += os.read(ours, 65536)
            except BlockingIOError:
                return received
    finally:
        os.close(ours)
        os.close(theirs)


def controls(data: bytes) -> set[str]:
    text = data.decode("utf-8", "surrogateescape")
    return {c for c in text if c < " " or "\x7f" <= c <= "\x9f" or c in "\u202e\u2066"}


@pytest.mark.parametrize(
    "words",
    [
        ["print"],
        ["print", "-p", "%proc.name %fd.name %evt.args"],
        ["print", "--fields", "proc.name,fd.name,evt.args", "--format", "csv"],
        ["view", "processes"],
        ["report", "summary"],
    ],
    ids=" ".join,
)
def test_a_terminal_gets_no_control_character_of_a_capture(hostile: Path, words: list[str]) -> None:
    command, *rest = words
    kind = [rest.pop(0)] if command == "report" else []
    received = on_terminal(command, *kind, hostile, *rest)
    assert b"x1b" in received
    assert controls(received) <= {"\r", "\n"}


def test_a_pipe_keeps_tabs_and_no_name_begins_a_line(scaptui: Run, hostile: Path) -> None:
    said = scaptui("print", hostile, "-p", "%fd.name")
    assert said.out.startswith("/tmp/\\x1b[31mred\\x9b2J")
    assert "\ttab\\nline\n" in said.out
    assert len(said.lines) == len(scaptui("print", hostile, "-p", "%evt.num %fd.num").lines)
    assert not {"\x1b", "\x9b", "\x85"} & set(said.out)


def test_raw_leaves_all_as_it_is(hostile: Path) -> None:
    done = subprocess.run(
        [SCAPTUI, "print", hostile, "--raw", "-p", "%fd.name"], capture_output=True, check=True
    )
    assert done.stdout == HOSTILE + b"\n"


def test_an_error_that_quotes_the_user_is_escaped(scaptui: Run) -> None:
    said = scaptui("print", "\x1b[31mno-such-file.scap")
    assert said.status == 2
    assert "\x1b" not in said.err
