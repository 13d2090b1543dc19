"""What speaks against a filter as it is."""

from pathlib import Path

import pytest

from scaptui.filter.core import understood
from scaptui.views.why_findings import Finding
from tests.core.building import Building
from tests.views.explaining import Explaining


@pytest.fixture
def made(tmp_path: Path) -> Explaining:
    """Two calls of both halves, and two of which there is an exit alone."""
    building = Building(tmp_path / "made.scap")
    building.process(7, "cat")
    building.descriptor(7, 3, "file", "/etc/hosts")
    building.call(7, "close", res=0, fd=3)
    building.other_call(7, "getpid")
    building.exit(7, "openat", fd=-2, dirfd=-100, name="/etc/none")
    building.call(7, "write", fd=1, res=500, size=500, data=b"x" * 80)
    return Explaining(building.close())


def only(explaining: Explaining, text: str) -> Finding:
    (finding,) = explaining.known(text).findings
    return finding


def test_a_field_of_exits_asked_of_enters(made: Explaining) -> None:
    finding = only(made, 'evt.dir=">" and evt.res=ENOENT')
    assert finding.text == "evt.res is on exit events only, but clause 1 asks for enter events"
    assert finding.expression == understood("evt.dir=< and evt.res=ENOENT").expression
    assert finding.count == 1


def test_a_call_recorded_by_its_exit_alone(made: Explaining) -> None:
    finding = only(made, 'evt.type=openat and evt.dir=">"')
    assert finding.text.startswith('evt.type = "openat" holds on exit events only, but clause 2')
    assert finding.expression == understood("evt.type=openat and evt.dir=<").expression


def test_a_half_the_file_does_not_have(tmp_path: Path) -> None:
    building = Building(tmp_path / "exits.scap")
    building.process(7, "cat")
    building.exit(7, "close", res=0, fd=3)
    finding = only(Explaining(building.close()), 'evt.dir=">"')
    assert finding.text.startswith("the file has no enter events: ")
    assert finding.count == 1


def test_a_different_value_of_a_field_that_is_absent(made: Explaining) -> None:
    finding = only(made, "evt.type=getpid and fd.name!=x")
    assert finding.text == (
        "1 of 1 event before clause 2 have no fd.name, and != is false for them; not ... = is true"
    )
    assert finding.expression == understood("evt.type=getpid and not fd.name=x").expression
    assert finding.count == 1


def test_a_value_of_a_field_that_what_passed_before_does_not_have(made: Explaining) -> None:
    finding = only(made, "evt.type=getpid and fd.name=/etc/hosts")
    assert finding.text == "no event that passes the clauses before has fd.name"
    assert finding.expression is None


def test_payload_that_was_cut_is_not_searched(made: Explaining) -> None:
    finding = only(made, "evt.buffer contains needle")
    assert finding.text == "1 buffer was cut by the recorder: only 80 bytes were searched"
    assert finding.count == 1
    assert finding.expression is not None
    assert made.counts.count(finding.expression) == 1


@pytest.mark.parametrize("text", ["fd.name=/etc/hosts", "evt.type=close and evt.dir=<", ""])
def test_a_filter_that_selects_something_has_no_findings(made: Explaining, text: str) -> None:
    assert made.known(text).findings == ()
