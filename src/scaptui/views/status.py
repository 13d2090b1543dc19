"""Lines on every screen: what is open, the filter with its counts, the cursor line."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from scaptui._core import Ancestor, Call, Capture, Progress
from scaptui.views import calls
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    fit_middle,
    glimpse,
    joined,
    left_and_right,
    line_width,
)
from scaptui.views.event_rows import ending, info, program, verdict
from scaptui.views.format import NS
from scaptui.views.units import Zone, counted, date, latency, share, zone_name

_WIDE: Final = 100
_NAME_LEAST: Final = 12
_NAME_NARROW: Final = 6
# Calls of which the recorder tells the process they made.
_OF_PROCESSES: Final = ("clone", "exec", "fork", "vfork")
_DAMAGE: Final = frozenset({"damaged", "malformed event", "malformed entry", "wrong trailer"})
# Errors the kernel uses among its own parts, which no C library has words for.
_KERNEL_ERRORS: Final = {
    512: "interrupted, to be started again",
    513: "interrupted, to be started again",
    514: "interrupted, not to be started again",
    515: "no such ioctl",
    516: "interrupted, to be started again",
    517: "driver wants to be asked later",
    530: "no NFS handle of that kind",
}


class State(NamedTuple):
    """How whole the capture is, in words."""

    words: str
    """The part with the role."""
    rest: str = ""
    role: Role = "text"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What line 1 says of the capture. A snapshot."""

    name: str
    events: int
    """Shown events so far."""
    span: tuple[int, int] | None
    """Times of the first and the last of them, ns."""
    state: State
    drops: int | None
    """Events that the recorder lost; None when that is not known."""

    @classmethod
    def of(cls, capture: Capture, *, stopped: bool = False) -> "FileFacts":
        """As the capture stands now. `stopped`: reading was ended by hand."""
        facts = json.loads(capture.facts())
        progress = capture.progress()
        span = capture.span()
        names = [glimpse(file["name"]) for file in facts["files"]]
        name = names[0] if names else ""
        if len(names) > 1:
            name = f"{name} +{len(names) - 1}"
        kinds = [note["kind"] for note in facts["notes"]]
        state = _state(progress, kinds, span, stopped=stopped)
        return cls(name, progress.shown, span, state, facts.get("dropped"))


def _state(
    progress: Progress, kinds: Sequence[str], span: tuple[int, int] | None, *, stopped: bool
) -> State:
    read, total = progress.bytes_read, progress.bytes_total
    part = f" {100 * read // total}%" if total else ""
    if stopped:
        return State(f"stopped at{part}" if part else "stopped", role="warning")
    if not progress.done:
        size = f"{read / 1e6:.0f} of {total / 1e6:.0f} MB" if total else f"{read / 1e6:.0f} MB"
        return State(f"reading{part}", f", {size}", "accent")
    gaps = sum(kind in _DAMAGE for kind in kinds)
    if gaps:
        return State(f"damaged, {gaps:,} {'gap' if gaps == 1 else 'gaps'}", role="warning")
    if "cut short" in kinds or "unreadable" in kinds:
        length = (span[1] - span[0]) / NS if span else 0
        return State(f"cut at {length:.2f} s", role="warning")
    if kinds:
        return State("complete", f", {len(kinds):,} {'note' if len(kinds) == 1 else 'notes'}")
    return State("complete")


def file_line(facts: FileFacts, screen: str, zone: Zone, cells: int) -> Line:
    """Line 1. It gives way in this order: span, event count, the middle of the file's name."""
    between = "   " if cells >= _WIDE else "  "
    parts = _parts(facts, zone, wide=cells >= _WIDE)
    last = Piece(screen)
    room = cells - 1 - len(screen)
    for left_out in ("span", "events"):
        if line_width(_line(parts, between)) > room:
            parts.pop(left_out, None)
    _cut_name(parts, line_width(_line(parts, between)) - room, _NAME_LEAST)
    if facts.span and line_width(_line(parts, between)) > room:
        # On the narrowest screens the zone stays, the date does not.
        parts["date"] = (Piece(zone_name(facts.span[0], zone), "muted"),)
        parts["name"] = (Piece(facts.name, "muted"),)
        _cut_name(parts, line_width(_line(parts, between)) - room, _NAME_NARROW)
    return left_and_right(_line(parts, between), (Piece(" "), last), cells)


