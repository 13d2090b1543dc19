"""Odd captures: lost events, clocks set back, numbers used again, long and unreadable names.

All of them go through the commands and through what the viewer makes of them.
"""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.capture.opening import Capture
from scaptui.demo.process import SECOND, US
from scaptui.views.cells import line_text, line_width
from scaptui.views.details import DetailsModel
from scaptui.views.process_snapshot import Snapshot
from scaptui.views.process_tree import ProcessTreeModel
from scaptui.views.strip import Strip, bars, marks
from tests.core.asking import PATIENCE_MS, column, lines, numbers, opened, tree
from tests.core.building import START, Building
from tests.core.odd import ARGUMENT, HOUR, LATIN, ODD
from tests.core.test_every_field import PRINTABLE, asked_as
from tests.running import Run
from tests.views.listing import UTC, event_list, selected
from tests.views.trees import drawn

Written = Callable[[str], Path]


@pytest.fixture
def odd(tmp_path: Path) -> Written:
    """Writes one of the odd captures, by its name."""
    return lambda name: ODD[name](tmp_path / f"{name}.scap")


class TestAllOfThem:
    @pytest.mark.parametrize("name", ODD)
    def test_every_field_is_printed_of_every_event(
        self, scaptui: Run, odd: Written, name: str
    ) -> None:
        path = odd(name)
        fields = [asked_as(field) for field in PRINTABLE]
        said = scaptui("print", path, "--fields", ",".join(fields), "--format", "json")
        assert said.status == (1 if name == "no_events" else 0)
        assert [list(json.loads(line)) for line in said.lines] == [fields] * (
            opened(path).progress().shown
        )

    @pytest.mark.parametrize("name", ODD)
    def test_the_summary_counts_what_is_printed(
        self, scaptui: Run, odd: Written, name: str
    ) -> None:
        path = odd(name)
        facts = json.loads(scaptui("report", "summary", path, "--json").out)
        assert facts["events"]["shown"] == len(scaptui("print", path, "-p", "*%evt.num").lines)
        assert sum(row["enter"] + row["exit"] for row in facts["types"]) == facts["events"]["shown"]
        assert scaptui("report", "summary", path).lines[0] == f"# Summary of {path.name}"

    @pytest.mark.parametrize("name", ODD)
    def test_the_process_tree_is_the_same_in_every_format(
        self, scaptui: Run, odd: Written, name: str
    ) -> None:
        path = odd(name)
        rows = json.loads(scaptui("view", path, "processes", "--format", "json").out)
        text = scaptui("view", path, "processes")
        table = scaptui("view", path, "processes", "--format", "csv")
        assert text.status == table.status == 0
        assert rows
        assert [int(line.split()[0]) for line in text.lines[1:]] == [row["pid"] for row in rows]
        assert [int(row["pid"]) for row in csv.DictReader(io.StringIO(table.out))] == [
            row["pid"] for row in rows
        ]

    @pytest.mark.parametrize("cells", [40, 80, 200])
    @pytest.mark.parametrize("raw", [False, True], ids=["calls", "events"])
    @pytest.mark.parametrize("name", ODD)
    def test_the_list_draws_every_row_in_its_width(
        self, odd: Written, name: str, raw: bool, cells: int
    ) -> None:
        capture = opened(odd(name))
        model = event_list(capture, raw=raw, cells=cells, height=50)
        shown = [row.number for row in model.lines() if row.number is not None]
        calls = model.selection.calls(0, model.rows)
        assert shown == [call.number for call in calls]
        assert all(line_width(row.line) == cells for row in model.lines())
        assert all(call.latency is None or 0 <= call.latency < SECOND for call in calls)

    @pytest.mark.parametrize("name", ODD)
    def test_the_strip_holds_every_event(self, odd: Written, name: str) -> None:
        capture = opened(odd(name))
        selection = selected(capture, calls=False)
        strip = Strip.of(capture, selection, 40)
        assert sum(shown for shown, _, _ in strip.counts) == capture.progress().shown
        for ts in column(capture, "evt.rawtime"):
            cell = strip.cell(ts)
            assert cell is not None
            assert strip.counts[cell][0] > 0
            assert line_text(marks(strip, ts))[cell + 1] == "▲"
        assert line_width(bars(strip)) == 40

    @pytest.mark.parametrize("name", ODD)
    def test_the_time_of_a_row_leads_to_the_row(self, odd: Written, name: str) -> None:
        capture = opened(odd(name))
        model = event_list(capture, raw=True)
        for ts in column(capture, "evt.rawtime"):
            model.goto_time(ts)
            call = model.current()
            assert call is not None
            assert call.ts == ts

    @pytest.mark.parametrize("name", ODD)
    def test_the_details_of_every_event_are_drawn(self, odd: Written, name: str) -> None:
        capture = opened(odd(name))
        model = DetailsModel(capture, UTC)
        model.resize(60, 1_000)
        model.unfolded = True
        for number in column(capture, "evt.num"):
            model.show(number)
            assert model.visible()
            assert all(line_width(line) == 60 for line in model.visible())

    @pytest.mark.parametrize("name", ODD)
    def test_the_tree_draws_every_process(self, odd: Written, name: str) -> None:
        capture = opened(odd(name))
        model = ProcessTreeModel(Snapshot.take(capture, None, None))
        model.resize(50)
        assert len(drawn(model)) == len(capture.processes(None, None)) > 0


