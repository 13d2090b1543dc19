"""Whatever ends the viewer, the shell gets its terminal back: cooked, visible, without modes."""

import os
import signal
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.screens.terminal import Terminal

BACK = b"\x1b[?1049l"
# Modes that are switched on have to be off afterwards: mouse, focus, paste; the cursor on again.
SWITCHED = (b"1000", b"1006", b"1004", b"2004", b"1049")

PANIC = """
class Panic(BaseException):
    '''As a panic of the core: no Exception.'''
def broken(*_): raise Panic('broken \\x1b[31m')
"""
DEFECTS: Mapping[str, tuple[str, str]] = {
    "a panic while a key is handled": (
        "from scaptui.widgets.event_list import EventList\nEventList.action_time = broken",
        "t",
    ),
    "a panic while lines are made": (
        "from scaptui.widgets.process_tree import ProcessTree\nProcessTree.make_lines = broken",
        "p",
    ),
    "a panic beside the screen": (
        "from scaptui.views.process_snapshot import Snapshot\nSnapshot.take = broken",
        "p",
    ),
    "a panic beside the main screen": (
        "from scaptui.screens import background\nbackground.Streaming.step = broken",
        "fproc.name=x",
    ),
    "a defect where keys are read": (
        "from scaptui import driver\n"
        "class Reader(driver.XTermParser):\n"
        "    def feed(self, data):\n"
        "        if data == 't': raise ValueError('broken \\x1b[31m')\n"
        "        return super().feed(data)\n"
        "driver.XTermParser = Reader",
        "t",
    ),
}


def opened(capture: Path) -> Terminal:
    terminal = Terminal("open", capture, "--utc")
    terminal.wait_for("complete")
    terminal.settle()
    return terminal


def assert_given_back(terminal: Terminal) -> None:
    local = termios.tcgetattr(terminal.master)[3]
    assert local & termios.ECHO
    assert local & termios.ICANON
    assert local & termios.ISIG
    for mode in SWITCHED:
        on, off = (terminal.received.rfind(b"\x1b[?" + mode + end) for end in (b"h", b"l"))
        assert off > on, mode
    hidden, shown = (terminal.received.rfind(b"\x1b[?25" + end) for end in (b"l", b"h"))
    assert shown > hidden


@pytest.mark.parametrize("defect", DEFECTS)
def test_after_a_defect_there_is_one_line_and_a_log(
    defect: str, crashloop: Path, tmp_path: Path
) -> None:
    change, key = DEFECTS[defect]
    code = (
        f"{PANIC}\n{change}\n"
        "import sys\nfrom scaptui.__main__ import run\n"
        f"sys.argv = ['scaptui', 'open', {str(crashloop)!r}]\nrun()\n"
    )
    program = [sys.executable, "-c", code]
    with Terminal(program=program, env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("complete")
        terminal.settle()
        terminal.keys(key)
        assert terminal.wait() == 70
        assert_given_back(terminal)
        end = terminal.received[terminal.received.rindex(BACK) :]
        assert b"scaptui: internal error: " in end
        assert b"broken" in end
        assert b"\x1b[31m" not in end
        (log,) = (tmp_path / "scaptui").glob("crash-*.log")
        assert log.name.encode() in end.replace(b"\r\n", b"")
        assert "broken" in log.read_text()


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT], ids=lambda n: n.name
)
@pytest.mark.parametrize("keys", ["", "p", "fproc"])
def test_after_a_signal_the_process_ends_as_of_that_signal(
    keys: str, number: signal.Signals, crashloop: Path
) -> None:
    with opened(crashloop) as terminal:
        terminal.keys(keys)
        terminal.settle()
        os.kill(terminal.pid, number)
        assert terminal.wait() == -number
        assert_given_back(terminal)


@pytest.mark.parametrize("keys", ["", "p", "?"])
def test_ctrl_c_twice_quits_from_every_screen(keys: str, crashloop: Path) -> None:
    with opened(crashloop) as terminal:
        terminal.keys(keys)
        terminal.settle()
        terminal.keys("ctrl+c")
        terminal.settle()
        assert BACK not in terminal.received
        terminal.keys("ctrl+c")
        assert terminal.wait() == 0
        assert_given_back(terminal)


def test_a_terminal_that_is_gone_ends_the_viewer(crashloop: Path) -> None:
    terminal = opened(crashloop)
    os.close(terminal.master)
    terminal.master = os.open(os.devnull, os.O_RDONLY)
    with terminal:
        assert terminal.wait() == -signal.SIGHUP


def test_a_terminal_that_takes_no_more_pictures_does_not_keep_the_viewer(crashloop: Path) -> None:
    code = (
        "import errno, sys\n"
        "class Gone:\n"
        "    def __init__(self, file): self.file, self.left = file, 20\n"
        "    def write(self, text):\n"
        "        self.left -= 1\n"
        "        if self.left < 0: raise OSError(errno.EIO, 'gone')\n"
        "        return self.file.write(text)\n"
        "    def __getattr__(self, name): return getattr(self.file, name)\n"
        "sys.__stderr__ = Gone(sys.__stderr__)\n"
        "from scaptui.__main__ import run\n"
        f"sys.argv = ['scaptui', 'open', {str(crashloop)!r}]\nrun()\n"
    )
    with Terminal(program=[sys.executable, "-c", code]) as terminal:
        terminal.wait_for(lambda t: BACK[:2] in t.received)
        for _ in range(60):
            terminal.keys("j")
            terminal.read(0.02)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.wait() == -signal.SIGTERM


@pytest.mark.parametrize("term", ["linux", "vt220"])
def test_a_simple_terminal_gets_no_sequences_it_would_print(term: str, crashloop: Path) -> None:
    with Terminal("open", crashloop, "--utc", env={"TERM": term}) as terminal:
        terminal.wait_for("complete")
        terminal.settle()
        terminal.keys("?")
        terminal.settle()
        terminal.keys("ctrl+c", "ctrl+c")
        terminal.wait()
        assert b"\x1b]" not in terminal.received
        assert b"\x1b[>" not in terminal.received
        assert b"\x1b[<" not in terminal.received
        assert b"$p" not in terminal.received
