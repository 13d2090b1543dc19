"""Why a filter selects nothing, clause by clause."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scaptui.filter.core import understood
from scaptui.views.cells import line_text
from scaptui.views.why_findings import readable
from scaptui.views.why_layout import Layout
from scaptui.views.why_page import WhyModel
from tests.views.explaining import Explaining, drawn

Real = Callable[[str], Path]


def why(path: Path, text: str) -> WhyModel:
    """The page about a filter, all counts known."""
    return Explaining(path).page(text)


def test_a_name_that_is_not_there_is_answered_with_those_that_are(real: Real) -> None:
    model = why(real("invalid-command.mid.scap.gz"), 'proc.name == "nginx"')
    assert drawn(model) == [
        "",
        ' 1  proc.name = "nginx"              0 events    19,622 have the field',
        "    names here  bash 6,853 · mkdir 5,723 · find 2,888 · sed 747 · rmdir 595",
        "                docker-entrypoi 626 · sh 617 · unshare 524 · 5 more",
        "",
        ' "nginx" occurs elsewhere',
        ">   proc.cmdline                 1,478 events    hostname nginx-crashloop; …",
        "    failed execve                   15 events    -c.hostname nginx-crashloop; …",
        '    evt.buffer                       9 events    if [ "$1" = "nginx" ]; then …',
        "    proc.exepath, fd.name            0 events    no file of that name was opened",
        "",
        " What ran instead                               5 times, the first of them:",
        "    docker-entrypoint.sh invalid-command        container 1f2e3d4c5b6a, pid 4523",
        "  !  3713  execve invalid-command               ENOENT, 6 times, along PATH",
        "     3725  stderr /srv/demo/work/seed/docker-entrypoint.sh: 4: exec: invalid-co…",
        "  ×  3731  docker-entrypoi exits 127, command not found, 960us after its exec",
        "     and    151 execve in the file, 85 succeeded, none of them nginx",
        ' So  nginx never started. docker-entrypoint.sh tried to run "invalid-command",',
        "     which does not exist. All 5 runs end this way, with exit status 127.",
    ]
    assert line_text(model.about_target(80)) == (
        ' Enter  filters on proc.cmdline contains "nginx"           1,478 of 19,622 match'
    )


def test_a_text_that_is_nowhere_is_not_said_to_be_elsewhere(crashloop: Path) -> None:
    lines = drawn(why(crashloop, 'fd.name contains "54886"'))
    at = lines.index(' "54886" occurs nowhere else')
    assert [line[:45].strip() for line in lines[at + 1 : at + 3]] == [
        "proc.cmdline, evt.buffer         0 events",
        "proc.exepath                     0 events",
    ]


def test_what_was_not_counted_is_not_said_to_be_nowhere(crashloop: Path) -> None:
    known = why(crashloop, 'fd.name contains "54886"').explanation
    assert known is not None
    places = tuple(replace(place, count=None) for place in known.elsewhere)
    for unsure in (replace(known, elsewhere=places), replace(known, done=False)):
        texts = [line_text(line) for line in Layout(unsure, 80).lines]
        assert ' "54886" was looked for elsewhere' in texts


def test_the_clause_that_empties_the_result_is_marked(crashloop: Path) -> None:
    model = why(crashloop, "proc.name=nginx and evt.type=openat2 and evt.dir=<")
    explanation = model.explanation
    assert explanation is not None
    assert explanation.first_to_empty == 1
    assert [line[:3] for line in drawn(model) if line[2:3] == "×"] == [" 2×"]


def test_counts_together_never_grow_and_end_at_the_result(crashloop: Path) -> None:
    text = "evt.failed=true and evt.dir=< and proc.name in (nginx, bash) and fd.num>2"
    explanation = why(crashloop, text).explanation
    assert explanation is not None
    together = [clause.together for clause in explanation.clauses]
    assert together == sorted(together, reverse=True)
    assert together[-1] == explanation.selected
    assert all(clause.together <= clause.alone for clause in explanation.clauses)


def test_a_misspelled_name_finds_the_nearest(crashloop: Path) -> None:
    model = why(crashloop, "proc.name=ngnix")
    assert drawn(model)[2].startswith(">   nearest     nginx ")
    assert model.chosen_filter == 'proc.name = "nginx"'


def test_a_value_replaces_the_clause_that_fails_and_keeps_the_others(crashloop: Path) -> None:
    model = why(crashloop, "evt.failed=true and proc.name=ngnix")
    assert model.chosen_filter == 'evt.failed = true and proc.name = "nginx"'


def test_a_call_that_is_not_made_is_answered_with_those_that_do_the_same(real: Real) -> None:
    model = why(real("502Error.scap"), "proc.name=curl and evt.type=openat")
    assert ">   does alike  open 444" in drawn(model)


def test_a_container_known_from_the_tables_alone_is_told(real: Real) -> None:
    lines = drawn(why(real("502Error.scap"), "proc.name=nginx"))
    assert any("container.image" in line and "0 events" in line for line in lines)
    assert any("the file has no execve" in line for line in lines)


def test_a_filter_that_matches_is_explained_too(crashloop: Path) -> None:
    model = why(crashloop, "proc.name=nginx and evt.failed=true")
    assert not any("×" in line for line in drawn(model))
    assert model.chosen_filter == 'proc.name = "nginx"'


def test_the_cursor_goes_over_everything_once_and_stops_at_the_ends(crashloop: Path) -> None:
    model = why(crashloop, "proc.name=ngnix")
    model.move(-1_000)
    seen = [model.chosen_filter]
    for _ in range(100):
        model.move(1)
        if model.chosen_filter == seen[-1]:
            break
        seen.append(model.chosen_filter)
    assert len(seen) == len(set(seen)) > 3


def test_a_long_clause_is_told_whole_and_its_count_behind_it(crashloop: Path) -> None:
    paths = [f"/etc/some/file/number{at}" for at in range(9)]
    model = why(crashloop, f"proc.name=nginx and fd.name in ({', '.join(paths)})")
    lines = drawn(model)
    told = " ".join(" ".join(lines).split())
    assert ", ".join(f"{path}" for path in paths) in told.replace('"', "")
    assert not any("…" in line for line in lines[:8])
    last = next(at for at, line in enumerate(lines) if "number8" in line)
    assert any("0 events" in line for line in lines[last : last + 2])


def test_alternatives_are_counted_each_and_can_be_chosen(crashloop: Path) -> None:
    model = why(crashloop, "proc.name=nginx or evt.failed=true")
    assert model.explanation is not None
    (clause,) = model.explanation.clauses
    assert [count > 0 for _, count in clause.parts] == [True, True]
    lines = drawn(model)
    assert any(re.match(r" 1  any of these +[\d,]+ events", line) for line in lines), lines
    assert any(re.match(r"> +proc.name = \"?nginx\"? +[\d,]+ events", line) for line in lines), (
        lines
    )
    model.move(1)
    assert model.chosen_filter == "evt.failed = true"


@pytest.mark.parametrize("columns", [40, 60, 80, 132])
def test_the_page_fits_the_screen(crashloop: Path, columns: int) -> None:
    text = "proc.name=ngnix and evt.type=openat2 and (fd.num=3 or fd.name contains sqlite)"
    model = why(crashloop, text)
    assert all(len(line) <= columns for line in drawn(model, columns))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not proc.name=zzz",
        "proc.name=zzz or evt.failed=true",
        "proc.name exists and fd.name=zzz",
        "evt.buffer contains zzz",
        "fd.num=123456",
        "fd.sip=1.2.3.4",
        "tolower(proc.name)=zzz",
        "proc.name in (zzz, yyy)",
        "proc.env[HOME]=zzz",
        "proc.name=zzz xor proc.name=yyy",
    ],
)
def test_every_kind_of_filter_can_be_explained(crashloop: Path, text: str) -> None:
    model = why(crashloop, text)
    assert model.explanation is not None
    assert model.explanation.done
    for _ in range(20):
        assert len(drawn(model)) > 0
        if model.chosen_filter is not None:
            understood(model.chosen_filter)
        model.move(1)


def test_a_clause_is_written_so_that_it_can_be_typed() -> None:
    expression = understood('proc.name == "a b"').expression
    assert understood(readable(expression)).expression == expression
