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
    pane_heading,
)
from scaptui.views.crash_story import before
from scaptui.views.crashes import Evidence, Program, Run, same
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


def evidence_width(width: int) -> int:
    """Cells of the evidence on a screen of so many."""
    if width < WITH_SIDE:
        return width
    return max(_LEAST, width * _LEFT[0] // _LEFT[1])


def side_lines(run: Run | None, program: Program | None, width: int, height: int) -> list[Line]:
    """Output, failures and the other runs, with a border, for a size."""
    if run is None or program is None:
        return []
    where = "host" if program.kind == "host" else f"container {glimpse(run.container)}"
    inside = width - 3
    lines = [pane_heading("stdout and stderr", where, width)]
    others = _others(run, program, inside)
    failures = _failures(run, inside)
    room = height - len(lines) - len(others)
    failures = failures[: 1 + max(1, room // 2)] if failures else []
    room = max(1, room - len(failures) - bool(failures))
    # The last of each is next to the end.
    said = [_said_line(each, run, inside) for each in run.said][-room:]
    body: list[Line] = said or [(Piece("   nothing that the capture holds", "muted"),)]
    for part in (failures, others):
        if part:
            body += [(), *part]
    lines += [fit_line((Piece(" │ ", "muted"), *line), width) for line in body]
    border: Line = (Piece(" │", "muted"),)
    return [*lines[:height], *[border] * (height - len(lines))]


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
    """A heading and the last failures, that next to the end first, with how often each was."""
    if not run.failures:
        return []
    room = max(8, width - _WHEN - 2 - _CALL - 1 - 1 - _ERROR - _TIMES)
    lines: list[Line] = [(Piece(" last failures before the end", "muted"),)]
    for each in reversed(run.failures):
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


def _others(run: Run, program: Program, width: int) -> Sequence[Line]:
    """What is to be said of the program's other runs together."""
    others = [each for each in program.runs if each is not run and each.cause is not None]
    if run.cause is None or not others:
        return []
    alike = sum(each.cause is not None and same(each.cause) == same(run.cause) for each in others)
    fewest, most = min(each.failed for each in others), max(each.failed for each in others)
    failures = counted(most, "failure") if fewest == most else f"{fewest:,} to {most:,} failures"
    text = f" {counted(len(others), 'other run')}: {failures}"
    text += f"{' each' if len(others) > 1 else ''}, {alike:,} with the same cause"
    return [(Piece(fit_end(text, width), "muted"),)]
