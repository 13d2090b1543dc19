"""The crash page: every run of what restarts or crashed, and why the run under the cursor ended."""

from collections.abc import Sequence
from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    fit_end,
    fit_middle,
    glimpse,
    left_and_right,
    pad_left,
    pad_right,
    pane_heading,
)
from scaptui.views.crash_health import health_lines
from scaptui.views.crash_story import before, story
from scaptui.views.crashes import Cause, Crashes, Evidence, Program, Run, same
from scaptui.views.format import NS, counted, duration
from scaptui.views.units import Zone, clock, latency

WIDE: Final = 100
# Cells of a program's name in a row of evidence.
_NAME: Final = 5
_UID: Final = 9
# From so many cells on a cause has room for its sentence.
_SENTENCE: Final = 60


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
        return story(self.run) if self.run is not None else []

    @property
    def chosen(self) -> Evidence | None:
        """The line of evidence under its cursor."""
        told = self.evidence
        return told[min(self.line, len(told) - 1)] if told else None

    def move(self, by: int) -> None:
        """Go so many runs on, or back."""
        runs = [at for at, (_, run) in enumerate(self.rows) if run is not None]
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

    def evidence_lines(self, width: int, height: int, *, focused: bool) -> list[Line]:
        """Heading, cause and evidence of the run under the cursor; without one what was seen."""
        run = self.run
        if run is None:
            return health_lines(self._crashes.looked, width)[:height] if self._known else []
        chain = " › ".join([*(glimpse(name) for name in run.chain[:-1]), glimpse(run.command)])
        lines = [pane_heading(f"run {run.number}", fit_end(chain, width - 16), width,
                              focused=focused)]  # fmt: skip
        lines.append(self._cause_line(run, width))
        lines.append((Piece("     EVENT  BEFORE EXIT", "muted"),))
        told = self.evidence
        room = max(1, height - len(lines))
        chosen = self.chosen
        last = len(told)
        if chosen is not None and focused:
            last = max(room, told.index(chosen) + 1)
        for each in told[max(0, last - room) : last]:
            is_here = focused and each is chosen
            lines.append(_evidence_line(each, run, width, is_here=is_here))
        return lines

    def filter_line(self, filter_text: str, width: int) -> Line:
        """Line 2: the filter, how many programs restart and how many runs fail."""
        count = len(self.programs)
        right = f"{counted(count, 'program')} {'restarts' if count == 1 else 'restart'}, "
        right += f"{self._crashes.failing:,} of {self._crashes.runs:,} runs fail"
        if not self._known:
            right = ""
        left = (Piece(" filter  ", "muted"), Piece(glimpse(filter_text) or "none"))
        return left_and_right(left, (Piece(right),), width)

    def cursor_line(self, width: int) -> Line:
        """What the row has no room for, and what comes next."""
        run, program = self.run, self.program
        if run is None or program is None:
            return (Piece(" healthy: nothing was restarted, and no program crashed"),)
        text = f" run {run.number} of {len(program.runs)}   {counted(run.events, 'event')}, "
        text += counted(run.failed, "failure")
        after = next((each for each in program.runs if each.number == run.number + 1), None)
        if after is not None and after.gap is not None:
            text += f"   next run {duration(after.gap)} later"
            if after.container != "host":
                text += f" as {glimpse(after.container)}"
        return (Piece(fit_end(text, width)),)

    def _run_line(self, run: Run, told: Cause | None, width: int, *, is_here: bool) -> Line:
        is_bad = run.end.is_bad
        pieces = [
            Piece("> " if is_here else "  "),
            Piece("×" if is_bad else " ", "failed"),
            Piece(pad_left(str(run.number), 5) + "  "),
            Piece(pad_right("before" if run.started is None
                            else clock(run.started, self._zone, 3), 12)),
            Piece(pad_left(_span(run.life), 6 if width < WIDE else 7)),
            Piece(pad_left(_span(run.gap), 6 if width < WIDE else 7) + "  "),
            Piece(pad_right(_exit(run), 7), "failed" if is_bad else "text"),
        ]  # fmt: skip
        if width >= WIDE:
            pieces.append(Piece(pad_left(f"{run.events:,}", 8)))
        pieces += [
            Piece(pad_left(f"{run.failed:,}", 4 if width < WIDE else 6)),
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
        left = (Piece("   cause   ", "muted"),)
        if cause is None:
            return (*left, Piece("it still runs" if run.lives else "not looked for", "muted"))
        alike = sum(
            other.cause is not None and same(other.cause) == same(cause)
            for program in self.programs
            for other in program.runs
        )
        known = f"{cause.certainty}, {alike} of {self._crashes.runs}"
        room = width - 11 - len(known) - 2
        about = glimpse(cause.about)
        error = f", {cause.error}" if cause.error else ""
        words = f"{cause.verb} {fit_middle(about, max(8, room - len(cause.verb + error) - 1))}"
        text = (words if about else cause.verb) + error
        return left_and_right((*left, Piece(text, bold=True)), (Piece(known, "muted"),), width)


def _heading(width: int) -> str:
    if width < WIDE:
        return "     RUN  START         LIFE   GAP  EXIT   FAIL CONTAINER     CAUSE"
    return "     RUN  START          LIFE    GAP  EXIT     EVENTS  FAIL  CONTAINER       PID  CAUSE"


def _program_line(program: Program, width: int) -> Line:
    words: list[str] = [program.kind]
    if program.identity:
        uid = glimpse(program.identity)
        words.append(uid if width >= WIDE else fit_end(uid, _UID))
    if program.kind == "host" or not program.name:
        words.append(" " + glimpse(program.command))
    else:
        words.append(f" {glimpse(program.name)}")
    ways = len(program.causes)
    how = "all the same way" if ways == 1 else f"{ways} ways" if ways else "none ended"
    right = f"{counted(len(program.runs), 'run')}, {how}"
    left = (
        Piece("   ▾ ", "muted"),
        Piece(fit_end(" ".join(words), width - len(right) - 8), bold=True),
    )
    return left_and_right(left, (Piece(right, "muted"),), width)


def _evidence_line(each: Evidence, run: Run, width: int, *, is_here: bool) -> Line:
    end = run.ended if run.ended is not None else each.ts
    mark = {"failed": "!", "exit": "×" if run.end.is_bad else " "}.get(each.kind, " ")
    pieces = [
        Piece("> " if is_here else "  "),
        Piece(mark, "failed"),
        Piece(pad_left(str(each.event), 7)),
        Piece(pad_left(before(end - each.ts).replace(" ", ""), 11) + "  ", "muted"),
        Piece(pad_right(glimpse(each.name), _NAME) + " "),
    ]
    room = width - sum(len(piece.text) for piece in pieces)
    return (*pieces, *_what(each, room))


def _what(each: Evidence, room: int) -> Sequence[Piece]:
    about = glimpse(each.about)
    match each.kind:
        case "failed":
            rest = max(8, room - len(each.call) - len(each.error) - 2)
            return [
                Piece(f"{each.call} "), Piece(fit_middle(about, rest), "path"),
                Piece(f" {each.error}", "failed"),
            ]  # fmt: skip
        case "said":
            return [Piece(f"{glimpse(each.call)} ", "muted"),
                    Piece(fit_end(about, max(8, room - len(each.call) - 1)))]  # fmt: skip
        case "signal":
            return [Piece(f"{each.error} to {about} {each.target}")]
        case "exit":
            words = f"ends by {each.error}" if each.error else f"exits {about}"
            return [Piece(f"{each.pid} {words}", "failed" if about != "0" else "text")]


def _span(ns: int | None) -> str:
    """A span in five cells: 333ms 2.04s 40.3s 152s."""
    if ns is None:
        return ""
    if ns < NS:
        return latency(ns)
    seconds = ns / NS
    return f"{seconds:.{2 if seconds < 9.995 else 1 if seconds < 99.95 else 0}f}s"


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
    if len(about) > rest and about.startswith("/"):
        # The last two parts of a path tell most.
        tail = "/".join(about.rsplit("/", 2)[1:])
        about = tail if len(tail) <= rest else fit_middle(about, rest)
    return f"{cause.short} {fit_end(about, rest)}"
