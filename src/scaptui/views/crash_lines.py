"""Rows of the crash page's evidence, and the lines above it on wide screens."""

from collections.abc import Sequence
from typing import Final

from scaptui.views.cells import (
    Line,
    Piece,
    fit_end,
    fit_line,
    fit_middle,
    glimpse,
    line_width,
    pad_left,
    pad_right,
    pane_heading,
)
from scaptui.views.crash_story import NoCause, before, is_sure, is_tolerated, not_causes, sequel
from scaptui.views.crashes import Cause, Child, Crashes, Evidence, Program, Run, same
from scaptui.views.format import NS, counted, duration
from scaptui.views.units import Zone, clock, latency

# Cells of a program's name in a row of evidence, of times before an exit, and of clock time.
_NAME: Final = 5
_BEFORE: Final = 13
_CLOCK: Final = 15
_LEAST_TID: Final = 4
_LABEL: Final = 16
# From so many cells on two of the lines above the evidence stand in one.
_TWO_IN_ONE: Final = 180
_SECOND: Final = 77
_MS: Final = 1_000_000

NARROW_HEADING: Final = "     EVENT  BEFORE EXIT"


def about_height(width: int, *, roomy: bool) -> int:
    """Lines above the evidence of a wide screen, with their heading."""
    return (4 if width >= _TWO_IN_ONE else 6) + roomy


def about_lines(
    run: Run, program: Program, crashes: Crashes, width: int, *, focused: bool
) -> list[Line]:
    """Where it ran, what it executed and started, why it ended and why not."""
    where = [] if run.container == "host" else [f"container {glimpse(run.container)}"]
    if program.kind == "pod":
        where.append(f"pod {glimpse(program.identity)}")
    where.append(counted(run.events, "event"))
    heading = pane_heading(
        f"run {run.number}", fit_end(", ".join(where or ["host"]), width - 16), width,
        focused=focused,
    )  # fmt: skip
    others = not_causes(run, 2)
    label = "not causes" if is_sure(run) else "also failed"
    chain = _labelled("exec chain", (Piece(" › ".join(chain_words(run))),))
    children: Line = (Piece(", ".join(children_words(run.children)) or "none"),)
    cause = fit_line(_labelled("cause", _cause_pieces(run, crashes)), width)
    if width < _TWO_IN_ONE:
        lines = [
            chain, _labelled("children", children), cause,
            _labelled(label, _no_cause(others[0]) if others else _NONE),
            *([_labelled("", _no_cause(others[1]))] if len(others) > 1 else []),
        ]  # fmt: skip
        return [heading, *(fit_line(line, width) for line in lines)]
    beside: Line = (Piece("children  ", "muted"), *children)
    first = _no_cause(others[0]) if others else _NONE
    second = _no_cause(others[1]) if len(others) > 1 else ()
    return [
        heading,
        _side_by_side(chain, beside, width),
        cause,
        _side_by_side(_labelled(label, first), second, width),
    ]


_NONE: Final[Line] = (Piece("no other call failed", "muted"),)


def _labelled(label: str, line: Line) -> Line:
    return (Piece(f"   {label}".ljust(_LABEL), "muted"), *line)


def _side_by_side(left: Line, right: Line, width: int) -> Line:
    """Two lines as one; the second begins in its column, or further on when the first is long."""
    if not right:
        return fit_line(left, width)
    most = max(_SECOND, width - line_width(right)) - 2
    if line_width(left) > most:
        left = fit_line(left, most)
    begin = max(_SECOND, line_width(left) + 2)
    return fit_line((*fit_line(left, begin), *right), width)


def _no_cause(other: NoCause) -> Line:
    """A failure and why it is no cause, the failed call only where it did not open something."""
    failed, why = other
    call = "" if failed.call.startswith("open") else f"{glimpse(failed.call)} "
    about = f"{fit_middle(glimpse(failed.about), 40)} " if failed.about else ""
    return (Piece(call), Piece(about, "path"), Piece(f"{failed.error}: {why}"))


def chain_words(run: Run) -> list[str]:
    """Each program that the process of a run was, with the pid; the last with its arguments."""
    names = [glimpse(name) for name in run.chain[:-1]]
    words = [f"{name} {run.pid}" for name in names]
    if words and run.parent is not None:
        words[0] = f"{names[0]} {run.parent}"
    program, _, arguments = glimpse(run.command).partition(" ")
    return [*words, f"{program} {run.pid} {arguments}".rstrip()]


