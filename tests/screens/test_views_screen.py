"""Views in the viewer: the picker, rows, the way down and back."""

import re
from pathlib import Path

import pytest

from tests.core.building import Building
from tests.screens.app import Viewer, viewer
from tests.screens.hostile import NAMES, hostile_capture


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Three programs that read files; one of them fails."""
    building = Building(tmp_path / "shop.scap")
    programs = ((7, "till", 3), (8, "door", 5), (9, "lamp", 1))
    for pid, name, _ in programs:
        building.process(pid, name)
    for pid, name, _ in programs:
        building.descriptor(pid, 3, "file", f"/srv/{name}.log")
    for pid, _, reads in programs:
        for _ in range(reads):
            building.call(pid, "read", fd=3, res=100 * pid, size=4_096, data=b"x")
    building.call(7, "openat", fd=-2, dirfd=-100, name="/nope")
    return building.close()


def cursor(shown: Viewer) -> str:
    """The row under the cursor."""
    return next((line for line in shown.pane("rows") if line.startswith(">")), "")


async def to_view(shown: Viewer, name: str) -> None:
    """Choose a view by typing its name."""
    await shown.press("v")
    await shown.type(name)
    await shown.press("enter")
    await shown.rest()


async def test_the_picker_finds_by_letters_and_tells_counts(shop: Path) -> None:
    async with viewer(shop) as shown:
        await shown.press("v")
        assert shown.picture[0].endswith(" views")
        assert "all 20" in shown.picture[1]
        await shown.type("progr")
        assert "3 of 30 match progr" in shown.pane("picker")[0]
        first = shown.pane("picker")[1]
        assert first.startswith(">  programs")
        assert first.endswith(" 3")
        assert any("scaptui view shop.scap programs" in line for line in shown.picture)
        await shown.press("escape")
        assert shown.picture[0].endswith(" events")


async def test_enter_goes_down_and_backspace_comes_back_to_the_row(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "programs")
        assert "door" in cursor(shown)
        await shown.press("greater_than_sign", "I")
        heading = shown.pane("rows")[0]
        await shown.press("j", "j")
        here = cursor(shown)
        await shown.press("enter")
        assert shown.picture[0].endswith(" processes")
        assert "in  programs › " in shown.picture[1]
        await shown.press("enter")
        assert "processes › " in shown.picture[1]
        await shown.press("backspace", "backspace")
        assert cursor(shown) == here
        assert shown.pane("rows")[0] == heading


async def test_a_text_is_found_in_the_rows(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "programs")
        assert "door" in cursor(shown)
        await shown.press("slash")
        await shown.type("LAM")
        await shown.press("enter")
        assert "lamp" in cursor(shown)
        await shown.press("n")
        assert "lamp" in cursor(shown)
        assert shown.pane("cursor") == [" on from the first row"]
        await shown.press("home", "slash")
        assert "Enter alone finds LAM again" in shown.pane("prompt")[0]
        await shown.press("a")
        await shown.press("enter", "N")
        assert "lamp" in cursor(shown)
        await shown.press("slash")
        await shown.type("nobody")
        await shown.press("enter")
        assert shown.pane("cursor") == [" no row has 'nobody' in its cells"]
        assert "lamp" in cursor(shown)
        # In the picker letters search by themselves.
        await shown.press("v", "f3", "slash")
        assert shown.pane("prompt") == []


async def test_a_click_selects_a_row(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "programs")
        rows = shown.pane("rows")
        place = next(at for at, line in enumerate(rows) if "lamp" in line)
        await shown.pilot.click("#rows", offset=(10, place))
        assert "lamp" in cursor(shown)
        # Neither the heading nor the totals are rows.
        for line in (0, len(rows) - 1, len(rows) + 1):
            await shown.pilot.click("#rows", offset=(10, line))
            assert "lamp" in cursor(shown)


async def test_a_click_chooses_a_view(shop: Path) -> None:
    async with viewer(shop) as shown:
        await shown.press("v")
        views = shown.pane("picker")
        await shown.pilot.click("#picker", offset=(10, 4))
        chosen = shown.pane("picker")[4]
        assert chosen.startswith(">")
        assert chosen[1:] == views[4][1:]
        await shown.pilot.click("#picker", offset=(10, 18))
        assert shown.pane("picker")[4] == chosen


async def test_the_way_down_is_applied_with_the_filter(shop: Path) -> None:
    async with viewer(shop, "evt.dir=<") as shown:
        await to_view(shown, "programs")
        await shown.press("enter")
        assert "evt.dir=<" in shown.picture[1]
        assert shown.picture[1].endswith("5 of 20")
        await to_view(shown, "files")
        assert "in  programs › door" in shown.picture[1]
        assert "/srv/door.log" in cursor(shown)
        assert not any("till" in line for line in shown.pane("rows"))


async def test_d_shows_the_events_behind_the_row(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "programs")
        await shown.press("j", "d")
        assert shown.picture[0].endswith(" events")
        assert 'proc.name="till"' in shown.picture[1]
        assert "8 of 20" in shown.picture[1]


async def test_backspace_comes_back_from_the_events_to_the_row(shop: Path) -> None:
    async with viewer(shop, "evt.dir=<") as shown:
        await to_view(shown, "programs")
        await shown.press("greater_than_sign", "I", "j")
        page, program = shown.pane("rows"), cursor(shown)
        await shown.press("enter", "d")
        assert shown.picture[0].endswith(" events")
        assert shown.pane("cursor") == [" Backspace goes back to the page"]
        # A filter that was typed since comes first.
        await shown.press("f", "ctrl+u")
        await shown.type("evt.type=read")
        await shown.press("enter", "backspace")
        assert shown.picture[0].endswith(" events")
        await shown.press("backspace")
        assert shown.picture[0].endswith(" processes")
        assert "filter  evt.dir=<" in shown.picture[1]
        await shown.press("backspace")
        assert cursor(shown) == program
        assert shown.pane("rows") == page
        await shown.press("escape", "backspace")
        assert shown.pane("cursor") == [" there was no filter before this one"]


async def test_the_spectrogram_comes_back_to_its_box(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "latency")
        page = shown.pane("spectrum")
        await shown.press("d")
        assert shown.picture[0].endswith(" events")
        await shown.press("backspace")
        assert shown.pane("spectrum") == page


async def test_plus_and_minus_change_the_filter(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "programs")
        await shown.press("minus")
        assert "door" not in "".join(shown.pane("rows"))
        await shown.press("plus")
        assert [line[4:8] for line in shown.pane("rows")[1:2]] == ["till"]
        await shown.press("q")
        assert 'not (proc.name="door")' in shown.picture[1] or "not proc.name" in shown.picture[1]


async def test_alt_and_a_digit_open_a_view(shop: Path) -> None:
    async with viewer(shop) as shown:
        await shown.press("alt+4")
        assert shown.picture[0].endswith(" files")
        assert cursor(shown).startswith("> ! /nope")
        await shown.press("v", "pilcrow_sign")  # what Alt+7 comes as
        assert shown.picture[0].endswith(" syscalls")
        assert "read" in cursor(shown)
        await shown.press("alt+1")
        assert shown.picture[0].endswith(" events")


async def test_enter_on_an_event_of_a_list_goes_to_it(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "file opens")
        await shown.press("enter")
        assert shown.picture[0].endswith(" events")
        assert "openat" in shown.row
        assert "filter  none" in shown.picture[1]


async def test_a_view_without_rows_says_so(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "containers")
        assert any("no containers among these events" in line for line in shown.pane("rows"))
        await shown.press("d", "enter", "plus", "backspace")
        assert shown.picture[0].endswith(" views")


@pytest.mark.parametrize("size", [(60, 15), (200, 50)])
async def test_views_fit_small_and_wide_screens(shop: Path, size: tuple[int, int]) -> None:
    async with viewer(shop, size=size) as shown:
        for name in ("processes", "files", "slow calls"):
            await to_view(shown, name)
            assert shown.picture[0].endswith(f" {name}")
            assert all(len(line) <= size[0] for line in shown.picture)
            assert cursor(shown) or name == "slow calls"
            await shown.press("escape")


async def test_hostile_names_are_inert_in_every_view(tmp_path: Path) -> None:
    path = hostile_capture(tmp_path / "hostile.scap", *NAMES.values())
    async with viewer(path) as shown:
        for name in ("programs", "files", "failures", "file opens", "containers", "commands"):
            await to_view(shown, name)
            text = "\n".join(shown.picture)
            assert not any(c in text for c in "\x1b\x07\x9b\u202e\u2066")
            await shown.press("enter", "backspace", "escape", "escape")


async def test_a_box_of_latencies_becomes_a_filter(shop: Path) -> None:
    async with viewer(shop) as shown:
        await shown.press("alt+8")
        await shown.until("calls with a latency")
        assert shown.picture[0].endswith(" latency")
        assert "10 calls with a latency" in shown.picture[1]
        assert any("door" in line and "read" in line for line in shown.pane("box"))
        assert re.match(
            r" \d+ calls?, the longest 1\.0us in \d+, (door|till|lamp) [789] \w+ ",
            shown.pane("cursor")[0],
        ), shown.pane("cursor")
        await shown.press("d")
        assert shown.picture[0].endswith(" events")
        assert "evt.rawtime>=2023-11-14T22:13:20Z and" in shown.picture[1]
        assert "10 of 20" in shown.picture[1]


async def test_rows_of_time_and_boxes_change(shop: Path) -> None:
    async with viewer(shop) as shown:
        await shown.press("alt+8")
        await shown.until("calls with a latency")
        await shown.press("plus")
        assert "a row is 2 ms" in shown.pane("cursor")[0]
        await shown.press("space", "h", "h")
        assert "box" in shown.pane("box")[0]
        await shown.press("enter")
        assert "evt.rawtime" in shown.picture[1]
        await shown.press("0")
        assert "filter  none" in shown.picture[1]
        await shown.press("q")
        assert shown.picture[0].endswith(" events")


async def test_a_filter_on_latencies_outlives_their_page(shop: Path) -> None:
    async with viewer(shop) as shown:
        await to_view(shown, "latency")
        await shown.until("calls with a latency")
        await shown.press("enter")
        assert "evt.latency>=1us" in shown.app.screen.page.filter_text  # type: ignore[attr-defined]
        await shown.press("escape")
        assert shown.picture[0].endswith(" views")
        assert "filter  evt.dir=< and evt.rawtime>=2023" in shown.picture[1]
        await shown.press("escape")
        assert shown.picture[0].endswith(" events")
        assert "filter  evt.dir=< and evt.rawtime>=2023" in shown.picture[1]
        await shown.press("backspace")
        assert "filter  none" in shown.picture[1]


async def test_0_widens_latencies_to_the_filter_of_before_then_to_all(shop: Path) -> None:
    async with viewer(shop, "proc.name=door") as shown:
        await shown.press("alt+8")
        await shown.until("calls with a latency")
        await shown.press("enter")
        assert "proc.name=door and evt.dir" in shown.picture[1]
        await shown.press("0")
        assert "filter  proc.name=door " in shown.picture[1]
        await shown.press("0")
        assert "filter  none" in shown.picture[1]
        await shown.press("q")
        assert "filter  none" in shown.picture[1]


async def test_a_mouse_draws_a_box_of_latencies(shop: Path) -> None:
    async with viewer(shop) as shown:
        await shown.press("alt+8", "minus")
        await shown.until("calls with a latency")
        await shown.pilot.mouse_down("#spectrum", offset=(20, 1))
        await shown.pilot.mouse_up("#spectrum", offset=(24, 1))
        await shown.rest()
        (box,) = [line for line in shown.pane("box") if line.startswith(" box ")]
        await shown.pilot.click("#spectrum", offset=(22, 1))
        await shown.rest()
        assert any(line.startswith(" cell ") for line in shown.pane("box"))
        await shown.press("h", "h", "space", *"llll")
        assert box in shown.pane("box")
        # Beside the cells a click does nothing.
        await shown.pilot.click("#spectrum", offset=(2, 1))
        await shown.pilot.click("#spectrum", offset=(20, 0))
        assert box in shown.pane("box")


async def test_a_wide_screen_has_the_box_at_the_right(shop: Path) -> None:
    async with viewer(shop, size=(200, 50)) as shown:
        await shown.press("alt+8")
        await shown.until("calls with a latency")
        await shown.until(" door ")
        side = [line[120:] for line in shown.picture]
        assert any(line.startswith("│ cell ") for line in side)
        assert any(line.startswith("│") and "door" in line and "read" in line for line in side)
        assert not any(line.startswith(" cell ") for line in shown.picture)
        await shown.pilot.resize_terminal(169, 50)
        await shown.rest()
        assert any(line.startswith(" cell ") for line in shown.picture)


async def test_a_wide_picker_has_the_view_beside_it(shop: Path) -> None:
    async with viewer(shop, size=(140, 30)) as shown:
        await shown.press("v")
        await shown.type("progr")
        await shown.until("─ programs ─")
        await shown.until(" till ")
        side = [line[60:] for line in shown.picture[2:-2]]
        assert all(line.startswith("│") for line in side)
        assert "Which program does how much" in side[0]
        assert any("door" in line for line in side)
        assert not any(">" in line for line in side)
        await shown.press("down")
        await shown.until("─ failures ─")
        await shown.press("enter")
        assert shown.picture[0].endswith(" failures")
        assert cursor(shown)
        # Where there is no room there is none beside it.
        await shown.press("v")
        await shown.pilot.resize_terminal(139, 30)
        await shown.rest()
        assert not any("│" in line for line in shown.picture)


async def test_the_picker_counts_calls_for_the_latencies(shop: Path) -> None:
    async with viewer(shop) as shown:
        await shown.press("v")
        await shown.type("latency")
        await shown.until(" 10")
        assert shown.pane("picker")[1].endswith(" 10")
        await shown.press("enter")
        await shown.until("10 calls with a latency")


async def test_names_beside_the_picker_are_inert(tmp_path: Path) -> None:
    path = hostile_capture(tmp_path / "hostile.scap", *NAMES.values())
    async with viewer(path, size=(200, 50)) as shown:
        await shown.press("v")
        for name in ("files", "programs", "commands"):
            await shown.type(name)
            await shown.until(f"─ {name} ─")
            await shown.rest()
            text = "\n".join(shown.picture)
            assert not any(c in text for c in "\x1b\x07\x9b\u202e\u2066")
            await shown.press(*["backspace"] * len(name))
