"""Sections of details: event, process as of then, lineage, container, descriptors, every field."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from scaptui._core import Call
from scaptui.views.cells import (
    Piece,
    Role,
    fit_end,
    fit_line,
    fit_middle,
    glimpse,
    pad_right,
    width,
)
from scaptui.views.detail_lines import DetailLine, descriptor_note, half, result
from scaptui.views.event_rows import ended_shortly, ending, program
from scaptui.views.facts import Facts
from scaptui.views.happening import next_steps
from scaptui.views.status import explained, makes_process, meaning
from scaptui.views.units import clock, counted, date, latency

_LABEL: Final = 11
# Where the second of two short values on a line begins.
_HALF: Final = 17
# Parameters that are the result, the payload, or what the recorder adds.
_TOLD: Final = frozenset({"res", "fd", "data", "dev", "ino", "tuple"})
# Parameters of a call that makes a process, which are not told of that process anyway.
_OF_THE_CALL: Final = frozenset({"exe", "args", "cwd", "filename", "flags", "env"})
# Types of parameters of which a number says more than what it is called.
_NUMBERED: Final = frozenset({"pid", "pid32", "uid", "gid"})
# Cells of a descriptor's kind, at least.
_KIND: Final = 8
# Cells at the right end of a line of lineage for how the ancestor ends.
_ENDED: Final = 11


def section_lines(
    facts: Facts, cells: int, following: Sequence[Call] = (), *, most: int | None = None
) -> list[DetailLine]:
    """The first `most` sections, or all, `cells` wide.

    `following` are calls after the event, for what happened next.
    """
    lines: list[DetailLine] = []
    for name, rows in islice(_sections(facts, cells, following), most):
        lines.append(_heading(name, cells))
        lines += rows
    return lines


def field_lines(facts: Facts, cells: int) -> list[DetailLine]:
    """Every field that says something of the event, under a heading."""
    found = facts.all_fields()
    lines = [_heading(f"all fields, {len(found)}", cells)]
    label = max((len(name) for name, _ in found), default=0) + 1
    label = min(label, max(8, cells // 2))
    for name, text in found:
        value = fit_end(glimpse(text), max(1, cells - 3 - label))
        pieces = (Piece("   "), Piece(pad_right(name, label), "muted"), Piece(value))
        lines.append(DetailLine(fit_line(pieces, cells), name, text, "all fields"))
    return lines


def _sections(
    facts: Facts, cells: int, following: Sequence[Call]
) -> Iterator[tuple[str, list[DetailLine]]]:
    yield f"event {facts.number}", list(_event(facts, cells))
    yield "process as of this event", list(_process(facts, cells, following))
    if facts.lineage:
        yield "lineage", list(_lineage(facts, cells))
    if facts.call.container:
        yield "container", list(_container(facts, cells))
    descriptors = list(_descriptors(facts, cells))
    if descriptors:
        yield f"descriptors as of this event\0{len(descriptors)} open", descriptors
    steps = [_step(text, cells) for text in next_steps(facts.call, facts.lineage, following)]
    if steps:
        yield "what happened next", steps


def _heading(name: str, cells: int) -> DetailLine:
    title, _, state = name.partition("\0")
    free = cells - 1 - width(title) - width(state) - 1
    pieces = (Piece(" "), Piece(title, "heading", bold=True), Piece(" " * free), Piece(state))
    return DetailLine(fit_line(pieces, cells), section=title, is_heading=True)


def _row(
    label: str, value: str, cells: int, *, field: str = "", text: bytes = b"", role: Role = "text"
) -> DetailLine:
    label = pad_right(fit_end(label, _LABEL - 1), _LABEL)
    pieces = (Piece("   "), Piece(label, "muted"), Piece(value, role))
    return DetailLine(fit_line(pieces, cells), field if text else "", text)


def _of(
    facts: Facts, label: str, field: str, value: str, cells: int, role: Role = "text"
) -> DetailLine:
    """A row whose value can become a clause on a field."""
    return _row(label, value, cells, field=field, text=facts.captured(field) or b"", role=role)


def _event(facts: Facts, cells: int) -> Iterator[DetailLine]:
    call, zone = facts.call, facts.zone
    at = f"{date(call.ts, zone)} {clock(call.ts, zone, 9)}"
    yield _of(facts, "time", "evt.time", at, cells)
    kind = "   ".join(filter(None, [call.name, facts.text("evt.category"), half(call)]))
    yield _of(facts, "type", "evt.type", kind, cells)
    field, value, _ = result(facts)
    if call.error:
        value = Piece(f"{call.error} ({call.errno}) {explained(call.errno or 0)}", "failed")
    yield _of(facts, "result", field, value.text, cells, value.role)
    if call.latency is None:
        yield _of(facts, "cpu", "evt.cpu", str(call.cpu), cells)
    else:
        taken = f"{counted(call.latency)} ns"
        yield _of(facts, "latency", "evt.latency", f"{taken:<{_HALF}}cpu {call.cpu}", cells)
    yield from _descriptor(facts, cells)
    yield from _arguments(facts, cells)
    if comment := facts.event.comment():
        yield _row("comment", fit_end(glimpse(comment), cells - 3 - _LABEL), cells)


def _descriptor(facts: Facts, cells: int) -> Iterator[DetailLine]:
    """The descriptor a call works on; one it made is told by its result."""
    call = facts.call
    if call.fd is None or call.fd < 0 or (call.fd == call.result and not call.fd_name):
        return
    note = descriptor_note(facts).removeprefix("fd ")
    yield _of(facts, "fd", "fd.num", note.replace(",", "", 1).replace(", ", "   "), cells)
    if name := glimpse(call.fd_name):
        role: Role = "address" if call.fd_kind in {"ipv4", "ipv6"} else "path"
        yield _of(facts, "", "fd.name", fit_middle(name, cells - 3 - _LABEL), cells, role)


def _arguments(facts: Facts, cells: int) -> Iterator[DetailLine]:
    """The arguments by what they mean; two short ones share a line."""
    room = cells - 3 - _LABEL
    left = [
        (name, glimpse(text) if kind in _NUMBERED else meaning(text))
        for name, kind, text in facts.arguments
        if name not in _TOLD and (name in _OF_THE_CALL or not makes_process(facts.call))
        if text != b"<NA>"
    ]
    while left:
        name, text = left.pop(0)
        field = f"evt.arg.{name}"
        if text == "AT_FDCWD":
            yield _of(facts, name, field, "AT_FDCWD, that is", cells)
            cwd = facts.text("proc.cwd")
            cwd = cwd.rstrip("/") or cwd
            yield _of(facts, "", "proc.cwd", fit_middle(cwd, room), cells, "path")
            continue
        if left and width(text) < _HALF and _HALF + width(f"{left[0][0]} {left[0][1]}") <= room:
            beside, value = left.pop(0)
            text = f"{text:<{_HALF}}{beside} {value}"
        role: Role = "path" if text.startswith("/") else "text"
        yield _of(facts, name, field, fit_middle(text, room), cells, role)


def _process(facts: Facts, cells: int, following: Sequence[Call]) -> Iterator[DetailLine]:
    call = facts.call
    room = cells - 3 - _LABEL
    is_known = call.pid is not None and call.pid >= 0
    who = f"   {program(call)} {call.pid}" if is_known else "   in no table of the file"
    if call.tid != call.pid:
        who += f"   thread {call.tid}"
    if (inside := facts.text("proc.vpid")) and inside != str(call.pid):
        who += f"   in its namespace {inside}"
    pieces = (Piece(who),)
    name = facts.captured("proc.name") or b""
    yield DetailLine(fit_line(pieces, cells), "proc.name" if name else "", name)
    for label, field in (("cmdline", "proc.cmdline"), ("exe", "proc.exepath")):
        if value := facts.known(field):
            role: Role = "path" if label == "exe" else "text"
            yield _of(facts, label, field, fit_middle(value, room), cells, role)
    named, uid = facts.known("user.name"), facts.known("user.uid")
    user, owner = f"{named} ({uid})" if named else uid or "?", ""
    if call.container:
        # A host's name would be wrong inside; 0 is root in every namespace.
        user = "root (0)" if uid == "0" else f"uid {uid or '?'}"
        owner = "container's own"
    yield _of(facts, "user", "user.uid", f"{user:<{_HALF}}{owner}", cells)
    if resident := facts.text("thread.vmrss"):
        size = f"{int(resident):,}" if resident.isdigit() else resident
        yield _of(facts, "memory", "thread.vmrss", f"{size} kB resident", cells)
    age = facts.text("proc.duration")
    if age.isdigit():
        yield _row("lived", f"{_age(int(age))}{_ending(call, following)}", cells)


def _ending(call: Call, following: Sequence[Call]) -> str:
    """How and where the process ends, when that is among the calls that follow."""
    for later in following:
        if later.exit_status is not None and later.tid == later.pid == call.pid:
            return f", then {ending(later.exit_status)} in {later.number}"
    return ""


def _age(ns: int) -> str:
    text = latency(ns)
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return f"{digits} {text[len(digits) :]}"


def _lineage(facts: Facts, cells: int) -> Iterator[DetailLine]:
    for ancestor in facts.lineage:
        name = glimpse(ancestor.name) or "?"
        arguments = glimpse(ancestor.cmdline).partition(" ")[2]
        if not ancestor.name and not ancestor.cmdline:
            arguments = "before the capture"
        head = f"   {ancestor.pid} {name}  "
        free = max(0, cells - _ENDED - width(head))
        if width(arguments) > free - 2 and arguments.startswith("/"):
            # Of a script's path its name tells most.
            script, blank, rest = arguments.partition(" ")
            arguments = script.rpartition("/")[2] + blank + rest
        bad = ancestor.ended not in {"", "exit 0", "gone"}
        pieces = (
            Piece(head),
            Piece(pad_right(fit_end(arguments, max(0, free - 2)), free), "muted"),
            Piece(ended_shortly(ancestor.ended), "failed" if bad else "muted"),
        )
        text = str(ancestor.pid).encode()
        yield DetailLine(fit_line(pieces, cells), "proc.pid", text)


def _container(facts: Facts, cells: int) -> Iterator[DetailLine]:
    room = cells - 3 - _LABEL
    for label, field in (
        ("id", "container.id"),
        ("pod", "k8s.pod.uid"),
        ("name", "container.name"),
        ("image", "container.image"),
    ):
        if value := facts.text(field):
            place, count = facts.place_in_pod or (0, 0)
            if label == "id" and count > 1:
                value += f"   {place} of {count} in this pod"
            yield _of(facts, label, field, fit_middle(value, room), cells, "address")
        elif label == "name":
            yield _row(label, "? no runtime metadata in the file", cells)


def _descriptors(facts: Facts, cells: int) -> Iterator[DetailLine]:
    found = facts.event.descriptors()
    kinds = max((width(descriptor.kind) for descriptor in found), default=0)
    kinds = max(_KIND, kinds + 1)
    for descriptor in found:
        name = glimpse(descriptor.name)
        if not name and descriptor.inherited:
            name = "opened before the capture"
        pieces = (
            Piece(f"   {descriptor.number:<3}"),
            Piece(pad_right(descriptor.kind or "?", kinds), "muted"),
            Piece(
                fit_middle(name, max(1, cells - 6 - kinds)),
                "path" if name.startswith("/") else "text",
            ),
        )
        text = str(descriptor.number).encode()
        yield DetailLine(fit_line(pieces, cells), "fd.num", text)


def _step(text: str, cells: int) -> DetailLine:
    return DetailLine(fit_line((Piece("   "), Piece(fit_end(text, cells - 3))), cells))
