"""Nothing a capture holds reaches the terminal as anything but text, in no pane there is."""

import re
import time
from pathlib import Path
from typing import Final

import pytest

from scaptui.escaping import one_line
from tests.screens.hostile import NAMES, hostile_capture
from tests.screens.terminal import Terminal

# All that the viewer has to tell a terminal: where, in which style, what to erase and to move,
# which modes. No string sequences (titles, clipboard), no control characters.
_OURS: Final = re.compile(
    r"\x1b\[(?:\d*(?:;\d+)?[CHKLMXr]|2J|[\d;]*m|\?(?:7|25|1000|1004|1006|1049|2004|2026)[hl]|\?2026\$p)"
)
# Every pane: keys, and what stands on the screen then.
_WALK: Final = (
    ("the list", ("j" * 40, "page_up", "home"), "NUM"),
    ("raw rows", ("D", "j" * 20, "end", "home", "D"), "NUM"),
    ("times and searches", ("t", "e", "e", "o", "/", "x", "enter", "n"), "NUM"),
    ("columns", ("C", "jjjjjj", "/", "name", "enter", "space", "space", "q"), "NUM"),
    ("details", ("home", "i", "enter", "l", "j" * 30, "z", "k" * 10, "z", "escape"), "NUM"),
    ("the rows with details", ("j" * 20,), "NUM"),
    ("bytes", ("i", "4G", "X", "X", "X", "tab", "j", "z", "z", "escape"), "NUM"),
    ("values typed", ("f", "container.name=", "tab", "down", "down", "escape"), "NUM"),
    ("names typed", ("f", "ctrl+u", "proc.name=", "tab", "tab", "enter"), "proc.name="),
    ("a filter of nothing", ("f", "ctrl+u", "proc.name=nobody", "enter"), "0 of "),
    ("why", ("j", "j", "k"), "events"),
    ("no filter", ("f", "ctrl+u", "enter"), "none"),
    ("values as clauses", ("home", "l", "l", "l", '"'), " of "),
    ("why that", ("w", "j", "j"), "have the field"),
    ("no clause", ("f", "ctrl+u", "enter"), "none"),
    ("a stream", ("4G", "s", "X", "X", "X", "o", "G"), "+TIME"),
    ("its request", ("t", "j"), "request"),
    ("the list again", ("q", "q"), "NUM"),
    ("failures", ("!", "j", "G"), "COUNT"),
    ("threads compared", ("q", "home", "B", "G", "B"), "diff"),
    ("back", ("q",), "NUM"),
    ("help", ("?", "a", "down", "escape", "escape"), "NUM"),
    ("commands", (":", "na", "down", "escape", "escape"), "NUM"),
    ("marks", ("home", "m", "j", "m", "u", "U", "M", "x", "enter"), "called x"),
    ("bookmarks", ("'", "j", "2", "space", "k"), "bookmarks"),
    ("a note", ("a", "typed", "enter", "there", "\x13", "tab", "q"), "NUM"),
    ("what to copy", ("c",), "capitals: to a file"),
    ("nothing", ("escape",), "NUM"),
    ("colours", ("L",), "colours"),
    ("their rules", ("\x1bl", "j", "space", "q"), "NUM"),
    ("the tree", ("6G", "p"), "PROCESS"),
    ("all of the tree", ("*", "j" * 20, "k" * 5, "t", "S", "S", "t", "space", "]", "."), "PROCESS"),
    ("its files", ("l", "tab", "j", "q"), "PROCESS"),
    ("its environment", ("e", "tab", "j", "G", "q"), "PROCESS"),
    ("help of the tree", ("?", "fo", "down", "escape", "escape"), "PROCESS"),
    ("the events of a process", ("home", "d"), "NUM"),
)
# As terminals send it that can tell it from the beginning of another key: nothing has to be waited
# for, and no key behind it becomes part of it however busy the machine is.
_ESCAPE: Final = "\x1b[27u"
SHORT: Final = [name for kind, name in NAMES.items() if kind != "long"]
LONG: Final = [NAMES["long"]]


def opened(capture: Path, size: tuple[int, int], *words: str) -> Terminal:
    terminal = Terminal("open", capture, "--utc", *words, size=size)
    terminal.wait_for("complete")
    terminal.settle()
    return terminal


def walk(terminal: Terminal) -> None:
    for pane, keys, seen in _WALK:
        began = time.monotonic()
        for key in keys:
            if key == "tab":
                terminal.read(0.1)  # values have been found
            terminal.keys(_ESCAPE if key == "escape" else key)
        # A page that is opened for the first time is loaded first, on a busy machine not at once.
        terminal.wait_for(seen, seconds=12)
        while terminal.read(0.1):
            pass
        shown = "\n".join(terminal.text)
        assert seen in shown, f"{pane}\n{shown}"
        assert time.monotonic() - began < 12, pane


def assert_inert(received: bytes) -> None:
    text = _OURS.sub("", received.decode())
    assert [c for c in text if not c.isprintable()] == []
    assert one_line(text) == text


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("names", [SHORT, LONG], ids=["short", "long"])
def test_every_pane_shows_it_as_text(
    names: list[bytes], size: tuple[int, int], tmp_path: Path
) -> None:
    with opened(hostile_capture(tmp_path / "hostile.scap", *names), size) as terminal:
        walk(terminal)
        terminal.keys("q")
        assert terminal.wait() == 0
        assert_inert(terminal.received)


def test_ascii_is_ascii_whatever_is_shown(tmp_path: Path) -> None:
    capture = hostile_capture(tmp_path / "hostile.scap", *SHORT)
    with opened(capture, (160, 45), "--ascii") as terminal:
        walk(terminal)
        assert terminal.received.isascii()


def test_markup_is_shown_letter_by_letter(tmp_path: Path) -> None:
    capture = hostile_capture(tmp_path / "hostile.scap", NAMES["markup"])
    with opened(capture, (160, 45)) as terminal:
        for pane in ("", "p", "e"):
            terminal.keys(pane)
            terminal.settle()
            assert "[bold red]markup[/]" in "\n".join(terminal.text)


def test_the_name_of_a_file_is_text_too(tmp_path: Path) -> None:
    name = "a\x1b]0;owned\x07\u202e[red]b.scap"
    capture = hostile_capture(tmp_path / name, b"cat")
    with opened(capture, (160, 45)) as terminal:
        assert terminal.text[0].startswith(r" a\x1b]0;owned\x07\u{202e}[red]b.scap ")
        terminal.keys("p", "?")
        terminal.settle()
        assert_inert(terminal.received)
