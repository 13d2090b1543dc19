"""The crash page: every run of what restarts or crashed, and why the run under the cursor ended."""

from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    fit_end,
    glimpse,
    left_and_right,
    pad_left,
    pad_right,
    pane_heading,
)
from scaptui.views.crash_health import health_lines, nothing_found
from scaptui.views.crash_lines import (
    NARROW_HEADING,
    about_lines,
    brief_cause_line,
    fit_path,
    narrow_row,
    next_row,
    pid_cells,
    tight_span,
    wide_heading,
    wide_row,
)
from scaptui.views.crash_story import story
from scaptui.views.crashes import Cause, Crashes, Evidence, Program, Run, same
from scaptui.views.format import counted, duration
from scaptui.views.units import Zone, clock

WIDE: Final = 100
_UID: Final = 9
# From so many cells on a cause has room for its sentence.
_SENTENCE: Final = 60
# From so many cells on a cause tells how many runs have it.
_WITH_COUNT: Final = 76
_EXIT: Final = 7
# Lines of wide evidence that leave room for the next run below it.
_LEAST_WITH_NEXT: Final = 8


class CrashPage:
    """Runs in rows below their program, the program with most failing runs first.

    The cursor is on a run; the evidence has one of its own.
    """

    def __init__(self, crashes: Crashes, zone: Zone, *, known: bool = True) -> None:
        self._zone = zone
        self._known = known
        self._crashes = crashes
        self.programs = sorted(crashes.programs, key=lambda each: -each.failing)
        self.rows: list[tuple[Program, Run | None]] = []
        for program in self.programs:
            self.rows.append((program, None))
            self.rows += [(program, run) for run in program.runs]
        self.cursor = 1 if self.rows else 0
        self.top = 0
        self.line = 0
        self.is_wide = False
        self._pid_cells = pid_cells(crashes)

    @property
    def program(self) -> Program | None:
        """The program under the cursor."""
        return self.rows[self.cursor][0] if self.rows else None

    @property
    def run(self) -> Run | None:
        """The run under the cursor."""
        return self.rows[self.cursor][1] if self.rows else None

    @property
    def evidence(self) -> list[Evidence]:
        """What is told of the run under the cursor."""
        return story(self.run, whole=self.is_wide) if self.run is not None else []

    @property
    def chosen(self) -> Evidence | None:
        """The line of evidence under its cursor."""
        told = self.evidence
        return told[min(self.line, len(told) - 1)] if told else None

    @property
    def _runs(self) -> list[int]:
        return [at for at, (_, run) in enumerate(self.rows) if run is not None]

    def runs_to(self, line: int) -> int:
        """How many runs from the cursor's to that on a line of the list; 0 where none is."""
        runs, at = self._runs, self.top + line - 1
        return runs.index(at) - runs.index(self.cursor) if line > 0 and at in runs else 0

    def move(self, by: int) -> None:
        """Go so many runs on, or back."""
        runs = self._runs
        if runs:
            at = runs.index(self.cursor) + by
            self.cursor = runs[max(0, min(at, len(runs) - 1))]
            self.line = max(0, len(self.evidence) - 1)

    def move_line(self, by: int) -> None:
        """Go so many lines of the evidence on, or back."""
        self.line = max(0, min(self.line + by, len(self.evidence) - 1))

    def wanted_rows(self) -> int:
        """Lines that all runs take, with their heading."""
        return 1 + len(self.rows)

    def scope(self) -> str:
        """A filter for the events of the run under the cursor, empty without one."""
        run = self.run
        return "" if run is None else f"proc.pid={run.pid} or proc.apid={run.pid}"

    def list_lines(self, width: int, height: int) -> tuple[list[Line], int | None]:
        """Heading and rows for a size, and which of them the cursor is on."""
        shown = max(1, height - 1)
        if self.cursor < self.top + 1:
            self.top = max(0, self.cursor - 1)
        self.top = max(self.top, self.cursor - shown + 1)
        self.top = max(0, min(self.top, len(self.rows) - shown))
        lines: list[Line] = [(Piece(_heading(width), "muted"),)]
        told: Cause | None = None
        for at, (program, run) in enumerate(self.rows):
            if run is None:
                told = None
            if self.top <= at < self.top + shown:
                if run is None:
                    lines.append(_program_line(program, width))
                else:
                    lines.append(self._run_line(run, told, width, is_here=at == self.cursor))
            told = run.cause if run is not None and run.cause is not None else told
        return lines, (1 + self.cursor - self.top if self.rows else None)

    def about_lines(self, width: int, *, focused: bool) -> list[Line]:
        """What a wide screen tells of the run under the cursor above its evidence."""
        run, program = self.run, self.program
        if run is None or program is None:
            return []
        return about_lines(run, program, self._crashes, width, focused=focused)

    def evidence_lines(self, width: int, height: int, *, focused: bool) -> list[Line]:
        """Heading, cause and evidence of the run under the cursor; without one what was seen."""
        run = self.run
        if run is None:
            return health_lines(self._crashes.looked, width)[:height] if self._known else []
        if self.is_wide:
            return self._wide_lines(run, width, height, focused=focused)
        chain = " › ".join([*(glimpse(name) for name in run.chain[:-1]), glimpse(run.command)])
        lines = [pane_heading(f"run {run.number}", fit_end(chain, width - 16), width,
                              focused=focused)]  # fmt: skip
        lines.append(self._cause_line(run, width))
        lines.append((Piece(NARROW_HEADING, "muted"),))
        for each, is_here in self._shown(height - len(lines), focused=focused):
            lines.append(narrow_row(each, run, width, is_here=is_here))
        return lines

    def _wide_lines(self, run: Run, width: int, height: int, *, focused: bool) -> list[Line]:
        program, pids = self.rows[self.cursor][0], self._pid_cells
        after = next_row(run, program, width, zone=self._zone, pids=pids)
        tail: list[Line] = [(), after] if after is not None and height >= _LEAST_WITH_NEXT else []
        lines: list[Line] = [(Piece(wide_heading(pids), "muted"),)]
        for each, is_here in self._shown(height - 1 - len(tail), focused=focused):
            row = wide_row(each, run, width, zone=self._zone, pids=pids, is_here=is_here)
            lines.append(row)
        return lines + tail

    def _shown(self, room: int, *, focused: bool) -> list[tuple[Evidence, bool]]:
        """The last rows for so many lines, or those with the cursor, and which that is on."""
        told, chosen, room = self.evidence, self.chosen, max(1, room)
        last = len(told)
        if chosen is not None and focused:
            last = max(room, told.index(chosen) + 1)
        return [(each, focused and each is chosen) for each in told[max(0, last - room) : last]]

    def filter_line(self, filter_text: str, width: int) -> Line:
        """Line 2: the filter, how many programs restart and how many runs fail."""
        count = len(self.programs)
        right = f"{counted(count, 'program')} {'restarts' if count == 1 else 'restart'}, "
        right += f"{self._crashes.failing:,} of {self._crashes.runs:,} runs fail"
        if not self.programs:
            right = "no run to show" if self._known else ""
        left = (Piece(" filter  ", "muted"), Piece(glimpse(filter_text) or "none"))
        return left_and_right(left, (Piece(right),), width)

    def cursor_line(self, width: int) -> Line:
        """What the row has no room for, and what comes next."""
        run, program = self.run, self.program
        if run is None or program is None:
            said = nothing_found(self._crashes.looked) if self._known else ""
            return (Piece(fit_end(f" {said}", width)),)
        text = f" run {run.number} of {len(program.runs)}   {counted(run.events, 'event')}, "
        text += counted(run.failed, "failure")
        after = next((each for each in program.runs if each.number == run.number + 1), None)
        if after is not None and after.gap is not None:
            text += f"   next run {duration(after.gap)} later"
            if after.container != "host":
                text += f" as {glimpse(after.container)}"
        return (Piece(fit_end(text, width)),)

    def _run_line(self, run: Run, told: Cause | None, width: int, *, is_here: bool) -> Line:
        is_bad, ended = run.end.is_bad, fit_end(_exit(run), _EXIT + 1)
        pieces = [
            Piece("> " if is_here else "  "),
            Piece("×" if is_bad else " ", "failed"),
            Piece(pad_left(str(run.number), 5) + "  "),
            Piece(pad_right("before" if run.started is None
                            else clock(run.started, self._zone, 3), 12)),
            Piece(pad_left(tight_span(run.life), 6 if width < WIDE else 7)),
            Piece(pad_left(tight_span(run.gap), 6 if width < WIDE else 7) + "  "),
            Piece(ended, "failed" if is_bad else "text"),
        ]  # fmt: skip
        # What ends a run is never cut: the number after it has the rest of both columns.
        rest = _EXIT - len(ended)
        if width >= WIDE:
            pieces.append(Piece(pad_left(f"{run.events:,}", rest + 8)))
            rest = 0
        pieces += [
            Piece(pad_left(f"{run.failed:,}", rest + (4 if width < WIDE else 6))),
            Piece(" " if width < WIDE else "  "),
            Piece(pad_right(glimpse(run.container), 12), "address"),
        ]
        if width >= WIDE:
            pieces.append(Piece(pad_left(str(run.pid), 7)))
        pieces.append(Piece("  "))
        is_same = run.cause is not None and told is not None and same(run.cause) == same(told)
        room = width - sum(len(piece.text) for piece in pieces)
        if is_same:
            pieces.append(Piece("same", "muted"))
        elif run.cause is not None:
            pieces.append(Piece((_whole if room >= _SENTENCE else _short)(run.cause, room)))
        else:
            pieces.append(Piece("still runs" if run.lives else "", "muted"))
        return tuple(pieces)

    def _cause_line(self, run: Run, width: int) -> Line:
        cause = run.cause
        if cause is None:
            label = Piece("   cause   ", "muted")
            return (label, Piece("it still runs" if run.lives else "not looked for", "muted"))
        alike = sum(
            other.cause is not None and same(other.cause) == same(cause)
            for program in self.programs
            for other in program.runs
        )
        known: str = cause.certainty
        if width >= _WITH_COUNT:
            known += f", {alike} of {self._crashes.runs}"
        left = brief_cause_line(cause, width - len(known) - 2)
        return left_and_right(left, (Piece(known, "muted"),), width)


