"""Everything about the event under the cursor, as lines that can become clauses.

Below an 80 cell list five lines tell what one asks first; unfolded, and in a pane of its own, there
are sections: the event, its process as of then, lineage, container, descriptors, every field.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from scaptui._core import Call, Capture, Event, fields
from scaptui.views.cells import (
    Line,
    Piece,
    Role,
    fit_end,
    fit_line,
    fit_middle,
    glimpse,
    pad_right,
    pane_heading,
    width,
)
from scaptui.views.event_rows import ended_shortly, ending, program
from scaptui.views.happening import next_steps
from scaptui.views.status import explained, makes_process, meaning
from scaptui.views.units import Zone, clock, counted, date, latency

_FIELD: Final = 16
_LABEL: Final = 11
# Where notes begin behind short and long values of the folded lines.
_STOPS: Final = (22, 37)
# Where the second of two short values on a line begins.
_HALF: Final = 17
# Parameters that are the result, the payload, or what the recorder adds.
_TOLD: Final = frozenset({"res", "fd", "data", "dev", "ino", "tuple"})
# What recorders write for a name, a user and a process they do not know.
_UNKNOWN: Final = frozenset({"<NA>", str(2**32 - 1), "-1"})
# Parameters of a call that makes a process, which are not told of that process anyway.
_OF_THE_CALL: Final = frozenset({"exe", "args", "cwd", "filename", "flags", "env"})
# Types of parameters of which a number says more than what it is called.
_NUMBERED: Final = frozenset({"pid", "pid32", "uid", "gid"})
# Cells of a descriptor's kind, at least.
_KIND: Final = 8
# Cells at the right end of a line of lineage for how the ancestor ends.
_ENDED: Final = 11


@dataclass(frozen=True, slots=True)
class DetailLine:
    """A line of details. With a field and a captured value it can become a clause."""

    line: Line
    field: str = ""
    value: bytes = b""
    section: str = ""
    is_heading: bool = False

    @property
    def is_clause(self) -> bool:
        """Whether the line can become a clause."""
        return bool(self.field)


class Facts:
    """What is known of one event. Asked once, when the cursor comes to it."""

    def __init__(self, capture: Capture, number: int, zone: Zone) -> None:
        self.number, self.zone = number, zone
        self.place_in_pod: tuple[int, int] | None = None
        """Which container of its pod the event's is, and of how many; None while not known."""
        self._event = Event(capture, number)
        self.call: Call = self._event.call
        self.lineage = self._event.lineage()
        self.arguments = self._event.arguments()
        self._texts: dict[str, bytes | None] = {}

    def text(self, field: str) -> str:
        """A field as it prints, escaped; empty when it is absent."""
        return glimpse(self.captured(field) or b"")

    def known(self, field: str) -> str:
        """As `text`, but empty as well where the recorder had no answer."""
        text = self.text(field)
        return "" if text in _UNKNOWN else text

    def captured(self, field: str) -> bytes | None:
        """A field as it prints; None when it is absent."""
        if field not in self._texts:
            self._texts[field] = self._event.text(field, self.zone.name)
        return self._texts[field]

    def all_fields(self) -> list[tuple[str, bytes]]:
        """Every field that says something of the event."""
        found = ((name, self.captured(name)) for name in _printable())
        return [(name, text) for name, text in found if text]

    @property
    def event(self) -> Event:
        """The core's answers about the event."""
        return self._event


@cache
def _printable() -> tuple[str, ...]:
    rows = fields()
    return tuple(
        f.name for f in rows if f.argument != "required" and not f.filter_only and not f.hidden
    )


# Five lines below the list


def folded_lines(facts: Facts, cells: int) -> list[DetailLine]:
    """The five lines of the folded pane: result, subject, command, ancestors, user."""
    rows = [_result(facts), _subject(facts), _command(facts), _ancestors(facts), _user(facts)]
    return [_folded(facts, *row, cells=cells) for row in rows]


