"""The main screen while a capture is made, on a stream that comes in pieces."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from scaptui.app import ScaptuiApp
from scaptui.capture.opening import Capture, open_capture
from scaptui.screens.live import LiveScreen
from scaptui.screens.opened import Opened
from scaptui.theming import Terminal, load
from scaptui.views.live import Live
from tests.core.building import Building
from tests.live.stand_in import NUMBERS, READY, StandIn, blocks
from tests.screens.app import Viewer, on_screen

# Events that are there from the beginning, and that come later, with their blocks of state.
FIRST, LATER = 40, 20


def pieces(folder: Path) -> list[bytes]:
    """A machine's beginning, then call after call: cat reads, sh waits; at last cat ends."""
    made = Building(folder / "made.scap")
    made.machine("node7")
    made.process(1, "init", ptid=0)
    made.process(10, "cat")
    made.process(20, "sh")
    made.descriptor(10, 3, "file", "/etc/hosts")
    for number in range((FIRST + LATER) // 4):
        made.call(10, "read", fd=3, res=number, data=b"x")
        made.call(20, "getcwd", path="/")
    made.happens(10, "procexit", status=256)
    return blocks(made.close().read_bytes())


class Running(Viewer):
    """A viewer whose capture goes on when a test says so."""

    stand_in: StandIn
    later: list[bytes]
    capture: Capture

    def give(self, count: int) -> None:
        self.stand_in.give(b"".join(self.later[:count]))
        del self.later[:count]

    async def until_read(self, events: int) -> None:
        for _ in range(500):
            if self.capture.progress().events >= events:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"only {self.capture.progress().events} of {events} events came")

    async def until_line(self, pane: str, text: str) -> None:
        for _ in range(500):
            if any(text in line for line in self.pane(pane)):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{text!r} never in {self.pane(pane)}")


@asynccontextmanager
async def live(
    folder: Path,
    filter_text: str | None = None,
    size: tuple[int, int] = (80, 24),
    pushed: str = "",
    left: tuple[str, ...] = (),
) -> AsyncIterator[Running]:
    stand_in = StandIn(folder, READY, NUMBERS)
    stream = pieces(folder)
    later = stream[-LATER - 1 :]
    stand_in.give(b"".join(stream[: -LATER - 1]))
    assert stand_in.probe.wait_until_ready()
    stand_in.probe.listen()
    capture = open_capture([f"/dev/fd/{stand_in.probe.stream}"])
    os.close(stand_in.probe.stream)
    told = Live(stand_in.probe, local=False, pushed=pushed, left=left)
    app = ScaptuiApp(Opened.of(capture, filter_text, "UTC", live=told), load("dark"), Terminal())
    async with on_screen(app, size) as shown:
        running = Running(app, shown.pilot)
        running.stand_in, running.later, running.capture = stand_in, later, capture
        await running.until_line("status", f"kept {FIRST}")
        yield running
        stand_in.close()
        capture.close()
        stand_in.probe.stop()