class TestLostEvents:
    @pytest.fixture
    def capture(self, odd: Written) -> Capture:
        return opened(odd("lost_events"))

    def test_the_call_that_was_under_way_has_no_other_half(self, capture: Capture) -> None:
        partners = [
            (call.number, call.partner) for call in selected(capture, calls=False).calls(0, 99)
        ]
        assert partners == [
            (1, 2), (2, 1), (3, None), (5, None), (6, None), (7, 8), (8, 7), (9, 10), (10, 9),
        ]  # fmt: skip

    @pytest.mark.parametrize("text", ["evt.type=close", "evt.failed=true", "proc.name=nobody"])
    def test_a_loss_is_a_row_whatever_is_selected_and_no_event(
        self, capture: Capture, text: str
    ) -> None:
        selection = selected(capture, text)
        rows = selection.calls(0, 99)
        assert [call.number for call in rows if call.is_dropped_marker] == [5]
        assert len(rows) == 1 + (text == "evt.type=close")
        assert selection.progress().events == 2 * (text == "evt.type=close")

    def test_the_row_says_on_which_cpu(self, capture: Capture) -> None:
        drawn_rows = [line_text(row.line).rstrip() for row in event_list(capture).lines()]
        assert [line for line in drawn_rows if "lost" in line] == [
            "  =      22:13:20.000 events lost on cpu 0 in 1.0us"
        ]

    def test_a_recorder_that_counts_them_is_believed(self, tmp_path: Path, scaptui: Run) -> None:
        building = Building(tmp_path / "counted.scap")
        building.process(7, "nginx")
        for lost in (1_180, 4):
            # No part of the events was asked for: the number at the end is that of the lost.
            building.happens(7, "drop", ratio=0)
            building.now += 1_300 * US
            building.exit(7, "drop", ratio=lost)
        capture = opened(building.close())
        drawn_rows = [line_text(row.line) for row in event_list(capture).lines()]
        said = [line.rstrip().partition(" ev")[0].split()[-1] for line in drawn_rows]
        assert said == ["1,180", "4"]
        assert "1,180 events lost on cpu 0 in 1.3ms" in drawn_rows[0]
        assert json.loads(capture.facts())["dropped"] == 1_184
        summary = scaptui("report", "summary", tmp_path / "counted.scap")
        assert "drops 1,184." in summary.out

    def test_calls_after_the_loss_have_their_own_descriptor(self, capture: Capture) -> None:
        assert column(capture, "fd.name", "evt.num in (6, 10)") == ["/var/log/nginx.log"] * 2

    def test_the_time_of_a_call_is_not_taken_from_one_that_was_lost(self, capture: Capture) -> None:
        types = json.loads(capture.summary(None))["types"]
        assert {row["name"]: row["time_ns"] for row in types} == {
            "write": 2 * US, "read": 0, "close": US,
        }  # fmt: skip

    def test_a_thread_whose_start_was_lost_has_no_name(self, capture: Capture) -> None:
        assert (
            lines(capture, "*%proc.name %proc.pid %user.name", "thread.tid=8")
            == ["<NA> -1 <NA>"] * 2
        )

    def test_the_loss_is_told(self, scaptui: Run, odd: Written) -> None:
        said = scaptui("report", "summary", odd("lost_events"))
        assert "drops 1." in said.out

    def test_the_strip_marks_where_events_were_lost(self, capture: Capture) -> None:
        strip = Strip.of(capture, selected(capture), 12)
        assert strip.losses == (START + 4 * US, START + 5 * US)
        assert line_text(marks(strip, START + SECOND + 10 * US)).rstrip() == " =        ▲"


