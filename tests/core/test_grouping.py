"""Groups of events have the counts, sums and extremes that a plain look at each event finds."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from scaptui._core import Capture, CoreError, Filter, Grouping
from tests.core.asking import PATIENCE_MS, compiled, opened, printed
from tests.core.building import Building

Column = tuple[str, str | None, str]
KEYS = [
    ["proc.name"],
    ["proc.name", "proc.pid"],
    ["evt.type"],
    ["evt.res", "evt.type", "proc.name"],
    ["fd.name", "fd.l4proto"],
    ["thread.tid"],
    ["evt.num"],
    ["fd.name|fs.path.name"],
]
COLUMNS: list[Column] = [
    ("count", None, ""),
    ("count", None, "evt.dir=<"),
    ("failed", None, ""),
    ("sum", "evt.buflen", ""),
    ("sum", "evt.buflen.in", ""),
    ("sum", "evt.buflen.file.out", ""),
    ("sum", "evt.latency", "evt.dir=<"),
    ("min", "evt.rawtime", ""),
    ("max", "evt.latency", ""),
    ("max", "thread.pfminor", ""),
    ("distinct", "proc.pid", ""),
    ("distinct", "fd.name", "evt.dir=<"),
    ("first", "evt.type", ""),
    ("last", "proc.cmdline", ""),
    ("last", "fd.name|fs.path.name", ""),
]


def grouped(
    capture: Capture, keys: Sequence[str], columns: Sequence[Column], text: str = ""
) -> dict[tuple[Any, ...], list[Any]]:
    asked = [(word, field, compiled(among)) for word, field, among in columns]
    grouping = Grouping(capture, list(keys), asked, compiled(text), "UTC")
    while not grouping.step(PATIENCE_MS)[1]:
        pass
    table = grouping.table([])
    rows = [[_said(cell) for cell in row] for row in table.rows(0, len(table))]
    return {tuple(row[: len(keys)]): row[len(keys) :] for row in rows}


def _said(cell: int | bytes | None) -> int | str | None:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell


def plainly(
    capture: Capture, keys: Sequence[str], columns: Sequence[Column], text: str = ""
) -> dict[tuple[Any, ...], list[Any]]:
    """The same, event by event, out of what is printed."""
    names = {name for each in (*keys, *(c[1] for c in columns)) for name in (each or "").split("|")}
    fields = sorted({*(name for name in names if name), "evt.num", "evt.failed"})
    lines = printed(capture, ",".join(fields), text, kind="jsonl").splitlines()
    events = [json.loads(line) for line in lines]
    among = {
        text: {json.loads(n)["evt.num"] for n in _numbers(capture, text)} for _, _, text in columns
    }

    def value(event: dict[str, Any], field: str) -> Any:
        found = (event[name] for name in field.split("|"))
        return next((each for each in found if each is not None), None)

    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for event in events:
        key = tuple(value(event, each) for each in keys)
        if key[0] is not None:
            groups.setdefault(key, []).append(event)

    def told(group: list[dict[str, Any]], column: Column) -> Any:
        word, field, text = column
        some = [event for event in group if not text or event["evt.num"] in among[text]]
        values = [value(event, field) for event in some] if field else []
        known = [each for each in values if each is not None]
        if field == "evt.latency":
            known = [each for each in known if each]
        tellers: dict[str, Callable[[], Any]] = {
            "count": lambda: len(some),
            "failed": lambda: sum(event["evt.failed"] is True for event in some),
            "sum": lambda: sum(known),
            "min": lambda: min(known, default=None),
            "max": lambda: max(known, default=None),
            "distinct": lambda: len(set(known)),
            "first": lambda: value(group[0], field or ""),
            "last": lambda: value(group[-1], field or ""),
        }
        return tellers[word]()

    return {key: [told(group, column) for column in columns] for key, group in groups.items()}


def _numbers(capture: Capture, text: str) -> list[bytes]:
    return printed(capture, "evt.num", text, kind="jsonl").splitlines()


@pytest.mark.parametrize("keys", KEYS, ids=" ".join)
@pytest.mark.parametrize("text", ["", "evt.failed=true", "proc.name=nginx and evt.dir=<"])
def test_groups_are_what_each_event_adds_up_to(bundled: Path, keys: list[str], text: str) -> None:
    capture = opened(bundled)
    assert grouped(capture, keys, COLUMNS, text) == plainly(capture, keys, COLUMNS, text)


def test_old_captures_with_enter_events_too(real: Callable[[str], Path]) -> None:
    capture = opened(real("502Error.scap"))
    columns = [column for column in COLUMNS if column[1] != "thread.pfminor"]
    for keys in (["proc.name"], ["fd.name"], ["evt.type"]):
        assert grouped(capture, keys, columns) == plainly(capture, keys, columns)


def test_rows_stand_in_the_order_that_was_asked_for(bundled: Path) -> None:
    grouping = Grouping(opened(bundled), ["evt.type"], [("count", None, None)], None)
    while not grouping.step(PATIENCE_MS)[1]:
        pass
    table = grouping.table([(1, True)])
    rows: list[Any] = table.rows(0, len(table))
    assert rows == sorted(rows, key=lambda row: (-row[1], row[0]))
    table.sort([(0, True)])
    names = [row[0] for row in table.rows(0, len(table))]
    assert names == sorted((row[0] for row in rows), reverse=True)
    place = table.find([b"openat"])
    assert place is not None
    assert table.rows(place, place + 1)[0][0] == b"openat"
    assert table.find([b"no such call"]) is None


def test_totals_are_over_all_rows(bundled: Path) -> None:
    capture = opened(bundled)
    asked: list[tuple[str, str | None, Filter | None]] = [
        ("count", None, None),
        ("max", "evt.latency", None),
    ]
    grouping = Grouping(capture, ["evt.type"], asked, None)
    while not grouping.step(PATIENCE_MS)[1]:
        pass
    assert grouping.table([]).totals() == [None, capture.count(None), None]


def test_a_row_knows_its_events(bundled: Path) -> None:
    capture = opened(bundled)
    grouping = Grouping(capture, ["evt.type"], [], None)
    while not grouping.step(PATIENCE_MS)[1]:
        pass
    table = grouping.table([])
    for at, (name,) in enumerate(table.rows(0, len(table))):
        assert isinstance(name, bytes)
        found = [json.loads(n)["evt.num"] for n in _numbers(capture, f"evt.type={name.decode()}")]
        assert table.events(at) == (len(found), found[0], found[-1])


def test_it_grows_while_the_capture_is_read(tmp_path: Path) -> None:
    building = Building(tmp_path / "growing.scap")
    building.process(7)
    for _ in range(200_000):
        building.exit(7, "close", res=0, fd=3)
    capture = Capture([str(building.close())])
    grouping = Grouping(capture, ["proc.pid"], [("count", None, None)], None)
    before, done = 0, False
    while not done:
        _, done = grouping.step(1)
        rows = grouping.table([]).rows(0, 1)
        now = rows[0][1] if rows else 0
        assert isinstance(now, int)
        assert before <= now <= 200_000
        before = now
    assert before == 200_000


def test_what_is_no_field_or_aggregate_is_refused(bundled: Path) -> None:
    capture = opened(bundled)
    for keys, word, field in (
        (["proc.nam"], "count", None),
        (["proc.name"], "median", "evt.latency"),
        (["proc.name"], "sum", None),
        (["proc.name"], "sum", "evt.laten"),
    ):
        with pytest.raises(CoreError):
            Grouping(capture, keys, [(word, field, None)], None)
