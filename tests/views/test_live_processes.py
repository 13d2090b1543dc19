"""Processes of an interval: rates, what is shown, columns."""

import os
import time
from pathlib import Path

from scaptui.capture.opening import open_capture
from scaptui.capture.usage import Usage
from scaptui.views.cells import line_text
from scaptui.views.live_processes import LIVE_SORTS, LiveProcesses, LiveTreeLines, LiveTreeModel
from scaptui.views.process_snapshot import Process, Snapshot
from tests.core.building import Building
from tests.live.stand_in import blocks
from tests.views.trees import UTC, process, snapshot


class Growing:
    """A capture that is written on, and followed."""

    def __init__(self, folder: Path) -> None:
        made = Building(folder / "all.scap")
        made.machine("node7")
        made.process(1, "init", ptid=0)
        made.process(10, "shell")
        made.process(20, "idle")
        made.descriptor(10, 0, "file", "/input")
        for _ in range(5):
            made.call(10, "getcwd", path="/")
        made.clone(10, 11, "job")
        made.call(11, "read", fd=0, res=600, data=b"x")
        made.happens(11, "procexit", status=256)
        for _ in range(2):
            made.call(20, "getcwd", path="/")
        self._blocks = blocks(made.close().read_bytes())
        # Blocks of events: the last of them are 2 + 1 of the child, then 4 of the idle one.
        self.path = folder / "growing.scap"
        self.path.write_bytes(b"".join(self._blocks[:-9]))
        self._next = len(self._blocks) - 9
        self.capture = open_capture([str(self.path)], follow=True)
        self.events = 0

    def grow(self, by: int) -> None:
        before = self.capture.progress().events
        with self.path.open("ab") as file:
            file.write(b"".join(self._blocks[self._next : self._next + by]))
        self._next += by
        until = time.monotonic() + 20
        while self.capture.progress().events < before + by:
            assert time.monotonic() < until
            self.capture.wait(20)


def names(taken: Snapshot) -> list[str]:
    return [each.name.decode() for each in taken.processes]


def test_numbers_are_a_second_of_the_last_interval(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    while growing.capture.progress().events < 10:
        growing.capture.wait(20)
    processes = LiveProcesses(growing.capture, None, frozenset(), None)
    processes.everything = True
    first = {each.name: each for each in processes.take(None, 100.0).processes}
    assert first[b"shell"].events == 0  # there is no interval yet
    growing.grow(9)
    taken = {each.name: each for each in processes.take(None, 102.0).processes}
    assert (taken[b"idle"].events, taken[b"shell"].events) == (2, 0)
    assert taken[b"job"].read_bytes == 300
    assert (taken[b"job"].ended, taken[b"job"].cpu) == ("exit 1", None)
    growing.capture.close()


def test_those_at_rest_go_and_the_dead_stay_for_three_intervals(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    while growing.capture.progress().events < 10:
        growing.capture.wait(20)
    processes = LiveProcesses(growing.capture, None, frozenset(), None)
    processes.take(None, 100.0)
    growing.grow(9)
    shown = [names(processes.take(None, 101.0 + second)) for second in range(6)]
    assert shown[0] == ["init", "shell", "job", "idle"]
    assert [("job" in each) for each in shown] == [True, True, True, False, False, False]
    assert shown[5] == []
    growing.capture.close()


def test_ours_are_left_out_but_for_the_command_that_is_watched(tmp_path: Path) -> None:
    growing = Growing(tmp_path)
    while growing.capture.progress().events < 10:
        growing.capture.wait(20)
    growing.grow(9)
    hidden = frozenset({10})
    for child, expected in ((None, ["init", "idle"]), (11, ["init", "job", "idle"])):
        processes = LiveProcesses(growing.capture, None, hidden, child)
        processes.everything = True
        assert names(processes.take(None, 100.0)) == expected
    growing.capture.close()


def test_shares_need_two_samples_and_gone_processes_have_none() -> None:
    usage = Usage()
    first = usage.sample([os.getpid(), 2**22 + 1])
    assert list(first) == [os.getpid()]
    assert first[os.getpid()].cpu is None
    assert first[os.getpid()].resident_kb > 1_000
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    second = usage.sample([os.getpid()])[os.getpid()]
    assert second.cpu is not None
    assert second.cpu > 0


def lines(taken: Snapshot, width: int = 80) -> list[str]:
    model = LiveTreeModel(taken)
    model.resize(20)
    made = LiveTreeLines(model, UTC, width, alone=True)
    return [line_text(line) for line in (made.heading(), *made.window())]


def tree() -> Snapshot:
    def one(pid: int, command: str, ended: str = "", **more: object) -> Process:
        return process(pid, command, ended, **{"events": 295, "failed": 16, **more})

    return snapshot(
        (0, one(13851, "tini", cpu=0.0, resident_kb=4, read_bytes=0)),
        (1, one(13924, "haproxy -f x", cpu=1.04, resident_kb=3_600, written_bytes=1_900)),
        (1, one(1017, "curl", "exit 0")),
        (1, one(1018, "sshd", resident_kb=0)),
    )


def test_the_columns_of_the_design() -> None:
    assert lines(tree()) == [
        "      PID PROCESS                     %CPU   RSS  EV/S FAIL  IN/S OUT/S END     ",
        ">   13851 ▾ tini                       0.0    4k   295   16     0     0         ",
        "     1017 ├─ curl                                  295   16  1.0k     0 exit 0  ",
        "     1018 ├─ sshd                        -     -   295   16  1.0k     0         ",
        "    13924 └─ haproxy                   1.0  3.5M   295   16  1.0k  1.9k         ",
    ]


def test_every_width_is_filled_to_its_last_cell() -> None:
    for width in (40, 63, 64, 80, 99, 100, 140):
        assert {len(line) for line in lines(tree(), width)} == {width}


def test_what_is_folded_adds_up() -> None:
    model = LiveTreeModel(tree())
    model.resize(20)
    model.fold()
    made = LiveTreeLines(model, UTC, 80, alone=True)
    assert line_text(made.row(0)).split()[1:7] == ["13851", "▸", "tini", "+3", "1.0", "4k"]


def test_orders_begin_with_age_and_know_processor_time() -> None:
    model = LiveTreeModel(tree())
    model.resize(20)
    assert model.sort is LIVE_SORTS[0]
    model.next_sort()
    assert model.sort.column == "%CPU"
    shown = [model.snapshot.processes[row.position].pid for row in model.rows]
    assert shown == [13851, 13924, 1017, 1018]