class TestClockSetBack:
    @pytest.fixture
    def capture(self, odd: Written) -> Capture:
        return opened(odd("clock_set_back"))

    def test_the_list_keeps_the_order_of_the_file(self, capture: Capture) -> None:
        model = event_list(capture, raw=True)
        assert [row.number for row in model.lines()] == [1, 2, 3, 4, 5, 6, 7, 8]

    def test_no_time_is_negative_or_an_hour(self, capture: Capture) -> None:
        for field in ("evt.latency", "evt.wait_latency", "evt.deltatime", "proc.duration"):
            assert all(
                value is None or 0 <= value < SECOND
                for value in column(capture, field, "evt.num<7")
            ), field

    def test_the_capture_spans_from_the_earliest_to_the_latest(self, capture: Capture) -> None:
        span = (START - HOUR + 4 * US, START + 8 * US)
        facts = json.loads(capture.summary(None))
        assert capture.span() == (facts["first_ns"], facts["last_ns"]) == span

    def test_the_strip_shows_the_hour_between(self, capture: Capture) -> None:
        strip = Strip.of(capture, selected(capture, calls=False), 12)
        assert [shown for shown, _, _ in strip.counts] == [3, 0, 0, 0, 0, 0, 0, 0, 0, 5]

    def test_a_cell_of_the_strip_leads_to_the_first_event_from_then_on(
        self, capture: Capture
    ) -> None:
        strip = Strip.of(capture, selected(capture, calls=False), 12)
        model = event_list(capture, raw=True)
        reached = []
        for cell in (0, 5):
            at = strip.start_of(cell)
            assert at is not None
            model.goto_time(at)
            call = model.current()
            reached.append(call and call.number)
        assert reached == [4, 1]

    def test_seconds_are_counted_from_the_earliest(self, capture: Capture) -> None:
        assert lines(capture, "%evt.reltime", "evt.num in (1, 4)") == ["0".zfill(9)] * 2


class TestNumbersUsedAgain:
    def test_a_tid_is_another_process_each_time(self, odd: Written) -> None:
        capture = opened(odd("tids_used_again"))
        assert column(capture, "proc.name", "evt.type=open") == ["first", "second", "third"]
        assert column(capture, "fd.name", "evt.type=read") == ["/first", "/second", "/third"]
        rows = capture.processes(None, None)
        assert [(row.pid, row.name, row.ended) for row in rows] == [
            (1, b"init", ""),
            (7, b"first", "exit 1"), (7, b"second", "exit 1"), (7, b"third", "exit 1"),
        ]  # fmt: skip
        assert len({row.thread for row in rows}) == 4

    def test_the_tree_of_a_moment_has_the_process_of_that_moment(self, odd: Written) -> None:
        capture = opened(odd("tids_used_again"))
        for at, name in ((3, b"first"), (8, b"second"), (13, b"third")):
            alive = [row.name for row in capture.processes(None, at) if not row.ended]
            assert alive == [b"init", name]

    def test_the_details_are_of_the_process_of_the_event(self, odd: Written) -> None:
        model = DetailsModel(opened(odd("tids_used_again")), UTC)
        model.resize(80, 50)
        for number, name in ((4, "first"), (9, "second"), (14, "third")):
            model.show(number)
            text = "\n".join(map(line_text, model.visible()))
            assert name in text
            assert not any(other in text for other in {"first", "second", "third"} - {name})

    def test_a_descriptor_is_something_else_each_time(self, odd: Written) -> None:
        capture = opened(odd("fds_used_again"))
        assert lines(capture, "*%evt.type %fd.type %fd.name", "evt.num in (2, 4, 6)") == [
            "close file /etc/hosts", "close unix ", "read pipe ",
        ]  # fmt: skip