def _cut_name(parts: dict[str, Line], over: int, least: int) -> None:
    """Cut the middle of the name by so many cells, but not below the least."""
    name = parts["name"][0]
    cells = min(line_width((name,)), max(least, line_width((name,)) - max(0, over)))
    parts["name"] = (name._replace(text=fit_middle(name.text, cells)),)


def _parts(facts: FileFacts, zone: Zone, *, wide: bool) -> dict[str, Line]:
    parts: dict[str, Line] = {"name": (Piece(facts.name, "muted"),)}
    if facts.span:
        first, last = facts.span
        parts["date"] = (Piece(f"{date(first, zone)} {zone_name(first, zone)}", "muted"),)
        if facts.state.role != "accent":
            length = f"{(last - first) / NS:,.{3 if wide else 1}f}"
            parts["events"] = (Piece(f"{facts.events:,} ev", "muted"),)
            parts["span"] = (Piece(f"{length} s", "muted"),)
    state = facts.state
    parts["state"] = (Piece(state.words, state.role), Piece(state.rest, "muted"))
    drops = "?" if facts.drops is None else f"{facts.drops:,}"
    role: Role = "warning" if facts.drops else "muted"
    parts["drops"] = (Piece(f"drops {drops}", role, bold=bool(facts.drops)),)
    return parts


