"""`scaptui why`, and what `print` says on standard error when nothing matched."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Run
from tests.screens.hostile import NAMES, hostile_capture

Real = Callable[[str], Path]


def offered(lines: list[str]) -> list[str]:
    """The filters of an explanation, as a shell would take them."""
    quoted = [line.strip() for line in lines if line.startswith(" " * 9 + "'")]
    return [word for line in quoted for word in shlex.split(line)]


def test_a_filter_that_selects_nothing_ends_with_1(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("why", crashloop, "proc.name=ngnix")
    assert (said.status, said.err) == (1, "")
    assert said.lines[0] == "0 of 2,228 events match 'proc.name = \"ngnix\"'"
    assert any(line.startswith("    nearest     nginx ") for line in said.lines)
    assert 'proc.name = "nginx"' in offered(said.lines)


def test_a_filter_that_selects_something_ends_with_0(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("why", crashloop, "proc.name=nginx", "and", "evt.failed=true")
    assert said.status == 0
    assert any(line.startswith(" 2  evt.failed = true") for line in said.lines)


def test_what_is_offered_can_be_pasted_and_selects_as_many_as_told(
    scaptui: Run, crashloop: Path
) -> None:
    said = scaptui("why", crashloop, "proc.name=ngin")
    filters = offered(said.lines)
    assert len(filters) > 5
    told = {}
    for line, below in zip(said.lines, said.lines[1:], strict=False):
        if " events  " in line and below.startswith(" " * 9 + "'"):
            told[shlex.split(below.strip())[0]] = int(
                line.split(" events")[0].split()[-1].replace(",", "")
            )
    assert len(told) > 3
    for text, count in told.items():
        assert len(scaptui("print", crashloop, "-f", text, "-p", "*%evt.num").lines) == count, text


def test_json_tells_the_same_and_its_filters_select_as_many(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("why", crashloop, "proc.name=ngin and evt.failed=true", "--format", "json")
    assert said.status == 1
    told = json.loads(said.out)
    assert (told["selected"], told["first_to_empty"]) == (0, 1)
    assert [clause["filter"] for clause in told["clauses"]] == [
        'proc.name = "ngin"', "evt.failed = true",
    ]  # fmt: skip
    assert told["clauses"][0]["nearest"][0]["value"] == "nginx"
    places = [place for place in told["elsewhere"] if place["events"]]
    assert places
    for row in (*told["clauses"][0]["values"][:3], *places):
        lines = scaptui("print", crashloop, "-f", row["filter"], "-p", "*%evt.num").lines
        assert len(lines) == row["events"], row


def test_without_a_filter_there_is_nothing_to_explain(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("why", crashloop)
    assert said.status == 2
    assert "no filter to explain" in said.err


def test_a_wrong_filter_is_refused_with_its_place(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("why", crashloop, "proc.nam=nginx")
    assert said.status == 2
    assert "proc.name" in said.err


def test_an_empty_capture_is_explained_too(
    scaptui: Run, plain_crashloop: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short.scap"
    short.write_bytes(plain_crashloop.read_bytes()[:64])
    said = scaptui("why", short, "proc.name=nginx")
    assert said.status == 1
    assert said.lines[0].startswith("0 of 0 events match")


@pytest.mark.parametrize("text", ["proc.name=A", "fd.name contains zzz", "evt.buffer contains zzz"])
def test_hostile_names_are_inert(scaptui: Run, tmp_path: Path, text: str) -> None:
    said = scaptui("why", hostile_capture(tmp_path / "hostile.scap", *NAMES.values()), text)
    assert said.status in (0, 1)
    assert all(line.isprintable() for line in said.lines)
    for word in offered(said.lines):
        assert scaptui("check", "-f", word).status == 0, word


def test_a_hostile_filter_is_inert_and_stays_the_same(scaptui: Run, crashloop: Path) -> None:
    text = 'proc.name = "$(reboot)\'\\x1b[2J\u202e`x`\u115f"'
    said = scaptui("why", crashloop, "-f", text)
    assert said.status == 1
    assert all(line.isprintable() for line in said.lines)
    (again,) = shlex.split(said.lines[0].split(" match ", 1)[1])
    assert scaptui("check", "-f", again).out == scaptui("check", "-f", text).out


def test_print_says_in_short_what_why_tells(scaptui: Run, real: Real) -> None:
    said = scaptui("print", real("invalid-command.mid.scap.gz"), 'proc.name == "nginx"')
    assert said.status == 1
    assert said.err.splitlines() == [
        'nothing matched: no event is of a process called "nginx"; names are bash (6,853), '
        "mkdir (5,723), find (2,888), sed (747), docker-entrypoi (626), sh (617) and 7 more",
        "nothing matched: nginx never started. docker-entrypoint.sh tried to run "
        '"invalid-command", which does not exist. All 5 runs end this way, with exit status 127',
    ]


def test_print_says_when_halves_of_calls_contradict(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("print", crashloop, 'evt.dir=">"', "and", "evt.res=ENOENT")
    assert said.status == 1
    assert "nothing matched: " in said.err
    assert "enter events" in said.err


@pytest.mark.parametrize(
    "command",
    ["print FILE", "view FILE files", "report errors FILE", "report summary FILE", "slice FILE"],
)
def test_where_names_tell_nothing_it_is_said_where_to_look(
    command: str, scaptui: Run, crashloop: Path, tmp_path: Path
) -> None:
    shown = len(scaptui("print", crashloop).lines)
    words = [crashloop if word == "FILE" else word for word in command.split()]
    out: list[str | Path] = ["-o", tmp_path / "out.scap"] if command.startswith("slice") else []
    said = scaptui(*words, "fd.name contains 54886", *out)
    assert (said.status, said.err) == (
        1,
        f"nothing matched: the filter selects none of {shown:,} events; `scaptui why` with the "
        "same words looks further\n",
    )


def test_a_view_without_a_row_says_so(scaptui: Run, crashloop: Path) -> None:
    said = scaptui("view", crashloop, "http", "evt.type=execve")
    assert said.status == 1
    assert said.err.endswith(" events selected, none of which the view counts\n")