class TestTwoSections:
    def test_each_has_its_machine(self, scaptui: Run, odd: Written) -> None:
        said = scaptui("report", "summary", odd("two_sections"))
        hosts = [line.split(",")[0] for line in said.lines if line.startswith("- host: ")]
        assert hosts == ["- host: alpha", "- host: beta"]

    def test_each_has_its_processes_users_and_files(self, odd: Written) -> None:
        capture = opened(odd("two_sections"))
        assert lines(capture, "%evt.num %proc.name %user.name %fd.name") == [
            "1 nginx ada /alpha", "2 nginx ada /alpha", "3 redis eve /beta", "4 redis eve /beta",
        ]  # fmt: skip

    def test_the_tree_knows_which_machine_has_gone(self, odd: Written) -> None:
        capture = opened(odd("two_sections"))
        assert [(row.name, row.user, row.ended) for row in capture.processes(None, None)] == [
            (b"nginx", b"ada", "gone"), (b"redis", b"eve", ""),
        ]  # fmt: skip
        assert tree(capture, 2)[7][0].name == b"nginx"

    def test_a_time_of_an_earlier_section_behind_is_found(self, tmp_path: Path) -> None:
        late, early = Building(tmp_path / "late.scap"), Building(tmp_path / "early.scap")
        early.now = START - HOUR
        for building in (late, early):
            building.process(7)
            building.exit(7, "close", res=0, fd=3)
        capture = opened(late.close(), early.close())
        model = event_list(capture)
        found = []
        for ts in (START - HOUR, START):
            model.goto_time(ts)
            call = model.current()
            found.append(call and call.number)
        assert found == [2, 1]


class TestLongArguments:
    def test_the_command_prints_them_whole(self, scaptui: Run, odd: Written) -> None:
        said = scaptui("print", odd("long_arguments"), "-p", "%proc.cmdline", "evt.type=close")
        assert said.lines == [" ".join(["echo", *[ARGUMENT] * 63, "end"])]

    def test_the_tree_has_them_whole(self, scaptui: Run, odd: Written) -> None:
        said = scaptui("view", odd("long_arguments"), "processes", "--format", "json")
        assert json.loads(said.out)[0]["cmdline"].endswith(f"{ARGUMENT} end")

    def test_their_end_is_found_in_the_list(self, odd: Written) -> None:
        capture = opened(odd("long_arguments"))
        assert numbers(capture, "proc.args endswith 'x end'") == [1, 2]
        model = event_list(capture, "proc.args endswith 'x end'")
        assert model.rows == 2


class TestNamesOfAnyBytes:
    def test_a_pipe_gets_the_bytes(self, odd: Written) -> None:
        capture = opened(odd("names_of_any_bytes"))
        name = LATIN.decode("utf-8", "surrogateescape")
        assert (
            lines(capture, "%proc.name %user.name %fd.name %proc.args")
            == [f"{name} {name} /{name} {name}"] * 2
        )

    @pytest.mark.parametrize(
        "words", [("report", "summary", "--json"), ("view", "processes", "--format", "json")]
    )
    def test_json_is_json(self, scaptui: Run, odd: Written, words: tuple[str, ...]) -> None:
        command, what, *options = words
        path = odd("names_of_any_bytes")
        order = (path, what) if command == "view" else (what, path)
        said = scaptui(command, *order, *options)
        said.out.encode("utf-8")  # no byte was passed on as it is
        assert "caf" in json.dumps(json.loads(said.out))

    def test_the_screens_show_the_bytes_as_such(self, odd: Written) -> None:
        capture = opened(odd("names_of_any_bytes"))
        model = event_list(capture, cells=120)
        assert all(r"caf\xe9\xff" in line_text(row.line) for row in model.lines())
        processes = ProcessTreeModel(Snapshot.take(capture, None, None))
        processes.resize(10)
        assert r"caf\xe9\xff" in drawn(processes)[0]


class TestNoEvents:
    def test_the_commands_say_so(self, scaptui: Run, odd: Written) -> None:
        path = odd("no_events")
        for text in ("", "proc.name=sleep"):
            said = scaptui("print", path, *filter(None, [text]))
            assert (said.status, said.out) == (1, "")
            assert said.err == "nothing matched: the capture holds no events\n"
        assert "0 events, complete" in scaptui("report", "summary", path).out
        assert scaptui("view", path, "processes").lines[1].split()[-1] == "sleep"

    def test_the_list_is_empty_and_goes_nowhere(self, odd: Written) -> None:
        model = event_list(opened(odd("no_events")))
        model.move(1)
        model.end()
        model.goto_number(5)
        model.goto_time(START)
        assert (model.rows, model.current(), model.lines()) == (0, None, [])

    def test_nothing_is_ever_selected(self, odd: Written) -> None:
        capture = opened(odd("no_events"))
        assert selected(capture, "evt.num>0").progress().rows == 0
        assert capture.span() is None
        assert capture.wait(PATIENCE_MS).events == 0
