"""Which processes are runs of one program, and what is told of each."""

from pathlib import Path

from scaptui.views.crashes import End
from tests.core.building import Building
from tests.views.crash_loops import (
    MS,
    SUPERVISOR,
    UID,
    end,
    execute,
    fails_to_open,
    found,
    host_loop,
    pod_loop,
    says,
)

FAILED = 1 << 8


def works(building: Building, pid: int) -> None:
    fails_to_open(building, pid, "/etc/app.conf")
    says(building, pid, "no /etc/app.conf\n")


def test_runs_of_a_program_are_told_with_life_gap_and_end(tmp_path: Path) -> None:
    (program,) = found(host_loop(tmp_path / "loop.scap", works, FAILED, 3 << 8, 11)).programs
    assert (program.kind, program.command, program.restarts) == ("host", b"app --serve", 2)
    assert [run.end.text for run in program.runs] == ["1", "3", "SIGSEGV"]
    assert [run.gap is None for run in program.runs] == [True, False, False]
    assert all(run.life is not None and run.life // MS == 500 for run in program.runs)
    assert [(run.gap or 0) // MS for run in program.runs] == [0, 1_000, 1_000]
    assert [run.chain for run in program.runs] == [(b"supervisord", b"app")] * 3
    assert [run.failed for run in program.runs] == [1, 1, 1]


def test_a_loop_whose_commands_succeed_is_no_crash(tmp_path: Path) -> None:
    assert not found(host_loop(tmp_path / "well.scap", works, 0, 0, 0, 0)).programs
    assert not found(host_loop(tmp_path / "once.scap", works, 0, FAILED, 0, 0)).programs
    assert not found(host_loop(tmp_path / "single.scap", works, FAILED)).programs


def test_containers_of_one_pod_belong_together(tmp_path: Path) -> None:
    (program,) = found(pod_loop(tmp_path / "pod.scap", works)).programs
    assert (program.kind, program.identity) == ("pod", UID.encode())
    assert [run.container for run in program.runs] == [f"{run}{'a' * 11}" for run in range(3)]
    assert [(run.gap or 0) // (1_000 * MS) for run in program.runs] == [0, 10, 20]
    assert program.backs_off


def test_a_container_that_is_restarted_after_it_ended_well_is_told(tmp_path: Path) -> None:
    (program,) = found(pod_loop(tmp_path / "pod.scap", works, 0)).programs
    assert (program.restarts, program.failing) == (2, 0)
    assert {run.cause.rule for run in program.runs if run.cause} == {"normal exit"}


def test_equal_waits_are_no_back_off(tmp_path: Path) -> None:
    (program,) = found(pod_loop(tmp_path / "pod.scap", works, FAILED, (10, 10, 10))).programs
    assert not program.backs_off


def test_a_filter_chooses_programs(tmp_path: Path) -> None:
    path = pod_loop(tmp_path / "pod.scap", works)
    assert len(found(path, "container.id != host").programs) == 1
    assert len(found(path, "proc.name = app").programs) == 1
    assert not found(path, "container.id = host").programs


def test_a_run_that_lives_has_no_end_and_no_cause(tmp_path: Path) -> None:
    building = Building(tmp_path / "lives.scap")
    building.process(SUPERVISOR, "supervisord")
    for pid in (200, 210, 220):
        building.clone(SUPERVISOR, pid, "supervisord")
        execute(building, pid, "app")
        works(building, pid)
        if pid != 220:
            end(building, pid, FAILED)
    (program,) = found(building.close()).programs
    last = program.runs[-1]
    assert [run.lives for run in program.runs] == [False, False, True]
    assert (last.ended, last.life, last.cause) == (None, None, None)
    assert last.gap is not None


def test_a_fault_counts_once_a_signal_sent_to_oneself_does_not(tmp_path: Path) -> None:
    def fault(building: Building, pid: int) -> None:
        works(building, pid)

    def asks(building: Building, pid: int) -> None:
        building.exit(pid, "kill", res=0, pid=pid, sig=11)

    def aborts(building: Building, pid: int) -> None:
        building.exit(pid, "tgkill", res=0, pid=pid, tid=pid, sig=6)

    (program,) = found(host_loop(tmp_path / "fault.scap", fault, 11)).programs
    assert (program.restarts, program.failing) == (0, 1)
    assert not found(host_loop(tmp_path / "asks.scap", asks, 11)).programs
    assert len(found(host_loop(tmp_path / "aborts.scap", aborts, 6)).programs) == 1


def test_numbers_that_differ_make_no_other_program(tmp_path: Path) -> None:
    building = Building(tmp_path / "numbers.scap")
    building.process(SUPERVISOR, "bash")
    for run in range(3):
        building.clone(SUPERVISOR, 200 + run, "bash")
        execute(building, 200 + run, "bash", "/opt/job.sh", f"try{run}", "8080")
        end(building, 200 + run, FAILED)
    (program,) = found(building.close()).programs
    assert program.command == b"bash job.sh"
    assert program.runs[2].command == b"bash job.sh try2 8080"


def test_children_that_fail_in_each_run_are_part_of_it(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        for child in (pid + 1, pid + 2):
            building.clone(pid, child, "app")
            execute(building, child, "cat")
            fails_to_open(building, child, "/data")
            end(building, child, FAILED)

    (program,) = found(host_loop(tmp_path / "loop.scap", work, FAILED, FAILED)).programs
    assert program.command == b"app --serve"
    assert [run.failed for run in program.runs] == [2, 2]


def test_an_end_is_read_from_the_words_of_the_core() -> None:
    assert (End.of("exit 1").is_bad, End.of("exit 0").is_bad, End.of("gone").is_bad) == (
        True, False, False,
    )  # fmt: skip
    assert End.of("signal 11 SIGSEGV").text == "SIGSEGV"
    assert End.of("signal 64").text == "signal 64"


def test_a_signal_that_the_kernel_sent_is_told_as_its_own(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        building.happens(pid, "signaldeliver", spid=0, dpid=pid, sig=11)

    (program,) = found(host_loop(tmp_path / "fault.scap", work, 11)).programs
    (signal,) = program.runs[0].signals
    assert (signal.name, signal.pid, signal.error) == (b"kernel", 0, "SIGSEGV")