def children_words(children: Sequence[Child]) -> list[str]:
    """Processes below a run, those that stayed with their pid, of others how many."""
    return [
        f"{glimpse(each.name)} {each.pid}" if each.pid is not None
        else glimpse(each.name) + (f" ×{each.times:,}" if each.times > 1 else "")
        for each in children
    ]  # fmt: skip


def _cause_pieces(run: Run, crashes: Crashes) -> Line:
    cause = run.cause
    if cause is None:
        return (Piece("it still runs" if run.lives else "not looked for", "muted"),)
    alike = [
        other
        for program in crashes.programs
        for other in program.runs
        if other.cause is not None and same(other.cause) == same(cause)
    ]
    about = f" {glimpse(cause.about)}" if cause.about else ""
    error = f": {cause.error}" if cause.error else ""
    known = f", {cause.certainty}"
    if crashes.runs > 1:
        all_of_them = len(alike) == crashes.runs
        known += f", in all {crashes.runs:,} runs" if all_of_them else (
            f", in {len(alike):,} of {crashes.runs:,} runs"
        )  # fmt: skip
    spans = [_until_exit(other) for other in alike]
    if cause.error and all(span is not None for span in spans):
        longest = max(span for span in spans if span is not None)
        within = f"{-(-longest // _MS)} ms" if longest < 1_000 * _MS else duration(longest)
        known += f", within {within} of {'each' if len(alike) > 1 else 'the'} exit"
    return (Piece(cause.verb + about + error, bold=True), Piece(known, "muted"))


def _until_exit(run: Run) -> int | None:
    """From the failed call that ended a run to its end, ns."""
    if run.cause is None or run.ended is None:
        return None
    times = [each.ts for each in run.failures if each.event in run.cause.events]
    return run.ended - times[-1] if times else None


def brief_cause_line(cause: Cause, width: int) -> Line:
    """The cause for a narrow screen, in so many cells."""
    about = glimpse(cause.about)
    error = f", {cause.error}" if cause.error else ""
    room = max(8, width - 11 - len(cause.verb + error) - 1)
    text = f"{cause.verb} {fit_path(about, room)}" if about else cause.verb
    return (Piece("   cause   ", "muted"), Piece(text + error, bold=True))


def tight_span(ns: int | None) -> str:
    """A span in five cells: 4.6ms 333ms 2.04s 40.3s 152s."""
    if ns is None:
        return ""
    if ns < _MS:
        return latency(ns)
    if ns < 999_500_000:
        return f"{ns / _MS:.{1 if ns < 9_950_000 else 0}f}ms"
    seconds = ns / NS
    return f"{seconds:.{2 if seconds < 9.995 else 1 if seconds < 99.95 else 0}f}s"


def _before(each: Evidence, run: Run) -> str:
    end = run.ended if run.ended is not None else each.ts
    return before(end - each.ts).replace(" ", "")


def _mark(each: Evidence, run: Run) -> str:
    if each.kind == "exit":
        is_last = run.exit is not None and each.event == run.exit.event
        return "×" if (run.end.is_bad if is_last else each.error or each.about != b"0") else " "
    return "!" if each.kind == "failed" else " "


def narrow_row(each: Evidence, run: Run, width: int, *, is_here: bool) -> Line:
    """A row: event, time before the exit, program, what happened."""
    pieces = [
        Piece("> " if is_here else "  "),
        Piece(_mark(each, run), "failed"),
        Piece(pad_left(str(each.event), 7)),
        Piece(pad_left(_before(each, run), _BEFORE - 2) + "  ", "muted"),
        Piece(pad_right(glimpse(each.name), _NAME) + " "),
    ]
    room = width - sum(len(piece.text) for piece in pieces)
    if each.kind == "exit":
        pieces.append(Piece(f"{each.pid} "))
        room -= len(pieces[-1].text)
    return fit_line((*pieces, *_what(each, run, room, whole=False)), width)


def wide_heading(pids: int) -> str:
    """The heading of wide rows, pids taking so many cells."""
    return f"{NARROW_HEADING}  {'TIME':<{_CLOCK}}  {'PROC':<{_NAME}} {'TID':>{pids}}  WHAT"


def pid_cells(crashes: Crashes) -> int:
    """Cells that pids take on a page of these runs."""
    pids = [
        each.pid
        for program in crashes.programs
        for run in program.runs
        for each in (*run.happened, *run.failures, *run.said, *run.signals)
    ]
    return max(_LEAST_TID, len(str(max(pids, default=0))))


