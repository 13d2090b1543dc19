"""Beside the evidence of a run: what it wrote, and the last calls of it that failed."""

from collections.abc import Sequence
from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    fit_end,
    fit_line,
    fit_middle,
    glimpse,
    pad_left,
    pad_right,
)
from scaptui.views.crash_story import before
from scaptui.views.crashes import Evidence, Program, Run, alike, same
from scaptui.views.format import counted

# From so many cells on there is a pane beside the evidence.
WITH_SIDE: Final = 140
# Of 200 cells the evidence has 93, and never less than 80.
_LEFT: Final = (93, 200)
_LEAST: Final = 80
_WHEN: Final = 9
_CALL: Final = 10
_ERROR: Final = 13
_TIMES: Final = 4
# Lines that leave room for the other runs.
_LEAST_WITH_OTHERS: Final = 14
# Other runs that are named; more are counted.
_NAMED: Final = 6


def evidence_width(width: int) -> int:
    """Cells of the evidence on a screen of so many."""
    if width < WITH_SIDE:
        return width
    return max(_LEAST, width * _LEFT[0] // _LEFT[1])


def side_lines(run: Run | None, program: Program | None, width: int, height: int) -> list[Line]:
    """Output, failures and the other runs, with a border, for a size."""
    if run is None or program is None:
        return []
    inside = width - 3
    failures = _failures(run, inside)
    others = _others(run, program, inside) if height >= _LEAST_WITH_OTHERS else []
    room = height - 2 - (len(others) + 1 if others else 0)
    if failures:
        # A heading, and of failures and output the last: next to the end.
        failures = [failures[0], *failures[1:][-max(1, room // 2 - 2) :]]
        room -= len(failures) + 1
    said = [_said_line(each, run, inside) for each in run.said][-max(1, room) :]
    body: list[Line] = [(Piece("stderr and stdout of the run", "heading"),)]
    body += said or [(Piece("  nothing that the capture holds", "muted"),)]
    for part in (failures, others):
        if part:
            body += [(), *part]
    border = Piece("│ ", "muted")
    lines = [(), *(fit_line((border, *line), width) for line in body)]
    return [*lines[:height], *[(border,)] * (height - len(lines))]


def _when(each: Evidence, run: Run) -> Piece:
    end = run.ended if run.ended is not None else each.ts
    return Piece(pad_left(before(end - each.ts).replace(" ", ""), _WHEN) + "  ", "muted")


def _said_line(each: Evidence, run: Run, width: int) -> Line:
    room = width - _WHEN - 2
    if each.call in {"stderr", "stdout"}:
        return (_when(each, run), Piece(fit_end(glimpse(each.about), room)))
    name = glimpse(each.call)
    return (
        _when(each, run),
        Piece(f"{name} ", "muted"),
        Piece(fit_end(glimpse(each.about), max(8, room - len(name) - 1))),
    )


def _failures(run: Run, width: int) -> list[Line]:
    """A heading and the last failures, the oldest first, with how often each was."""
    if not run.failures:
        return []
    room = max(8, width - _WHEN - 2 - _CALL - 1 - 1 - _ERROR - _TIMES)
    lines: list[Line] = [(Piece("last failures before the exit", "heading"),)]
    for each in run.failures:
        about = pad_right(fit_middle(glimpse(each.about), room), room)
        lines.append(
            (
                _when(each, run),
                Piece(pad_right(fit_end(each.call, _CALL), _CALL) + " "),
                Piece(about + " ", "path"),
                Piece(pad_right(fit_end(each.error, _ERROR), _ERROR), "failed"),
                Piece(pad_left(str(each.times), _TIMES), "muted"),
            )
        )
    return lines


def _others(run: Run, program: Program, width: int) -> list[Line]:
    """What is to be said of the program's other runs together."""
    others = [each for each in program.runs if each is not run and each.cause is not None]
    cause = run.cause
    if cause is None or not others:
        return []
    with_it = sum(each.cause is not None and same(each.cause) == same(cause) for each in others)
    fewest, most = min(each.failed for each in others), max(each.failed for each in others)
    failures = counted(most, "failure") if fewest == most else f"{fewest:,} to {most:,} failures"
    failures += " each" if len(others) > 1 else ""
    is_one = with_it == len(others)
    how = "the same cause" if is_one else f"{with_it:,} with the same cause"
    equal = is_one and all(_traces(each) == _traces(run) for each in others)
    lines: list[Line] = [(Piece(fit_end(_names(others), width), "heading"),)]
    lines.append((Piece(fit_end(f"  {failures}, {how}" + ";" * equal, width)),))
    if equal:
        what = "numbers and the container" if _containers_differ(program) else "numbers"
        lines.append((Piece(fit_end(f"  only {what} differ", width)),))
    return lines


def _traces(run: Run) -> tuple[object, ...]:
    """What failed and what was said, without numbers."""
    failed = {(each.call, each.error, alike(each.about)) for each in run.failures}
    said = [(each.call, alike(each.about)) for each in run.said]
    return failed, said


def _containers_differ(program: Program) -> bool:
    return len({run.container for run in program.runs}) > 1


def _names(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        return f"run {runs[0].number}"
    if len(runs) > _NAMED:
        return f"{len(runs):,} other runs"
    *names, last = [str(run.number) for run in runs]
    return f"runs {', '.join(names)} and {last}"
