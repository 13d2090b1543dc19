"""Whatever a program was called or wrote, no pane lets it reach the terminal or push its lines."""

from pathlib import Path

import pytest

from scaptui._core import Capture, Event, Writer
from scaptui.demo.recorder import Recorder
from scaptui.views.cells import Line, in_ascii, line_text, line_width
from scaptui.views.details import DetailsModel
from scaptui.views.event_list import EventListModel
from scaptui.views.payload import FORMS, Dump, Payload
from scaptui.views.status import Counts, CursorFacts, FileFacts, cursor_line, file_line, filter_line
from tests.views.listing import UTC, event_list, read

AT = 1_795_336_996 * 10**9
NAMES = [
    b"\x1b]0;owned\x07\x1b[2J",
    b"[bold red]markup[/] [@click=app.quit]x[/]",
    "a\u202egpj.exe\u200b\u2028\ufeff".encode(),
    b"\xff\xfe\x9b31m",
    "漢字e\u0301👨\u200d👩".encode(),
    b"new\nline\r\ttab",
    b"",
    b"A" * 60_000,
    "é".encode() * 32_000,
]


@pytest.fixture(scope="module", params=range(len(NAMES)))
def capture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Capture:
    name = NAMES[request.param]
    path: Path = tmp_path_factory.mktemp("hostile") / "hostile.scap"
    writer = Writer(str(path))
    writer.machine(cpus=1, memory=1 << 30, host=name[:200], boot_ns=AT)
    writer.user(uid=7, gid=7, name=name[:200], home=name[:200], shell=name[:200])
    entry: dict[str, int | bytes | list[bytes]] = {
        "tid": 9,
        "pid": 9,
        "ptid": 1,
        "vtid": 9,
        "vpid": 9,
        "uid": 7,
        "comm": name[:200],
        "exe": name[:200],
        "args": [name, b"x"],
        "cwd": name[:200],
    }
    writer.process(entry)
    writer.descriptor(9, {"fd": 4, "type": "file", "name": name[:200], "flags": 1, "ino": 2})
    recorder = Recorder()
    recorder.exit("openat", AT, 9, 0, {"fd": -2, "dirfd": -100, "name": name})
    recorder.exit("openat", AT + 1_000, 9, 0, {"fd": 3, "dirfd": -100, "name": name})
    recorder.exit("write", AT + 2_000, 9, 0, {"res": len(name), "data": name})
    recorder.exit("close", AT + 3_000, 9, 0, {"res": 0, "fd": 4})
    recorder.write_to(writer)
    writer.close()
    return read(path)


def inert(line: Line, cells: int) -> None:
    text = line_text(line)
    assert line_width(line) == cells
    assert all(c.isprintable() or c == "\u0301" for c in text), text
    assert in_ascii(text).isascii()
    assert len(in_ascii(text)) == cells


def lists(capture: Capture, cells: int) -> list[EventListModel]:
    return [event_list(capture, cells=cells, height=10, raw=raw) for raw in (False, True)]


@pytest.mark.parametrize("cells", [40, 60, 80, 108, 200])
def test_rows_are_inert_and_keep_their_width(capture: Capture, cells: int) -> None:
    for model in lists(capture, cells):
        assert model.rows == 4
        for row in model.lines():
            inert(row.line, cells)


@pytest.mark.parametrize("cells", [51, 80])
def test_details_are_inert_and_keep_their_width(capture: Capture, cells: int) -> None:
    model = DetailsModel(capture, UTC)
    model.unfolded = True
    model.resize(cells, 1_000)
    for number in (1, 2, 3, 4):
        model.show(number)
        for line in model.visible():
            inert(line, cells)


def test_bytes_are_inert_and_keep_their_width(capture: Capture) -> None:
    found = Event(capture, 3).payload()
    assert found is not None
    for form in FORMS:
        dump = Dump(Payload(*found), form, 80)
        for line in dump.lines(0, min(dump.rows, 200)):
            inert(line, 80)


def test_the_frame_is_inert_and_keeps_its_width(capture: Capture) -> None:
    facts = FileFacts.of(capture)
    for name in NAMES:
        text = name.decode("utf-8", "replace")
        inert(filter_line(text, Counts(1, 2, complete=True), 80), 80)
    for cells in (60, 80, 160):
        inert(file_line(facts, "events", UTC, cells), cells)
        for number in (1, 2, 3, 4):
            event = Event(capture, number)
            told = CursorFacts(event.call, event.lineage(), event.arguments())
            inert(cursor_line(told, cells), cells)