def _folded(facts: Facts, field: str, value: Piece, note: str, *, cells: int) -> DetailLine:
    room = max(0, cells - 3 - _FIELD)
    pieces = [Piece("   "), Piece(pad_right(field, _FIELD), "muted")]
    text = value.text
    while note and width(text) <= room < width(text) + 3 + width(note):
        # The value tells most; of the note its beginning does.
        note = note.rpartition(", ")[0]
    if note and width(text) + 3 + width(note) > room:
        text = fit_middle(text, max(room // 2, room - 3 - width(note)))
    pieces.append(value._replace(text=text))
    if note:
        stop = next((stop for stop in _STOPS if stop >= width(text) + 3), width(text) + 3)
        stop = max(width(text) + 2, min(stop, room - width(note)))
        pieces += [Piece(" " * (stop - width(text))), Piece(note)]
    captured = facts.captured(field)
    return DetailLine(
        fit_line(tuple(pieces), cells), field if captured else "", captured or b"", "event"
    )


def _result(facts: Facts) -> tuple[str, Piece, str]:
    call = facts.call
    moved = call.result is not None and call.result >= 0
    if call.exit_status is not None:
        value = Piece(ending(call.exit_status), "failed" if call.exit_status else "text")
    elif call.error:
        value = Piece(f"{call.error}, {explained(call.errno or 0)}", "failed")
    elif moved and (call.is_write or call.is_read):
        verb = "written" if call.is_write else "read"
        value = Piece(f"{call.result:,} {'byte' if call.result == 1 else 'bytes'} {verb}")
    elif call.result is not None:
        address = f"{call.result & (2**64 - 1):#x}" if call.result_is_address else ""
        value = Piece(address or str(call.result))
    else:
        value = Piece("-", "muted")
    return "evt.res", value, ", ".join([call.name, facts.text("evt.category"), _half(call)])


def _half(call: Call) -> str:
    """What the event is of its call: exit of 13484."""
    if call.partner is None:
        return "exit" if call.is_exit else "event"
    return f"{'exit' if call.is_exit else 'enter'} of {call.partner}"


def _subject(facts: Facts) -> tuple[str, Piece, str]:
    call = facts.call
    if call.path:
        flags = next((meaning(text) for name, _, text in facts.arguments if name == "flags"), "")
        return "fs.path.name", Piece(glimpse(call.path), "path"), flags
    if call.fd is not None and call.fd >= 0:
        return "fd.name", _descriptor_name(call), _descriptor_note(facts)
    return "evt.args", Piece(facts.text("evt.args") or "-"), ""


def _descriptor_name(call: Call) -> Piece:
    role: Role = "address" if call.fd_kind in {"ipv4", "ipv6"} else "path"
    return Piece(glimpse(call.fd_name), role) if call.fd_name else Piece("-", "muted")


def _descriptor_note(facts: Facts) -> str:
    call = facts.call
    kind = facts.text("fd.l4proto") if call.fd_kind in {"ipv4", "ipv6"} else call.fd_kind
    parts = [f"fd {call.fd}", kind or "opened before the capture"]
    if call.role:
        parts.append(f"{call.role} side")
    return ", ".join(parts)


def _command(facts: Facts) -> tuple[str, Piece, str]:
    call = facts.call
    note = f"pid {call.pid}" if call.pid is not None else "pid ?"
    if call.pid is not None and call.pid < 0:
        note = f"thread {call.tid} of a process in no table"
    elif call.tid != call.pid:
        note = f"thread {call.tid} of {call.pid}"
    elif (inside := facts.text("proc.vpid")) and inside != str(call.pid):
        note += f", inside {inside}"
    return "proc.cmdline", Piece(facts.known("proc.cmdline") or "?"), note


def _ancestors(facts: Facts) -> tuple[str, Piece, str]:
    chain = [f"{glimpse(ancestor.name) or '?'} {ancestor.pid}" for ancestor in facts.lineage]
    return "proc.aname", Piece(" ‹ ".join(chain) or "none in the capture"), ""


def _user(facts: Facts) -> tuple[str, Piece, str]:
    uid, name = facts.known("user.uid"), facts.known("user.name")
    named = bool(name)
    if facts.call.container:
        # The host's names do not hold inside: they are told as what they are.
        host = f"; the host calls {uid} {name}" if named else ""
        return "user.uid", Piece(f"{uid or '?'}, in the container{host}"), ""
    return "user.uid", Piece(f"{uid or '?'} {name if named else ''}".rstrip()), ""


# Sections


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
    kind = "   ".join(filter(None, [call.name, facts.text("evt.category"), _half(call)]))
    yield _of(facts, "type", "evt.type", kind, cells)
    field, value, _ = _result(facts)
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
    note = _descriptor_note(facts).removeprefix("fd ")
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


class DetailsModel:
    """The details pane: lines of one event, a cursor among those that can become clauses."""

    def __init__(self, capture: Capture, zone: Zone) -> None:
        self.capture, self.zone = capture, zone
        self.unfolded = False
        """Whether sections and all fields are shown where otherwise five lines are."""
        self.sections = False
        """Whether the pane stands beside the list and always shows sections."""
        self.brief = False
        """Whether event, process and lineage are all there is room for."""
        self.cells, self.height = 80, 5
        self.top = self.cursor = 0
        self._facts: Facts | None = None
        self._following: Sequence[Call] = ()
        self._lines: list[DetailLine] | None = None

    @property
    def number(self) -> int | None:
        """Number of the event shown."""
        return self._facts.number if self._facts else None

    @property
    def facts(self) -> Facts | None:
        """What is known of the event shown."""
        return self._facts

    @property
    def has_sections(self) -> bool:
        """Whether more is shown than five lines."""
        return self.sections or self.unfolded

    def show(
        self,
        number: int | None,
        following: Sequence[Call] = (),
        place_in_pod: tuple[int, int] | None = None,
    ) -> None:
        """Show another event. `following`: calls after it, for what happened next."""
        if number != self.number:
            self._facts = None if number is None else Facts(self.capture, number, self.zone)
            self.top = 0
        self._following = following
        if self._facts is not None:
            self._facts.place_in_pod = place_in_pod
        self._rebuild()

    def resize(self, cells: int, height: int) -> None:
        """Give the pane another size."""
        changed = cells != self.cells
        self.cells, self.height = cells, max(0, height)
        if changed:
            self._rebuild()

    def unfold(self, *, on: bool) -> bool:
        """Show all there is, or five lines; whether that changed."""
        changed, self.unfolded = on != self.unfolded, on
        self.top = 0
        self._rebuild()
        return changed

    def lines(self) -> list[DetailLine]:
        """All lines, also those beyond the window."""
        if self._lines is None:
            self._lines = self._made()
        return self._lines

    def visible(self, *, focused: bool = True) -> list[Line]:
        """Lines in the window; the cursor's has `>` and is selected when the pane has the focus."""
        shown_lines = self.lines()[self.top : self.top + self.height]
        found = []
        for at, detail in enumerate(shown_lines, self.top):
            line = detail.line
            if focused and at == self.cursor and detail.is_clause:
                first = line[0]._replace(text=">" + line[0].text[1:])
                line = tuple(p._replace(role="selection") for p in (first, *line[1:]))
            found.append(line)
        return found

    def heading(self, *, focused: bool = False) -> Line:
        """The first line of the pane below the list."""
        if self._facts is None:
            return pane_heading("event", "none here", self.cells, focused=focused)
        count = f"{len(self._facts.all_fields())} fields"
        return pane_heading(f"event {self._facts.number}", count, self.cells, focused=focused)

    def chosen(self) -> DetailLine | None:
        """The line under the cursor, when it can become a clause."""
        lines = self.lines()
        chosen = lines[self.cursor] if self.cursor < len(lines) else None
        return chosen if chosen is not None and chosen.is_clause else None

    def move(self, lines: int) -> bool:
        """Move the cursor by so many lines that can become clauses; whether it moved."""
        places = [at for at, line in enumerate(self.lines()) if line.is_clause]
        if not places:
            return False
        here = min(range(len(places)), key=lambda at: abs(places[at] - self.cursor))
        moved = places[max(0, min(here + lines, len(places) - 1))]
        changed, self.cursor = moved != self.cursor, moved
        self._scroll()
        return changed

    def select(self, line: int) -> bool:
        """Put the cursor on a line, when that can become a clause; whether it moved."""
        lines = self.lines()
        moved = 0 <= line < len(lines) and lines[line].is_clause and line != self.cursor
        if moved:
            self.cursor = line
        return moved

    def _scroll(self) -> None:
        third = max(1, self.height // 3)
        if self.cursor < self.top:
            self.top = max(0, min(self.cursor, self.top - third))
        elif self.cursor >= self.top + self.height:
            self.top = max(self.cursor - self.height + 1, self.top + third)

    def _rebuild(self) -> None:
        """Make the lines anew; the cursor stays on its field, or goes to the first there is."""
        field = self.chosen_field()
        self._lines = None
        places = [(at, line.field) for at, line in enumerate(self.lines()) if line.is_clause]
        # Among the sections and in the list of all fields a field may stand more than once.
        same = [at for at, name in places if name == field]
        first = places[0][0] if places else 0
        self.cursor = min(same, key=lambda at: abs(at - self.cursor), default=first)
        self._scroll()

    def chosen_field(self) -> str:
        """Name of the field under the cursor, empty without one."""
        lines = self._lines or []
        return lines[self.cursor].field if self.cursor < len(lines) else ""

    def _made(self) -> list[DetailLine]:
        facts = self._facts
        if facts is None:
            return []
        if not self.has_sections:
            return folded_lines(facts, self.cells)
        most = 3 if self.brief and not self.unfolded else None
        lines = section_lines(facts, self.cells, self._following, most=most)
        return [*lines, *field_lines(facts, self.cells)] if self.unfolded else lines
