"""What can be copied of a row, and rows as files."""

import csv
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from scaptui.app import ScaptuiApp
from scaptui.capture.opening import open_capture
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load
from scaptui.views.event_list import EventListModel
from scaptui.views.row_export import KINDS, RowKind, Rows, exported, kind_of
from tests.running import Run
from tests.screens.app import Viewer, on_screen, viewer
from tests.screens.hostile import NAMES, hostile_capture
from tests.views.listing import UTC, event_list, read

EVENT = 220  # an openat that fails


async def at_event(shown: Viewer) -> None:
    await shown.press(*str(EVENT), "G")


async def test_the_menu_tells_what_can_be_copied(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("c")
        assert shown.pane("choice") == [
            " copy  v value  l line  f filter  p command  e export rows  capitals: to a file"
        ]
        await shown.press("x")  # no such thing
        assert shown.pane("choice") != []
        await shown.press("escape")
        assert shown.pane("choice") == []
        assert shown.app.clipboard == ""


async def test_line_filter_and_command(crashloop: Path, scaptui: Run) -> None:
    async with viewer(crashloop, size=(160, 45), keeps=True) as shown:
        await at_event(shown)
        await shown.press("c", "l")
        line = shown.app.clipboard
        assert [line] == scaptui("print", crashloop, "-f", f"evt.num={EVENT}").lines
        await shown.press("c", "p")
        words = shown.app.clipboard
        assert words.startswith("scaptui print ")
        assert words.endswith(f" -f evt.num={EVENT}")
        await shown.press("l", "l", "c", "f")
        assert shown.app.clipboard.startswith("proc.name=")
        assert shown.pane("cursor") == [f" copied {shown.app.clipboard}"]


async def test_a_capital_writes_a_file(
    crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with viewer(crashloop, size=(200, 50)) as shown:
        await at_event(shown)
        await shown.press("c", "L")
        (file,) = (tmp_path / "scaptui").glob("copied-*.txt")
        assert shown.pane("cursor") == [f" written to {file}"]
        assert file.read_text().startswith(f"{EVENT} ")
        assert shown.app.clipboard == ""


async def test_over_a_slow_line_little_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = hostile_capture(tmp_path / "x.scap", b"A" * 10_000)
    async with slow(path) as shown:
        await shown.press("G", "c", "l")
        for _ in range(20):
            if "slow line" in shown.pane("cursor")[0]:
                break
            await shown.press("k", "c", "l")
        assert "bytes are too many for a slow line: written to" in shown.pane("cursor")[0]


@asynccontextmanager
async def slow(path: Path) -> AsyncIterator[Viewer]:
    opened = Opened.of(open_capture([str(path)]), None, "UTC", sources=[str(path)])
    app = ScaptuiApp(opened, load("dark"), Terminal(low_bandwidth=True))
    async with on_screen(app, (200, 50)) as shown:
        await shown.until("complete")
        yield shown


async def test_rows_go_to_a_file_by_its_ending(crashloop: Path, tmp_path: Path) -> None:
    async with viewer(crashloop, "evt.failed=true", size=(160, 45)) as shown:
        rows = shown.app.screen.query_one("#events").model.rows  # type: ignore[attr-defined]
        for ending in KINDS:
            await shown.press("ctrl+e", "ctrl+u")
            await shown.type(f"{tmp_path}/rows.{ending}")
            await shown.press("enter")
            await shown.until("rows written to")
            assert shown.pane("cursor") == [f" {rows} rows written to {tmp_path}/rows.{ending}"]
        text = (tmp_path / "rows.txt").read_text().splitlines()
        assert len(text) == rows + 1
        with (tmp_path / "rows.csv").open() as file:
            table = list(csv.DictReader(file))
        lines = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
        assert len(table) == len(lines) == rows
        assert [line["evt.num"] for line in lines] == [int(row["evt.num"]) for row in table]
        assert (tmp_path / "rows.csv").stat().st_mode & 0o777 == 0o600


async def test_a_file_that_is_there_is_asked_about_by_name(crashloop: Path, tmp_path: Path) -> None:
    target = tmp_path / "rows.csv"
    target.write_text("mine")
    async with viewer(crashloop, size=(160, 45)) as shown:
        for answer, kept in (("n", True), ("y", False)):
            await shown.press("c", "e", "ctrl+u")
            await shown.type(str(target))
            await shown.press("enter")
            assert "rows.csv exists, replace it?" in shown.pane("prompt")[0]
            await shown.type(answer)
            await shown.press("enter")
            if not kept:
                await shown.until("rows written to")
            assert (target.read_text() == "mine") is kept


@pytest.mark.parametrize("name", ["rows.xls", "no/such/folder.csv", "folder.csv"])
async def test_what_cannot_be_written_is_told(name: str, crashloop: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    async with viewer(crashloop, size=(160, 45)) as shown:
        await shown.press("ctrl+e", "ctrl+u")
        await shown.type(str(tmp_path / name))
        await shown.press("enter")
        if name == "folder.csv":
            await shown.type("y")
            await shown.press("enter")
        await shown.rest()
        words = "how? names end in" if name == "rows.xls" else "is not written"
        assert words in shown.pane("cursor")[0]
    assert os.listdir(tmp_path) == ["folder.csv"]  # noqa: PTH208 - nothing waits here


def rows_of(model: EventListModel) -> Rows:
    return Rows(model.selection, model.rows, model.columns, UTC)


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("name", sorted(NAMES))
def test_hostile_values_are_inert_in_every_kind(name: str, raw: bool, tmp_path: Path) -> None:
    path = hostile_capture(tmp_path / "x.scap", NAMES[name], b"=cmd|' /C calc'!A0", b"$(reboot)")
    model = event_list(read(path), cells=160, raw=raw)
    for kind in KINDS:
        text = b"".join(exported(rows_of(model), kind)).decode()
        assert all(line.isprintable() for line in text.splitlines())
        assert text.count("\n") == model.rows + (kind != "jsonl")
    cells = [cell for row in read_csv(model) for cell in row]
    assert any("=cmd" in cell for cell in cells)
    assert not any(cell.startswith(("=", "@", "\t")) for cell in cells)


def read_csv(model: EventListModel) -> list[list[str]]:
    return list(csv.reader(b"".join(exported(rows_of(model), "csv")).decode().splitlines()))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "csv"), ("a.CSV", "csv"), ("a.txt", "txt"), ("a.jsonl", "jsonl"),
     ("a.json", "jsonl"), ("a.ndjson", "jsonl"), ("a", None), ("a.xlsx", None)],
)  # fmt: skip
def test_the_ending_says_what_is_written(name: str, kind: RowKind | None) -> None:
    assert kind_of(Path(name)) == kind


async def test_a_proposed_name_is_shown_whole(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("ctrl+e")
        assert " capture.csv   .txt .csv .jsonl" in shown.pane("prompt")[0]
