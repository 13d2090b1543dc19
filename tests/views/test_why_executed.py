"""What was executed in place of a program that has no events."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.filter.core import understood, vocabulary
from scaptui.views.executed import program_line, program_name
from scaptui.views.why import explain
from scaptui.views.why_told import conclusion, in_short
from tests.core.building import Building
from tests.views.explaining import Explaining, drawn

PATH = ("/usr/local/bin", "/usr/bin", "/bin")
ENOENT, EACCES = -2, -13


def search(building: Building, tid: int, name: str, *, error: int = ENOENT) -> None:
    """A program is looked for along PATH, in vain."""
    for folder in PATH:
        building.exit(tid, "execve", res=error, exe=name, filename=f"{folder}/{name}")


def end(building: Building, tid: int, status: int) -> None:
    building.happens(tid, "procexit", status=status, ret=status >> 8, sig=status & 0x7F)


@pytest.fixture
def explaining(tmp_path: Path) -> Callable[[Callable[[Building], None]], Explaining]:
    def explain(fill: Callable[[Building], None]) -> Explaining:
        building = Building(tmp_path / "made.scap")
        building.machine("host")
        fill(building)
        return Explaining(building.close())

    return explain


Made = Callable[[Callable[[Building], None]], Explaining]


def runs(building: Building) -> None:
    """Three runs of an entry point that looks for nothere, the last one ends otherwise."""
    for tid in (10, 20, 30):
        building.process(tid, "entry", args=["/srv/entry.sh", "nothere"])
    for tid, status in ((10, 127 << 8), (20, 127 << 8), (30, 1 << 8)):
        search(building, tid, "nothere")
        building.call(tid, "write", fd=2, data=b"entry: nothere: not found\n", res=26, size=26)
        end(building, tid, status)


def test_attempts_in_a_row_are_one_search_and_equal_ones_one_failure(explaining: Made) -> None:
    did = explaining(runs).known("proc.name=nothere").executed
    assert did is not None
    assert (did.made, did.succeeded, did.executed) == (9, 0, ())
    assert [len(failure.searches) for failure in did.failures] == [2, 1]
    failure = did.failures[0]
    assert (failure.first.name, failure.first.comm) == (b"nothere", b"entry")
    assert (failure.first.exit_status, failure.of) == (127, 3)
    assert len(failure.first.numbers) == len(PATH)
    assert failure.attempts[1] == 9
    assert failure.ends is not None
    assert failure.ends[1] == 2


def test_the_conclusion_tells_the_error_the_path_and_how_many_end_so(explaining: Made) -> None:
    known = explaining(runs).known("proc.name=nothere")
    assert conclusion(known) == [
        "nothere never started: execve of nothere failed with ENOENT, 3 times, along PATH.",
        "2 of 3 runs end this way, with exit status 127.",
    ]


def test_what_the_thread_wrote_before_its_end_is_told(explaining: Made) -> None:
    made = explaining(runs)
    failure = made.known("proc.name=nothere").executed.failures[0]  # type: ignore[union-attr]
    assert failure.said is not None
    assert failure.said[1].startswith(b"entry: nothere: not found")
    assert any(
        "stderr entry: nothere: not found" in line for line in drawn(made.page("proc.name=nothere"))
    )


def test_a_search_that_ends_in_success_is_no_failure(explaining: Made) -> None:
    def fill(building: Building) -> None:
        building.process(10, "sh")
        search(building, 10, "sleep")
        building.exit(10, "execve", res=0, exe="sleep", comm="sleep", filename="/sbin/sleep")
        end(building, 10, 0)

    known = explaining(fill).known("proc.name=nginx")
    assert known.executed is not None
    assert (known.executed.made, known.executed.succeeded) == (4, 1)
    assert known.executed.failures == ()
    assert conclusion(known) == ["nginx was never executed in this file, nor did anything try."]


def test_a_program_executed_under_another_name_is_told_with_it(explaining: Made) -> None:
    def fill(building: Building) -> None:
        building.process(10, "sh")
        building.exit(
            10,
            "execve",
            res=0,
            exe="/bin/sh",
            comm="a-rather-long-n",
            filename="/srv/a-rather-long-name",
        )

    known = explaining(fill).known("proc.name=a-rather-long-name")
    (said,) = conclusion(known)
    assert said.startswith("a-rather-long-name was executed once, first in event 1; ")
    assert said.endswith("events are of a-rather-long-n.")
    assert known.clauses[0].nearest[0][0] == b"a-rather-long-n"
    assert known.findings[0].text == "the kernel keeps 15 characters of a name"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (126 << 8, "exits 126, found but not executable"),
        (127 << 8, "exits 127, command not found"),
        (3 << 8, "exits 3"),
        (9, "is ended by signal 9"),
    ],
)
def test_each_end_has_its_words(explaining: Made, status: int, said: str) -> None:
    def fill(building: Building) -> None:
        building.process(10, "sh")
        search(building, 10, "tool", error=EACCES)
        end(building, 10, status)

    lines = drawn(explaining(fill).page("proc.name=tool"))
    assert any(line.startswith("  ×") and line.endswith(f"sh {said}") for line in lines)
    assert any("EACCES, 3 times, along PATH" in line for line in lines)


def test_a_search_without_an_end_says_so(explaining: Made) -> None:
    def fill(building: Building) -> None:
        building.process(10, "sh")
        search(building, 10, "tool")

    lines = drawn(explaining(fill).page("proc.name=tool"))
    assert any(line.strip() == "sh has no end in the file" for line in lines)


def test_an_end_before_the_search_is_not_its_end(explaining: Made) -> None:
    def fill(building: Building) -> None:
        building.process(10, "sh")
        end(building, 10, 0)
        search(building, 10, "tool")

    did = explaining(fill).known("proc.name=tool").executed
    assert did is not None
    assert did.failures[0].first.end is None


def test_only_what_stands_in_the_surroundings_of_a_name_is_told_as_its_cause(
    explaining: Made,
) -> None:
    def fill(building: Building) -> None:
        building.process(10, "sh", args=["-c", "start nginx"])
        building.process(20, "sh", args=["-c", "something else"])
        search(building, 10, "mine")
        search(building, 20, "other")

    known = explaining(fill).known("proc.name=nginx")
    assert known.executed is not None
    related = {f.first.name: f.is_related for f in known.executed.failures}
    assert related == {b"mine": True, b"other": False}
    assert conclusion(known)[1] == 'sh tried to run "mine", which does not exist.'


def test_a_capture_without_execve_concludes_nothing(explaining: Made) -> None:
    def fill(building: Building) -> None:
        building.process(10, "sh")
        building.exit(10, "close", res=0, fd=1)

    known = explaining(fill).known("proc.name=nginx")
    assert conclusion(known) == []
    assert in_short(known) == ["the file has no execve: what ran before it keeps the name it had"]


def test_nothing_is_said_never_to_have_happened_while_the_file_is_read(explaining: Made) -> None:
    made = explaining(runs)
    told = {}
    for name in ("nothere", "nginx"):
        expression = understood(f"proc.name={name}").expression
        *_, known = explain(expression, made.counts, vocabulary().fields)
        told[name] = conclusion(known)
    assert told["nothere"][0] == "execve of nothere failed with ENOENT, 3 times, along PATH."
    assert told["nginx"] == []


def test_hostile_names_stay_on_their_line(explaining: Made) -> None:
    name = "x\x1b]0;owned\x07\u202e\n"

    def fill(building: Building) -> None:
        building.process(10, "sh\x1b[2J", args=["nginx"])
        search(building, 10, name)
        building.call(10, "write", fd=2, data=b"\x1b[31m\xff\n\x9b", res=8, size=8)
        end(building, 10, 127 << 8)

    page = explaining(fill).page("proc.name=nginx")
    told = "".join(drawn(page)) + "".join(conclusion(page.explanation))  # type: ignore[arg-type]
    assert "owned" in told
    assert told.isprintable()


@pytest.mark.parametrize(
    ("word", "name"),
    [
        (b"nginx", b"nginx"),
        (b"/usr/sbin/nginx", b"nginx"),
        (b"nginx -g daemon", b"nginx"),
        (b"", b""),
    ],
)
def test_the_program_of_a_word(word: bytes, name: bytes) -> None:
    assert program_name(word) == name


@pytest.mark.parametrize(
    ("comm", "cmdline", "line"),
    [
        (
            b"docker-entrypoi",
            b"docker-entrypoi /srv/docker-entrypoint.sh x",
            b"docker-entrypoint.sh x",
        ),
        (b"sh", b"sh -c true", b"sh -c true"),
        (b"sh", b"sh", b"sh"),
        (b"", b"", b""),
    ],
)
def test_a_script_is_called_by_its_name(comm: bytes, cmdline: bytes, line: bytes) -> None:
    assert program_line(comm, cmdline) == line
