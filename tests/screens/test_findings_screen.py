"""Pages of findings in the viewer: failed calls, and threads compared."""

from pathlib import Path

import pytest

from tests.core.building import Building
from tests.screens.app import viewer
from tests.screens.hostile import NAMES, hostile_capture

BAD = 11  # the write that is not as the others are


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three workers that answer, one of them wrongly; and one failure before a bad end."""
    building = Building(tmp_path_factory.mktemp("workers") / "workers.scap")
    for tid in (7, 8, 9):
        building.process(tid, "worker")
        building.descriptor(tid, 4, "file", "/answers")
    building.process(5, "server")
    for tid, word, line in ((7, "a", b"type: x"), (8, "b", b"type: x"), (9, "c", b"x: type")):
        building.exit(tid, "openat", fd=3, dirfd=-100, name=f"/in/{tid}")
        building.exit(tid, "read", res=6, fd=4, size=99, data=b"GET /" + word.encode())
        building.exit(tid, "write", res=7, fd=4, size=7, data=line)
        building.exit(tid, "close", res=0, fd=3)
    building.exit(5, "openat", fd=-2, dirfd=-100, name="/var/lib/db.sqlite")
    building.exit(5, "read", res=-11, fd=3)
    building.happens(5, "procexit", status=256)
    return building.close()


async def test_failures_are_ranked_and_enter_shows_their_events(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.press("exclamation_mark")
        await shown.until("db.sqlite")
        assert shown.picture[0].endswith(" errors")
        assert shown.picture[1].endswith("2 failed calls in 2 groups")
        lines = shown.pane("findings")
        assert lines[1].startswith(" ─ before a bad end")
        assert lines[2].split() == [">", "1", "server", "openat", "ENOENT", "/var/lib/db.sqlite"]
        assert "1 bad end soon after" in shown.pane("cursor")[0]
        assert lines[3].startswith(" ─ waiting")
        await shown.press("j", "enter")
        assert "EAGAIN" in shown.picture[1] or "evt.num=14" in shown.picture[1]
        await shown.press("backspace")
        assert shown.picture[0].endswith(" errors")
        assert any(line.startswith(">") and "EAGAIN" in line for line in shown.pane("findings"))
        await shown.press("k", "enter")
        assert "filter  evt.num=13" in shown.picture[1]


async def test_a_click_selects_a_row_and_headings_are_none(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.press("exclamation_mark")
        await shown.until("db.sqlite")
        for line, selected in ((4, 4), (3, 4), (2, 2), (1, 2)):
            await shown.pilot.click("#findings", offset=(10, line))
            await shown.rest()
            assert shown.pane("findings")[selected].startswith(">")


async def test_where_a_filter_leaves_no_failure_0_drops_it(path: Path) -> None:
    async with viewer(path, "evt.type=close") as shown:
        await shown.press("exclamation_mark")
        await shown.until("no call failed among the events that the filter selects")
        await shown.press("0")
        await shown.until("db.sqlite")
        assert shown.picture[0].endswith(" errors")
        assert shown.picture[1].startswith(" filter  none ")


async def test_g_goes_to_the_first_event_among_all(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.press("exclamation_mark")
        await shown.until("db.sqlite")
        await shown.press("j", "g")
        assert "14" in shown.row.split()
        assert "filter  none" in shown.picture[1]


async def test_a_base_and_another_event_are_compared(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.type("3G")
        await shown.press("B")
        assert "base is event 3" in shown.pane("cursor")[0]
        await shown.type(f"{BAD}G")
        await shown.press("B")
        await shown.until("other words")
        assert shown.picture[0].endswith(" diff")
        assert "worker 9 against worker 7, 3 calls agree" in shown.picture[1]
        lines = shown.pane("findings")
        assert lines[1] == " ─ other words in write"
        assert lines[3].strip() == "x: type"
        assert lines[5].strip() == "type: x"
        await shown.press("enter")
        assert str(BAD) in shown.row


async def test_base_twice_on_one_event_compares_with_all_alike(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.type(f"{BAD}G")
        await shown.press("B", "B")
        await shown.until("from 2 of 2")
        assert "worker 9 against 2 others" in shown.picture[1]


async def test_what_cannot_be_compared_is_said(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.type("13G")
        await shown.press("B")
        await shown.type("15G")
        await shown.press("B")
        await shown.until("one thread")
        assert "both events are of one thread" in shown.pane("findings")[1]
        assert "take events of two threads" in shown.pane("cursor")[0]
        assert "Enter" not in shown.picture[-1]
        assert shown.picture[-1].split()[-1] == "back"


@pytest.mark.parametrize("size", [(60, 15), (40, 10), (200, 50)])
async def test_every_size_has_room(path: Path, size: tuple[int, int]) -> None:
    async with viewer(path, size=size) as shown:
        await shown.press("exclamation_mark")
        await shown.until("─ waiting")
        assert len(shown.picture) == size[1]
        assert any(line.startswith(">") and "ENOENT" in line for line in shown.pane("findings"))


@pytest.mark.parametrize("name", NAMES)
async def test_hostile_names_are_inert(name: str, tmp_path: Path) -> None:
    capture = hostile_capture(tmp_path / "hostile.scap", NAMES[name], NAMES[name])
    async with viewer(capture) as shown:
        for keys in (("exclamation_mark", "G"), ("q", "B", "G", "B")):
            await shown.press(*keys)
            drawn = "".join(shown.picture)
            assert all(c.isprintable() for c in drawn), [c for c in drawn if not c.isprintable()]


async def test_headings_are_whole_and_help_names_the_page(path: Path) -> None:
    async with viewer(path) as shown:
        await shown.press("exclamation_mark")
        await shown.until("db.sqlite")
        lines = shown.pane("findings")
        assert lines[1].endswith("within 250 ms, and none that did it ended well")
        assert "in 1 of 1 process " in shown.pane("cursor")[0]
        await shown.press("question_mark")
        assert "help for  errors" in shown.picture[1]