def _heading(width: int) -> str:
    if width < WIDE:
        return "     RUN  START         LIFE   GAP  EXIT   FAIL CONTAINER     CAUSE"
    return "     RUN  START          LIFE    GAP  EXIT     EVENTS  FAIL  CONTAINER       PID  CAUSE"


def _program_line(program: Program, width: int) -> Line:
    words: list[str] = [program.kind]
    if program.identity:
        uid = glimpse(program.identity)
        words.append(uid if width >= WIDE else fit_end(uid, _UID))
    between = " " * (2 if width >= WIDE else 1)
    if program.kind == "host" or not program.name:
        words.append(between + glimpse(program.command))
    else:
        words.append(f"{between}{'hostname ' * program.is_hostname}{glimpse(program.name)}")
    ways = len(program.causes)
    how = "all the same way" if ways == 1 else f"{ways} ways" if ways else "none ended"
    right = f"{counted(len(program.runs), 'run')}, {how}"
    left = (
        Piece("   ▾ ", "muted"),
        Piece(fit_end(" ".join(words), width - len(right) - 8), bold=True),
    )
    return left_and_right(left, (Piece(right, "muted"),), width)


def _exit(run: Run) -> str:
    if run.lives:
        return "runs"
    if run.end.signal:
        return run.end.signal
    return "?" if run.end.status is None else f"exit {run.end.status}"


def _whole(cause: Cause, room: int) -> str:
    about = f" {glimpse(cause.about)}" if cause.about else ""
    error = f": {cause.error}" if cause.error else ""
    return fit_end(f"{cause.verb}{about}{error}, {cause.certainty}", room)


def _short(cause: Cause, room: int) -> str:
    about = glimpse(cause.about)
    if not about:
        return fit_end(cause.short or cause.verb, room)
    rest = max(4, room - len(cause.short) - 1)
    # Words end where the cell does, a path does not.
    about = fit_path(about, rest) if about.startswith("/") else fit_end(about, rest)
    return f"{cause.short} {about}"
