"""The page that compares: two captures, a selection with the rest, spans, runs, odd ones."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from scaptui import demo
from scaptui.app import ScaptuiApp
from scaptui.capture.opening import open_capture, read_all
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load
from scaptui.views.comparison import Sides
from scaptui.views.differences import Side
from tests.core.building import Building
from tests.screens.app import Viewer, viewer
from tests.screens.hostile import NAMES, hostile_capture

SIZES = [(60, 15), (80, 24), (200, 50)]


def server(path: Path, *, works: bool) -> Path:
    """A server that opens its database, or does not find it and asks another host."""
    building = Building(path)
    building.process(7, "server")
    building.process(8, "client")
    for number in range(3):
        building.exit(7, "openat", fd=3, dirfd=-100, name=f"/var/cache/{number}")
        building.exit(7, "close", res=0, fd=3)
    for _ in range(2):
        building.exit(7, "openat", fd=3 if works else -2, dirfd=-100, name="/var/lib/db.sqlite")
    building.exit(8, "read", res=1, fd=3, size=1, data=b"x")
    return building.close()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return server(tmp_path_factory.mktemp("good") / "good.scap", works=True)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return server(tmp_path_factory.mktemp("bad") / "bad.scap", works=False)


@asynccontextmanager
async def compared(
    first: Path, second: Path, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Viewer]:
    """The viewer as `scaptui diff FIRST SECOND` opens it."""
    ones, twos = (open_capture([str(path)]) for path in (first, second))
    question = Sides(Side(first.name, ones), Side(second.name, twos))
    opened = Opened.of(twos, None, "UTC", sources=[str(second)], question=question)
    app = ScaptuiApp(opened, load("dark"), Terminal())
    async with app.run_test(size=size) as pilot:
        shown = Viewer(app, pilot)
        await shown.until("only in")
        yield shown


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_only_in_the_second_leads(
    good: Path, bad: Path, size: tuple[int, int]
) -> None:
    async with compared(good, bad, size) as shown:
        assert shown.picture[0].endswith(" diff")
        assert shown.picture[1].endswith("good.scap against bad.scap, 2 differ")
        lines = shown.pane("findings")
        assert lines[1] == " ─ only in bad.scap: 1"
        row = lines[2].split()
        assert (row[:2], row[4]) == ([">", "2"], "ENOENT")
        assert lines[3] == " ─ only in good.scap: 1"
        told = shown.pane("told")
        assert bool(told) == (size[1] >= 20)
        if told:
            assert "openat ENOENT /var/lib/db.sqlite" in told[0]
            assert "none among 8 calls of server" in told[1]
            assert "2 calls in 1 of 1 process, events 7 to 8" in told[3]


async def test_enter_shows_its_events_and_backspace_comes_back(good: Path, bad: Path) -> None:
    async with compared(good, bad) as shown:
        await shown.press("enter")
        await shown.until("2 of 9")
        assert "openat" in shown.row
        assert "/var/lib/db.sqlite" in shown.app.screen.filter_text  # type: ignore[attr-defined]
        assert shown.pane("cursor") == [" Backspace goes back to the page"]
        await shown.press("backspace")
        await shown.until("only in")
        assert "filter  none" in shown.picture[1]
        await shown.press("escape")
        assert shown.picture[0].endswith(" events")


async def test_g_goes_to_the_first_event_among_all(good: Path, bad: Path) -> None:
    async with compared(good, bad) as shown:
        await shown.press("g")
        assert shown.row.split()[1:3][-1] in {"7", "!"} or " 7 " in shown.row
        assert "filter  none" in shown.picture[1]


async def test_what_is_only_in_the_first_is_shown_in_its_capture(good: Path, bad: Path) -> None:
    async with compared(good, bad) as shown:
        await shown.press("j", "enter")
        await shown.until("good.scap")
        assert shown.picture[0].startswith(" good.scap")
        assert "7" in shown.row.split()
        await shown.press("question_mark")
        assert shown.picture[0].startswith(" good.scap")
        await shown.press("escape", "q")
        await shown.until("only in")
        assert shown.picture[0].startswith(" bad.scap")
        await shown.press("enter", "backspace")
        await shown.until("only in")


async def test_x_exchanges_the_sides(good: Path, bad: Path) -> None:
    async with compared(good, bad) as shown:
        await shown.press("x")
        await shown.until("bad.scap against good.scap")
        assert shown.pane("findings")[1] == " ─ only in good.scap: 1"


async def test_a_filter_is_compared_with_the_rest_and_with_another(good: Path) -> None:
    async with viewer(good, "proc.name=client") as shown:
        await shown.press("A")
        await shown.until("the rest against proc.name=client")
        assert "read" in shown.pane("findings")[2]
        await shown.press("A")
        await shown.type("evt.type=close")
        await shown.press("enter")
        await shown.until("evt.type=close against proc.name=client")
        await shown.press("A")
        await shown.type("evt.tpe=close")
        await shown.press("enter")
        await shown.until("evt.tpe")
        assert 'there is no field "evt.tpe"' in shown.pane("cursor")[0]
        assert "read" in "".join(shown.pane("findings"))


async def test_another_capture_is_named_on_the_page(good: Path, bad: Path) -> None:
    async with viewer(bad) as shown:
        await shown.press("A")
        await shown.until("no odd one")
        assert "0 odd ones" in shown.picture[1]
        await shown.press("A")
        await shown.type(str(good))
        await shown.press("enter")
        await shown.until("good.scap against bad.scap, 2 differ")


async def test_the_report_is_saved_in_the_form_its_name_says(
    good: Path, bad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with compared(good, bad) as shown:
        await shown.press("M", "enter")
        await shown.until("report written to")
        assert (tmp_path / "bad-diff.md").read_text().startswith("# good.scap against bad.scap")
        for name, begin in (("b.txt", "good.scap against"), ("c.json", "{")):
            await shown.press("M", "ctrl+u")
            await shown.type(name)
            await shown.press("enter")
            await shown.until(f"report written to {name}")
            assert (tmp_path / name).read_text().startswith(begin)


async def test_a_run_that_crashed_is_compared_with_another_of_its_program() -> None:
    async with viewer(Path(demo.__file__).parent / "crashloop.scap.gz") as shown:
        await shown.press("K")
        await shown.until("run 1 of")
        await shown.press("A")
        # Containers, processes and the count of restarts in a name are alike.
        await shown.until("no difference")
        assert "run 2 exit 1 against run 1 exit 1, 0 differ" in shown.picture[1]
        await shown.press("escape")
        assert shown.picture[0].endswith(" crashes")


async def test_two_marks_are_a_span_and_two_spans_are_compared(bad: Path) -> None:
    async with viewer(bad) as shown:
        for number in (1, 6, 7, 8):
            await shown.type(f"{number}G")
            await shown.press("m")
        await shown.press("apostrophe", "home", "space", "j", "A")
        await shown.until("the rest against events 1 to 6")
        assert shown.pane("findings")[1] == " ─ only in events 1 to 6: 2"
        await shown.press("escape", "B")
        assert "with events 1 to 6" in shown.pane("cursor")[0]
        await shown.press("j", "space", "j", "A")
        await shown.until("events 1 to 6 against events 7 to 8")
        assert "/var/lib/db.sqlite" in shown.pane("findings")[2]


async def test_the_odd_one_of_many_is_one_key_away(workers: Path) -> None:
    async with viewer(workers) as shown:
        await shown.press("A")
        await shown.until("1 odd one")
        lines = shown.pane("findings")
        assert lines[1] == " ─ worker 13 of 6 alike: other words in write"
        assert lines[3].strip() == "x: type"
        assert "Enter filters on thread.tid=13" in shown.pane("cursor")[0]
        await shown.press("enter")
        await shown.until("thread.tid=13")
        assert "11" in shown.row.split()


@pytest.mark.parametrize("name", NAMES)
async def test_hostile_names_are_inert(name: str, tmp_path: Path, good: Path) -> None:
    path = hostile_capture(tmp_path / "hostile.scap", NAMES[name])
    read_all(open_capture([str(path)]))
    async with compared(good, path) as shown:
        for line in shown.picture:
            assert line.isprintable()
        await shown.press("c")
        assert all(line.isprintable() for line in shown.picture)
