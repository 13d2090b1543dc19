"""What bookmarks and colour rules ask of the core."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui._core import Colouring, event_key, find_events
from scaptui.capture.opening import compile_filter
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from tests.core.building import Building
from tests.views.listing import read, selected

FILTERS = ("evt.failed=true", "proc.name=cat", "evt.type=brk", "evt.buffer contains e", "evt.num>9")


@pytest.mark.parametrize("name", ["502Error.scap", "crash.new.scap.gz", "shell.mid.scap.gz"])
def test_the_first_filter_is_the_one_that_selects_before_the_others(
    name: str, real: Callable[[str], Path]
) -> None:
    capture = read(real(name))
    chosen = [set(numbers(selected(capture, text, calls=False))) for text in FILTERS]
    compiled = [compile_filter(wire(understood(text).expression)) for text in FILTERS]
    asked = list(range(1, capture.progress().events + 2, 7))
    first = Colouring(capture, compiled).first_of(asked)
    for number, found in zip(asked, first, strict=True):
        selecting = (at for at, among in enumerate(chosen) if number in among)
        assert found == next(selecting, None), number


def numbers(selection: object) -> list[int]:
    return [
        selection.number(row) or 0  # type: ignore[attr-defined]
        for row in range(selection.progress().rows)  # type: ignore[attr-defined]
    ]


def test_the_same_event_twice_is_answered_twice(crashloop: Path) -> None:
    capture = read(crashloop)
    everything = Colouring(capture, [compile_filter(wire(understood("evt.num>0").expression))])
    assert everything.first_of([220, 220, 2**32 - 1]) == [0, 0, None]
    assert Colouring(capture, []).first_of([220]) == [None]


@pytest.mark.parametrize("name", ["502Error.scap", "crash.new.scap.gz", "http.mid.scap.gz"])
def test_every_event_is_found_by_its_key(name: str, real: Callable[[str], Path]) -> None:
    capture = read(real(name))
    last = capture.progress().events
    asked = [number for number in range(1, last + 1, 97) if capture.shown_number(number)]
    keys = [found[0] for number in asked if (found := event_key(capture, number))]
    assert len(keys) == len(asked)
    hits = find_events(capture, keys, 1, last)
    assert sorted(number for _, number in hits) == asked
    assert {asked[at] for at, _ in hits} == set(asked)


def test_only_among_the_numbers_asked_for(crashloop: Path) -> None:
    capture = read(crashloop)
    found = event_key(capture, 220)
    assert found is not None
    assert find_events(capture, [found[0]], 1, 219) == []
    assert find_events(capture, [found[0]], 220, 220) == [(0, 220)]
    assert find_events(capture, [found[0]], 221, 2**32 - 1) == []
    assert find_events(capture, [], 1, 1000) == []
    assert event_key(capture, 2**32 - 1) is None


def test_a_clock_that_was_set_back_hides_nothing(tmp_path: Path) -> None:
    building = Building(tmp_path / "x.scap")
    building.process(7, b"sh")
    for second in (50, 10, 90, 20, 60):
        building.now = second * 10**9
        building.exit(7, "setuid")
    capture = read(building.close())
    for number in range(1, 6):
        found = event_key(capture, number)
        assert found is not None
        assert find_events(capture, [found[0]], 1, 5) == [(0, number)]


def test_which_input_an_event_is_of(tmp_path: Path) -> None:
    from scaptui.capture.opening import open_capture, read_all

    paths = []
    for at in range(2):
        building = Building(tmp_path / f"x.scap{at}")
        building.process(7, b"sh")
        building.exit(7, "setuid")
        paths.append(str(building.close()))
    capture = open_capture(paths)
    read_all(capture)
    inputs = [found[1] for number in (1, 2) if (found := event_key(capture, number))]
    assert inputs == [0, 1]
