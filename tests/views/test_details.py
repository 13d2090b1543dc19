"""The details of an event: five lines, sections, every field, and the clauses they become."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui._core import Capture
from scaptui.views.cells import line_text, line_width
from scaptui.views.details import DetailsModel
from tests.views.listing import UTC, event_list, read

Real = Callable[[str], Path]


@pytest.fixture(scope="module")
def capture(crashloop: Path) -> Capture:
    return read(crashloop)


def details(capture: Capture, number: int | None, cells: int = 80, height: int = 5) -> DetailsModel:
    model = DetailsModel(capture, UTC)
    model.resize(cells, height)
    model.show(number)
    return model


def texts(model: DetailsModel, *, focused: bool = True) -> list[str]:
    return [line_text(line).rstrip() for line in model.visible(focused=focused)]


def test_five_lines_tell_result_subject_command_ancestors_and_user(real: Real) -> None:
    model = details(read(real("502Error.scap")), 13485)
    model.move(1)
    assert line_text(model.heading()).startswith("─ event 13485 ───")
    assert line_text(model.heading()).endswith(" fields ─ ")
    assert texts(model) == [
        "   evt.res         204 bytes written     sendto, net, exit of 13484",
        ">  fd.name         192.168.0.1:44604->192.168.0.3:80    fd 0, tcp, server side",
        "   proc.cmdline    haproxy -f /haproxy.cfg -db -q       pid 13969, inside 9",
        "   proc.aname      dockercloud-hap 13924 ‹ tini 13851 ‹ ? 13834",
        "   user.uid        100, in the container; the host calls 100 systemd-timesync",
    ]


def test_sections_beside_the_list(real: Real) -> None:
    listed = event_list(read(real("crash.mid.scap.gz")), "container.id=8bd8fad8d793")
    listed.goto_number(16090)
    model = DetailsModel(listed.capture, UTC)
    model.sections = True
    model.resize(51, 45)
    model.show(16090, listed.selection.calls(listed.cursor + 1, listed.cursor + 300))
    lines = texts(model, focused=False)
    assert lines[:19] == [
        " event 16090",
        "   time       2026-11-22 08:43:25.222910333",
        "   type       openat   file   exit of 16089",
        "   result     ENOENT (2) no such file or directory",
        "   latency    7,642 ns         cpu 0",
        "   dirfd      AT_FDCWD, that is",
        "              /srv/demo/work/crash/ns1",
        "   name       /var/lib/app/db.sqlite",
        "   flags      O_RDONLY         mode 0",
        " process as of this event",
        "   cat 4364   in its namespace 11",
        "   cmdline    cat /var/lib/app/db.sqlite",
        "   exe        /usr/bin/cat",
        "   user       root (0)         container's own",
        "   memory     1,108 kB resident",
        "   lived      1.2 ms, then exit 1 in 16104",
        " lineage",
        "   4354 bash  c_inner.sh ns1 18082      exit 1",
        "   4353 unshare  -p -f -m -u --mount-…  exit 1",
    ]
    assert "   pod        3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f" in lines
    happened = lines[lines.index(" what happened next") :]
    assert happened[1] == "   +26us   16092  write 2   cat: /var/lib/app/db.s…"
    assert happened[2] == "   +59us   16104  cat exits 1"
    assert happened[3] == "   +297us  16119  bash 4354 sends SIGTERM to 4359"
    assert happened[-1] == "   +2.6ms  16200  bash 4354 exits 1"


def test_where_there_is_little_room_event_process_and_lineage_remain(capture: Capture) -> None:
    model = details(capture, 1442, 51, 30)
    model.sections = model.brief = True
    model.resize(52, 30)
    titles = [line.section for line in model.lines() if line.is_heading]
    assert titles == ["event 1442", "process as of this event", "lineage"]


def test_unfolded_every_field_is_there_and_can_become_a_clause(capture: Capture) -> None:
    model = details(capture, 1442)
    model.unfold(on=True)
    found = {line.field: line.value for line in model.lines() if line.section == "all fields"}
    assert found["proc.name"] == b"nginx"
    assert found["evt.failed"] == b"true"
    assert len(found) > 60
    assert all(found.values())


def test_the_cursor_stays_on_its_field_from_event_to_event(capture: Capture) -> None:
    model = details(capture, 1442)
    model.move(2)
    chosen = model.chosen()
    assert chosen is not None
    assert (chosen.field, b"nginx" in chosen.value) == ("proc.cmdline", True)
    model.show(30)
    assert model.chosen_field() == "proc.cmdline"


def test_the_cursor_visits_only_what_can_become_a_clause(capture: Capture) -> None:
    model = details(capture, 1442, height=6)
    model.unfold(on=True)
    seen = 0
    while model.move(1):
        seen += 1
        assert model.chosen() is not None
        assert model.top <= model.cursor < model.top + model.height
    assert seen > 60


def test_an_absent_value_is_no_clause(capture: Capture) -> None:
    for line in details(capture, 1444).lines():
        assert line.is_clause == bool(line.value)


def test_nothing_under_the_cursor_is_an_empty_pane(capture: Capture) -> None:
    model = details(capture, None)
    assert (model.lines(), model.chosen(), model.move(1)) == ([], None, False)
    assert "none here" in line_text(model.heading())


@pytest.mark.parametrize("cells", [30, 51, 60, 80, 120])
def test_every_line_of_every_event_fills_its_cells(capture: Capture, cells: int) -> None:
    model = DetailsModel(capture, UTC)
    model.sections = model.unfolded = True
    model.resize(cells, 1_000)
    for number in (24, 30, 78, 80, 82, 1442, 1444, 1452):
        model.show(number)
        assert {line_width(line) for line in model.visible()} == {cells}
    model.sections = model.unfolded = False
    model.resize(cells + 1, 5)
    for number in (24, 30, 78, 80, 82, 1442, 1444, 1452):
        model.show(number)
        assert {line_width(line) for line in model.visible()} == {cells + 1}


def test_a_call_that_makes_a_process_tells_numbers_and_no_second_process(capture: Capture) -> None:
    listed = event_list(capture, "evt.type=execve")
    number = listed.selection.number(0)
    lines = texts(sections(capture, number), focused=False)
    event = lines[: lines.index(" process as of this event")]
    assert [line for line in event if line.startswith("   exe ")]
    assert not [line for line in event if line.startswith(("   vm_rss", "   cgroups", "   ptid"))]


def test_the_descriptor_of_a_call_can_become_a_clause(capture: Capture) -> None:
    listed = event_list(capture, "evt.type=read and fd.name exists")
    model = sections(capture, listed.selection.number(0))
    fields = [line.field for line in model.lines() if line.is_clause]
    assert fields.index("fd.num") + 1 == fields.index("fd.name")


def test_kinds_of_descriptors_never_touch_their_names(real: Real) -> None:
    lines = texts(sections(read(real("502Error.scap")), 13485), focused=False)
    assert "   5  eventpoll opened before the capture" in lines


def test_threads_in_no_table_are_not_given_made_up_numbers(real: Real) -> None:
    model = details(read(real("single_ipv6_conn.scap")), 1143)
    assert texts(model)[2:] == [
        "   proc.cmdline    ?                     thread 25888 of a process in no table",
        "   proc.aname      none in the capture",
        "   user.uid        ?",
    ]


def sections(capture: Capture, number: int | None) -> DetailsModel:
    model = DetailsModel(capture, UTC)
    model.sections = True
    model.resize(66, 60)
    model.show(number)
    return model
