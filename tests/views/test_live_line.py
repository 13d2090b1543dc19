"""Line 1 while a capture is made."""

from dataclasses import replace

import pytest

from scaptui.capture.followed import Numbers
from scaptui.views.cells import line_text
from scaptui.views.format import NS
from scaptui.views.live import LiveFacts, live_line
from scaptui.views.units import Zone

UTC = Zone.named("UTC")
# 2017-09-23 00:44:31 and six seconds later.
BEGIN = 1_506_127_471 * NS
FACTS = LiveFacts(
    host="node7",
    span=(BEGIN, BEGIN + 6 * NS + NS // 2),
    kept=6_294,
    rate=975.7,
    drops=1_184,
    numbers=Numbers(buffer=0.031, cpu=0.214),
)


def line(facts: LiveFacts, cells: int = 80, *, paused: bool = False) -> str:
    return line_text(live_line(facts, "procs", UTC, cells, paused=paused))


def test_the_design() -> None:
    said = line(FACTS)
    assert said == (
        " live node7  2017-09-23 UTC  00:44:37  976 ev/s  kept 6,294  drops 1,184   procs"
    )
    assert len(said) == 80


def test_wide_screens_tell_what_the_probe_costs() -> None:
    assert "   buffers 3%   probe 21% cpu   " in line(FACTS, 132)


@pytest.mark.parametrize("cells", [40, 60, 79])
def test_narrow_screens_keep_rate_losses_and_name(cells: int) -> None:
    said = line(replace(FACTS, host="a-long-name-of-a-host.example.org"), cells)
    assert len(said) == cells
    assert said.startswith(" live ")
    if cells >= 60:
        assert "976 ev/s" in said
        assert "drops 1,184" in said
        assert said.endswith(" procs")


def test_a_window_that_dropped_says_how_far_back_it_reaches() -> None:
    said = line(replace(FACTS, dropped_before=True), 100)
    assert "kept 6,294 since 00:44:31" in said


@pytest.mark.parametrize(
    ("ended", "paused", "begins"),
    [
        (None, True, " paused node7 "),
        ("", False, " stopped node7 "),
        ("killed by SIGKILL", False, " probe killed by SIGKILL node7 "),
        ("killed by \x1b[31m", False, r" probe killed by \x1b[31m node7 "),
    ],
)
def test_what_is_not_live_is_not_called_so(ended: str | None, paused: bool, begins: str) -> None:
    said = line(replace(FACTS, ended=ended), 132, paused=paused)
    assert said.startswith(begins)
    assert ("ev/s" in said) == (ended is None)


def test_a_recording_that_failed_and_a_command_that_ended_are_told() -> None:
    said = line(replace(FACTS, failure="No space left on device", recorded=5, left=7), 160)
    assert "not recorded: No space left on device" in said
    assert "exit 7" in said
    assert "-w 12M" in line(replace(FACTS, recorded=12_000_000), 132)
