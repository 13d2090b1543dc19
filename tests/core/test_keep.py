"""Captures of which only the newest events are kept."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import captures
from scaptui import _core

EVENTS = 1_600_000


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keep") / "long.scap"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SCAPTUI_CAPTURES", raising=False)
        captures.build_plain(path, EVENTS)
    return path


@pytest.fixture
def kept(stream: Path, tmp_path: Path) -> Iterator[_core.Capture]:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(stream.read_bytes()))
    writer.start()
    capture = _core.Capture([str(fifo)], keep=20_000_000)
    while not capture.wait(1000).done:
        pass
    writer.join()
    yield capture
    capture.close()


def numbers(capture: _core.Capture) -> list[int]:
    printer = _core.Printer(capture, None, "*%evt.num")
    text = b""
    while not printer.done:
        text += printer.step(1000)
    return [int(line) for line in text.split()]


def test_the_oldest_events_go_and_the_newest_stay(kept: _core.Capture) -> None:
    progress = kept.progress()
    assert EVENTS * 0.9 < progress.events < EVENTS * 1.1
    assert progress.first > EVENTS / 3
    found = numbers(kept)
    assert (found[0], found[-1]) == (progress.first, progress.events)
    assert len(found) == progress.shown


def test_what_is_kept_is_as_it_was(kept: _core.Capture, stream: Path) -> None:
    whole = _core.Capture([str(stream)])
    while not whole.wait(1000).done:
        pass
    rows = _core.Selection(kept, None)
    while not rows.step(1000).done:
        pass
    number = rows.number(rows.progress().rows // 2)
    assert number is not None
    assert number > kept.progress().first
    fields = ["evt.rawtime", "evt.reltime", "evt.type", "proc.name", "fd.name", "evt.args"]
    all_rows = _core.Selection(whole, None)
    while not all_rows.step(1000).done:
        pass
    mine, theirs = rows.row(number), all_rows.row(number)
    assert mine < theirs
    assert rows.texts(mine, mine + 40, fields, "UTC") == all_rows.texts(
        theirs, theirs + 40, fields, "UTC"
    )


def test_a_selection_lets_rows_go_with_their_events(stream: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_bytes(stream.read_bytes()))
    writer.start()
    capture = _core.Capture([str(fifo)], keep=20_000_000)
    rows = _core.Selection(capture, None)
    while not rows.step(1).done:
        assert rows.progress().rows <= capture.progress().events
    writer.join()
    first = rows.number(0)
    assert first is not None
    assert first >= capture.progress().first > 1
    assert rows.progress().rows < EVENTS / 2
    assert rows.row(1) == 0
    capture.close()


def test_without_a_bound_all_stay(stream: Path) -> None:
    capture = _core.Capture([str(stream)])
    while not capture.wait(1000).done:
        pass
    assert capture.progress().first == 1