def _line(parts: dict[str, Line], between: str) -> Line:
    return (Piece(" "), *joined(parts.values(), between))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many events a filter selects, of how many. Never rows: other tools print events."""

    selected: int
    of: int
    complete: bool

    def __str__(self) -> str:
        """As line 2 ends: `3,267 of 39,082   8.4%`."""
        if not self.complete:
            return f"{self.selected:,} so far"
        part = share(self.selected, self.of) if self.selected else ""
        return f"{self.selected:,} of {self.of:,}  {part:>5}".rstrip()


def filter_line(text: str, counts: Counts | None, cells: int, note: str = "") -> Line:
    """Line 2: the filter, whole or ending in `…`, and how many events it selects.

    `note` stands between: the moment of a process tree.
    """
    if counts is None:
        right = ""
    elif text:
        right = str(counts)
    else:
        right = f"all {counted(counts.of)}" + ("" if counts.complete else " so far")
    room = cells - len(" filter  ") - (len(right) + 1 if right else 0)
    noted = f"   {note}" if note else ""
    shown_filter = fit_end(glimpse(text) or "none", max(4, room - len(noted)))
    left: Line = (Piece(" filter  ", "muted"), Piece(shown_filter + noted))
    return left_and_right(left, (Piece(right),), cells)


@dataclass(frozen=True, slots=True)
class CursorFacts:
    """What the cursor line says of an event."""

    call: Call
    lineage: Sequence[Ancestor]
    arguments: Sequence[tuple[str, str, bytes]]
    """Name, type and text of each argument."""
    command: bytes = b""
    """The command line, told where no ancestor is known."""


def cursor_line(facts: CursorFacts, cells: int) -> Line:
    """Line 23: thread and ancestors, then the call with what the columns had no room for."""
    wide = cells >= _WIDE
    call = facts.call
    name = program(call)
    if call.tid is not None and call.pid is not None and call.pid < 0:
        who = f"thread {call.tid} {name}"
    elif call.tid is not None and call.tid != call.pid:
        who = f"thread {call.tid} of {call.pid} {name}"
    else:
        who = f"{'?' if call.tid is None else call.tid} {name}"
    # A parent of which only the id is known tells nothing here.
    named = [ancestor for ancestor in facts.lineage if ancestor.name][: 3 if wide else 1]
    chain = "".join(f" ‹ {ancestor.pid} {glimpse(ancestor.name)}" for ancestor in named)
    if not named:
        words = glimpse(facts.command).partition(" ")[2]
        chain = f" {fit_end(words, cells // 4)}" if words else ""
    pieces = [Piece(f" {who}"), Piece(chain, "muted"), Piece("   ")]
    pieces += _called(facts) if wide else _told(facts)
    if call.error and call.errno:
        words = explained(call.errno, "full" if wide else "short")
        pieces.append(Piece(f", {words}" if wide else f"   {words}", verdict(call)[1]))
    if wide and call.latency is not None:
        pieces.append(Piece(f"   {latency(call.latency)}", "muted"))
    if wide:
        pieces.append(Piece(f"   cpu {call.cpu}", "muted"))
    return fit_line(tuple(pieces), cells)


def _told(facts: CursorFacts) -> list[Piece]:
    """The call and what it is about in a few words: openat /etc/hosts O_RDONLY."""
    call = facts.call
    if call.exit_status is not None:
        return [Piece(f"ends with {ending(call.exit_status)}")]
    if call.name in {"clone", "clone3", "fork", "vfork"} and call.result == 0 and call.is_exit:
        who = "thread" if call.tid != call.pid else "process"
        return [Piece(f"{call.name}, returning in the new {who}")]
    about = list(info(call))
    if not (call.path or call.data or call.signal) and len(about) > 1:
        # The number of a descriptor tells less than its name.
        del about[0]
    pieces = [Piece(f"{call.name} " if about else call.name), *about]
    flags = next((text for name, _, text in facts.arguments if name == "flags"), b"")
    if call.path and (named := meaning(flags)):
        pieces.append(Piece(f" {named}"))
    return pieces


def _called(facts: CursorFacts) -> list[Piece]:
    """The call as in C: openat(AT_FDCWD, /etc/hosts, O_RDONLY) = 3."""
    call = facts.call
    if call.exit_status is not None or not call.is_exit or makes_process(call):
        return _told(facts)
    arguments = [
        (name, text)
        for name, _, text in facts.arguments
        # What a call returns stands behind it, and what the recorder adds is no argument.
        if not _is_result(name, facts) and name not in {"dev", "ino", "size", "tuple"}
    ]
    while arguments and arguments[-1] == ("mode", b"0"):
        arguments.pop()
    if call.fd is not None and call.fd >= 0 and all(name != "fd" for name, _, _ in facts.arguments):
        # Old recorders tell it where the call begins.
        arguments.insert(0, ("fd", str(call.fd).encode()))
    texts = ", ".join(fit_middle(meaning(text) or "0", 40) for _, text in arguments)
    pieces = [Piece(f"{call.name}({texts})")]
    if call.error:
        pieces += [Piece(" = "), Piece(call.error, "failed")]
    elif call.result is not None:
        text = f"{call.result & (2**64 - 1):#x}" if call.result_is_address else str(call.result)
        pieces.append(Piece(f" = {text}"))
    return pieces


def _is_result(name: str, facts: CursorFacts) -> bool:
    """Whether a parameter is what the call returned: the first one, called res or fd."""
    return bool(facts.arguments) and name == facts.arguments[0][0] and name in {"res", "fd"}


def meaning(text: bytes) -> str:
    """What a parameter means rather than its number: `1 (O_RDONLY)` is O_RDONLY."""
    words = glimpse(text)
    number, bracket, rest = words.partition(" (")
    if bracket and rest.endswith(")") and number.lstrip("-").isdigit():
        named = rest[:-1]
        return f"{number}{named}" if named.startswith("<") else named
    return words


def makes_process(call: Call) -> bool:
    """Whether a call's parameters are those of the process that it made."""
    return call.name.startswith(_OF_PROCESSES)


def explanation(call: Call) -> str:
    """What a call is for, and what its error says."""
    purpose = calls.meaning(call.name) or "not explained here"
    told = f"{call.name}  {purpose}"
    if call.error and call.errno:
        return f"{told}   {call.error}: {explained(call.errno, 'short')}"
    return told


def explained(errno: int, form: Literal["short", "full"] = "full") -> str:
    """An error in words: no such file or directory; in short the first of two alternatives."""
    words = _KERNEL_ERRORS.get(errno) or os.strerror(errno)
    words = words[:1].lower() + words[1:]
    return words.partition(" or ")[0] if form == "short" else words
