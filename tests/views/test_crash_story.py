"""What is told of a run besides its cause."""

from pathlib import Path

from scaptui.demo.process import AT_FDCWD, SECOND
from scaptui.views.crash_lines import chain_words, children_words
from scaptui.views.crash_story import not_causes, story
from scaptui.views.crashes import Run
from tests.core.building import Building
from tests.views.crash_loops import (
    MS,
    Work,
    end,
    execute,
    fails_to_open,
    found,
    host_loop,
    pod_loop,
    says,
)

FAILED = 1 << 8


def first_run(path: Path, work: Work) -> Run:
    (program,) = found(host_loop(path, work, FAILED, FAILED)).programs
    return program.runs[0]


def serves(building: Building, pid: int) -> None:
    """A server below the run that outlives all but its last moment, and a helper that does not."""
    for child, name in ((pid + 1, "srv"), (pid + 2, "helper"), (pid + 3, "helper")):
        building.clone(pid, child, "app")
        execute(building, child, name, "--now")
    for child in (pid + 2, pid + 3):
        end(building, child, 0)
    fails_to_open(building, pid, "/etc/optional")
    says(building, pid, "app: /etc/optional is not there\n")
    building.now += SECOND
    fails_to_open(building, pid, "/etc/needed")
    says(building, pid, "app: /etc/needed: No such file\n")
    building.exit(pid, "kill", res=0, pid=pid + 1, sig=15)
    end(building, pid + 1, 0)


def test_children_that_stayed_are_told_one_by_one(tmp_path: Path) -> None:
    run = first_run(tmp_path / "loop.scap", serves)
    assert children_words(run.children) == [f"srv {run.pid + 1}", "helper ×2"]


def test_the_whole_story_has_programs_and_ends(tmp_path: Path) -> None:
    run = first_run(tmp_path / "loop.scap", serves)
    told = [(each.kind, each.about) for each in story(run, whole=True)]
    assert [kind for kind, _ in told] == [
        "starts", "executes", "executes", "failed", "failed", "signal", "exit", "exit",
    ]  # fmt: skip
    assert told[1:3] == [("executes", b"app --serve"), ("executes", b"srv --now")]
    # A line that only says what a call did is left out.
    assert [each.kind for each in story(run)] == ["failed", "failed", "said", "signal", "exit"]


def test_a_failure_that_output_names_first_and_why_it_is_none(tmp_path: Path) -> None:
    run = first_run(tmp_path / "loop.scap", serves)
    (other,) = not_causes(run, 9)
    assert other.failed.about == b"/etc/optional"
    assert other.why == "tolerated, 1.00 s before the end"
    assert run.cause is not None
    assert run.cause.about == b"/etc/needed"


def test_a_program_found_in_another_folder_is_no_failure_to_find_it(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        for folder in ("/usr/local/bin", "/usr/sbin"):
            building.exit(pid, "newfstatat", res=-2, dirfd=AT_FDCWD, path=f"{folder}/tool")
        building.clone(pid, pid + 1, "app")
        execute(building, pid + 1, "tool")
        end(building, pid + 1, 0)
        fails_to_open(building, pid, "/etc/needed")
        says(building, pid, "/etc/needed: No such file\n")

    (other,) = not_causes(first_run(tmp_path / "loop.scap", work), 9)
    assert (other.failed.times, other.why) == (2, "found elsewhere")


def test_a_command_after_which_only_another_failed_was_not_executed(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        for name in ("first", "second"):
            building.exit(
                pid, "execve", res=-2, exe=name, filename=f"/bin/{name}", tid=pid, pid=pid
            )
        says(building, pid, "app: first: not found\n")

    run = first_run(tmp_path / "loop.scap", work)
    assert run.cause is not None
    assert (run.cause.rule, run.cause.about) == ("exec failed", b"/bin/first")


def test_what_went_to_a_file_is_told_with_its_name(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        says(building, pid, "to the terminal\n", fd=1)
        building.exit(pid, "close", res=0, fd=1)
        building.exit(pid, "openat", fd=1, dirfd=AT_FDCWD, name="/tmp/made.conf", flags=2)
        says(building, pid, "to the file\n", fd=1)

    said = first_run(tmp_path / "loop.scap", work).said
    assert [(line.call, line.about, line.size) for line in said] == [
        ("stdout", b"to the terminal", 16),
        ("made.conf", b"to the file", 12),
    ]


def test_the_bytes_of_a_line_are_those_of_all_its_pieces(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        for piece in ("app: ", "broken", "\n"):
            says(building, pid, piece)

    (line,) = first_run(tmp_path / "loop.scap", work).said
    assert (line.about, line.size) == (b"app: broken", 12)


def test_the_first_program_of_a_container_is_its_parents(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        building.now += MS

    (program,) = found(pod_loop(tmp_path / "pod.scap", work)).programs
    run = program.runs[0]
    assert chain_words(run)[-1] == f"app {run.pid} --serve"
    assert len(chain_words(run)) == len(run.chain)
    assert (run.happened[0].kind, run.happened[0].about) == ("starts", b"container")


def test_of_what_any_program_looks_for_one_failure_is_told(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        for name in ("LC_TIME", "LC_CTYPE"):
            fails_to_open(building, pid, f"/usr/lib/locale/C/{name}")
        building.exit(pid, "stat", res=-2, path="/usr/lib/python3.zip")
        fails_to_open(building, pid, "/root/.apprc")
        fails_to_open(building, pid, "/etc/needed")
        says(building, pid, "/etc/needed: No such file\n")

    told = [other.failed.about for other in not_causes(first_run(tmp_path / "a.scap", work), 9)]
    assert told == [b"/root/.apprc", b"/usr/lib/locale/C/LC_CTYPE"]


def test_underlines_and_settings_of_the_kernel_are_no_words(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        building.exit(pid, "close", res=0, fd=1)
        building.exit(pid, "openat", fd=1, dirfd=AT_FDCWD, name="/sys/fs/cgroup/x", flags=2)
        says(building, pid, "200\n", fd=1)
        says(building, pid, "broken()\n")
        says(building, pid, "^^^^^^~~\n")

    run = first_run(tmp_path / "a.scap", work)
    assert [each.about for each in story(run) if each.kind == "said"] == [b"broken()"]


def test_what_the_kernel_ends_threads_with_is_not_told(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        building.exit(1, "kill", res=0, pid=pid, sig=15)
        building.happens(pid, "signaldeliver", spid=0, dpid=pid, sig=9)

    def is_killed(building: Building, pid: int) -> None:
        building.happens(pid, "signaldeliver", spid=0, dpid=pid, sig=9)

    (program,) = found(host_loop(tmp_path / "term.scap", work, 15, 15)).programs
    assert [each.error for each in program.runs[0].signals] == ["SIGTERM"]
    (program,) = found(host_loop(tmp_path / "kill.scap", is_killed, 9, 9)).programs
    assert [each.error for each in program.runs[0].signals] == ["SIGKILL"]