async def test_line_1_tells_host_rate_and_losses(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.until_line("status", "ev/s")
        (line,) = viewer.pane("status")
        assert line.startswith(" live node7  2023-11-14 UTC  22:13:20  ")
        assert "ev/s  kept 40  drops 1,184" in line
        assert viewer.pane("filter")[0].endswith("all 40")


async def test_the_list_stays_at_its_end_while_events_come(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        assert viewer.pane("events")[0].endswith("tail")
        assert viewer.row.split()[1] == str(FIRST)
        viewer.give(LATER)
        await viewer.until_line("events", f">     {FIRST + LATER} ")


async def test_who_moves_up_stays_and_F_follows_again(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("k")
        row = viewer.row
        viewer.give(LATER)
        await viewer.until_line("status", f"kept {FIRST + LATER}")
        assert viewer.row == row
        await viewer.until_line("events", "row 19 of 30")
        await viewer.press("F")
        await viewer.until_line("events", f">     {FIRST + LATER} ")
        assert viewer.pane("events")[0].endswith("tail")


async def test_a_paused_screen_stays_as_it_is_and_the_capture_does_not(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("=")
        assert viewer.pane("status")[0].startswith(" paused node7")
        before = viewer.screen
        viewer.give(LATER)
        await viewer.until_read(FIRST + LATER)
        await asyncio.sleep(1.5)
        assert viewer.screen == before
        await viewer.press("=")
        await viewer.until_line("status", f"kept {FIRST + LATER}")
        assert viewer.pane("status")[0].startswith(" live node7")


async def test_a_slice_of_a_paused_capture_is_what_was_there_when_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with live(tmp_path) as viewer:
        await viewer.press("=", "W")
        await viewer.until_line("form", f"the {FIRST} events")
        viewer.give(LATER)
        await viewer.until_read(FIRST + LATER)
        await viewer.press("enter")
        await viewer.until_line("form", f"{FIRST} of {FIRST} events identical")


async def test_going_to_the_tail_ends_a_pause(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("=", "k", "G")
        assert viewer.pane("status")[0].startswith(" live node7")


async def test_a_filter_applies_to_what_is_kept_and_to_what_comes(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("f")
        await viewer.type("proc.name=sh")
        await viewer.press("enter")
        await viewer.until_line("filter", "20 of 40")
        viewer.give(LATER)
        await viewer.until_line("filter", "30 of 60")


async def test_processes_show_what_they_did_and_the_dead_how_they_ended(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.until_line("live-tree", "EV/S FAIL  IN/S OUT/S END")
        viewer.give(LATER + 1)
        await viewer.until_line("live-tree", "exit 1")
        (cat,) = [line for line in viewer.pane("live-tree") if " cat " in line]
        assert cat.split()[-1] == "1"
        for _ in range(400):
            if not any(" cat " in line for line in viewer.pane("live-tree")):
                break
            await asyncio.sleep(0.02)
        else:
            raise AssertionError("it is shown for ever")


async def test_the_filter_line_says_what_the_kernel_decides(tmp_path: Path) -> None:
    async with live(tmp_path, "proc.name=cat", pushed="comm cat") as viewer:
        await viewer.until_line("filter", "20 of 40")
        assert viewer.pane("filter")[0].startswith(
            " filter  proc.name=cat   in the kernel: comm cat "
        )


async def test_a_tall_screen_is_for_processes_and_events(tmp_path: Path) -> None:
    async with live(tmp_path, size=(120, 36)) as viewer:

        def heights() -> list[int]:
            names = ("live-tree", "events", "details", "payload")
            panes = [viewer.app.screen.query_one(f"#{name}") for name in names]
            return [pane.size.height if pane.display else 0 for pane in panes]

        assert heights() == [15, 15, 0, 0]
        await viewer.press("X")
        tree, events, _, payload = heights()
        assert events > tree >= 4
        assert payload > 0
        assert tree + events + payload == 30


async def test_what_another_filter_asks_for_may_not_be_recorded(tmp_path: Path) -> None:
    async with live(tmp_path, "proc.name=cat", pushed="name cat") as viewer:
        screen = viewer.app.screen
        assert isinstance(screen, LiveScreen)
        screen.apply("proc.name=sleep")
        told = "no event is selected yet: only name cat is recorded"
        await viewer.until_line("events", told)
        await viewer.press("w")
        await viewer.until_line("why-page", "only name cat is recorded")


async def test_what_the_kernel_does_not_decide_is_told_at_the_beginning(tmp_path: Path) -> None:
    left = ("fd.num=3 (the kernel does not know that)",)
    async with live(tmp_path, "proc.name=cat", left=left) as viewer:
        await viewer.until_line("cursor", "not in the kernel: fd.num=3 (the kernel does not know")


async def test_a_killed_probe_is_told_and_the_viewer_goes_on(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        viewer.stand_in.kill()
        await viewer.until_line("status", "probe killed by SIGKILL")
        await viewer.press("k", "k")
        assert viewer.row.split()[1] == "36"


async def test_ctrl_c_ends_the_recording_and_keeps_what_there_is(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("ctrl+c")
        assert viewer.pane("status")[0].startswith(" stopped node7")
        await viewer.press("k")
        assert viewer.row.split()[1] == "38"


async def test_once_nothing_comes_any_more_keys_and_empty_panes_say_so(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        assert "= pause" in viewer.pane("footer")[0]
        await viewer.press("ctrl+c")
        (keys,) = viewer.pane("footer")
        assert "pause" not in keys
        assert "F tail" not in keys
        await viewer.press("shift+tab")
        await viewer.until_line("live-tree", "the capture is over: p shows the processes as of")
        assert "pause" not in viewer.pane("footer")[0]


async def test_f2_shows_the_views_as_everywhere(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("f2")
        assert any("connections" in line for line in viewer.screen)


async def test_Y_tells_how_the_probe_does(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.until_line("status", "drops 1,184")
        await viewer.press("Y")
        assert viewer.pane("cursor") == [
            " probe 5.0% of a cpu, buffers 25.0% full, 7 ev, 900B in 2 s"
        ]


async def test_tab_goes_to_the_processes_and_d_to_their_events(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        viewer.give(LATER)
        await viewer.until_line("live-tree", " sh ")
        await viewer.press("shift+tab")
        await viewer.press("G", "d")
        await viewer.until_line("filter", "proc.pid=20 or proc.apid=20")
        assert "30 of 60" in viewer.pane("filter")[0]


async def test_wide_screens_have_processes_beside_events(tmp_path: Path) -> None:
    async with live(tmp_path, size=(160, 40)) as viewer:
        assert viewer.picture[4].split()[0] == "PID"
        assert "NUM TIME" in viewer.picture[4]


async def test_details_take_the_lines_of_the_processes(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.until_line("live-tree", "EV/S")
        await viewer.press("i")
        assert viewer.pane("details")
        assert not viewer.pane("live-tree")
        assert len(viewer.pane("events")) >= 7
        await viewer.press("i")
        assert viewer.pane("live-tree")


async def test_low_screens_show_the_pane_with_the_focus(tmp_path: Path) -> None:
    async with live(tmp_path, size=(60, 15)) as viewer:
        assert not viewer.pane("live-tree")
        await viewer.press("shift+tab")
        assert viewer.pane("live-tree")
        assert not viewer.pane("events")
        await viewer.press("tab")
        assert viewer.pane("events")
        assert not viewer.pane("live-tree")


async def test_signals_are_for_this_machine_only(tmp_path: Path) -> None:
    async with live(tmp_path) as viewer:
        await viewer.press("tab", "f9")
        await viewer.until_line("cursor", "signals are for processes of this machine only")