def wide_row(each: Evidence, run: Run, width: int, *, zone: Zone, pids: int, is_here: bool) -> Line:
    """The same with the time and the pid; what was written stands in the pane beside it."""
    pieces = (
        Piece("> " if is_here else "  "),
        Piece(_mark(each, run), "failed"),
        Piece(pad_left(str(each.event), 7)),
        Piece(pad_left(_before(each, run), _BEFORE) + "  ", "muted"),
        Piece(pad_right(clock(each.ts, zone, 6), _CLOCK) + "  "),
        Piece(pad_right(glimpse(each.name), _NAME) + " "),
        Piece(pad_left(str(each.pid), pids) + "  "),
    )
    # A blank before what stands at the right.
    what = _what(each, run, width - 1 - line_width(pieces), whole=True)
    return (*fit_line((*pieces, *what), width - 1), Piece(" "))


def next_row(run: Run, program: Program, width: int, *, zone: Zone, pids: int) -> Line | None:
    """When and as what the program was started again."""
    after = next((each for each in program.runs if each.number == run.number + 1), None)
    if after is None or after.gap is None or after.started is None:
        return None
    container = "" if after.container == "host" else f"  as container {glimpse(after.container)}"
    if container and after.container == run.container:
        container = "  in the same container"
    return fit_line(
        (
            Piece("     next run"),
            Piece(pad_right(f"  +{tight_span(after.gap)}", 12), "muted"),
            Piece(pad_right(clock(after.started, zone, 6), _CLOCK) + "  "),
            Piece(" " * (_NAME + 1) + pad_left(str(after.pid), pids)),
            Piece(container, "address"),
        ),
        width,
    )


def _what(each: Evidence, run: Run, room: int, *, whole: bool) -> Sequence[Piece]:
    about = glimpse(each.about)
    match each.kind:
        case "failed":
            tail = "" if whole or not is_tolerated(each, run) else ", tolerated"
            rest = max(8, room - len(each.call) - len(each.error) - len(tail) - 2)
            return [
                Piece(f"{each.call} "), Piece(fit_middle(about, rest), "path"),
                Piece(f" {each.error}", "failed"), Piece(tail, "muted"),
            ]  # fmt: skip
        case "said" if whole:
            return [Piece(f"writes {fit_end(glimpse(each.call), max(8, room - 20))}, "
                          f"{counted(each.size, 'byte')}")]  # fmt: skip
        case "said":
            return [Piece(f"{glimpse(each.call)} ", "muted"),
                    Piece(fit_end(about, max(8, room - len(each.call) - 1)))]  # fmt: skip
        case "signal":
            end = None if whole else sequel(each, run)
            own = ", its own child" if each.is_own else ""
            which = f", which {_ends(end)}" if end is not None else ""
            words = f"{each.error} to {about} {each.target}"
            for more in (own, which):
                words += more if len(words) + len(more) <= room else ""
            return [Piece(words)]
        case "exit":
            is_bad = bool(each.error or each.about != b"0")
            return [Piece(_ends(each), "failed" if is_bad else "text")]
        case "starts":
            return [Piece(f"{about} starts")]
        case "executes":
            return [Piece(f"{each.call} "), Piece(short_words(about, max(8, room - 8)))]
        case "answers":
            works = ", the run works" if each.about[9:10] in {b"2", b"3"} else ""
            if len(about + works) + 7 > room:
                works = ""
            return [Piece(f"writes {fit_end(about, max(8, room - 7))}{works}")]


def _ends(each: Evidence) -> str:
    return f"ends by {each.error}" if each.error else f"exits {glimpse(each.about)}"


def fit_path(about: str, cells: int) -> str:
    """A path for so many cells: whole, else its last two parts, which tell most."""
    if len(about) > cells and about.startswith("/"):
        tail = "/".join(about.rsplit("/", 2)[1:])
        if len(tail) <= cells:
            return tail
    return fit_middle(about, cells)


def short_words(command: str, room: int) -> str:
    """A command line for so many cells: of long paths their last two parts."""
    words = []
    for word in command.split(" "):
        parts = word.rsplit("/", 2)
        long = len(parts) > 2 and word.startswith("/") and parts[0]
        words.append(f"…/{parts[1]}/{parts[2]}" if long and len(word) > 24 else word)
    return fit_end(" ".join(words), room)
