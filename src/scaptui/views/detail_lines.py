"""Lines of details: the five that tell what one asks first, and words that others tell as well."""

from dataclasses import dataclass
from typing import Final

from scaptui._core import Call
from scaptui.views.cells import Line, Piece, Role, fit_line, fit_middle, glimpse, pad_right, width
from scaptui.views.event_rows import ending
from scaptui.views.facts import Facts
from scaptui.views.status import explained, meaning

_FIELD: Final = 16
# Where notes begin behind short and long values of the folded lines.
_STOPS: Final = (22, 37)


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


def folded_lines(facts: Facts, cells: int) -> list[DetailLine]:
    """The five lines of the folded pane: result, subject, command, ancestors, user."""
    rows = [result(facts), _subject(facts), _command(facts), _ancestors(facts), _user(facts)]
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


def result(facts: Facts) -> tuple[str, Piece, str]:
    """Field, text and note of what came of the call."""
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
    return "evt.res", value, ", ".join([call.name, facts.text("evt.category"), half(call)])


def half(call: Call) -> str:
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
        return "fd.name", _descriptor_name(call), descriptor_note(facts)
    return "evt.args", Piece(facts.text("evt.args") or "-"), ""


def _descriptor_name(call: Call) -> Piece:
    role: Role = "address" if call.fd_kind in {"ipv4", "ipv6"} else "path"
    return Piece(glimpse(call.fd_name), role) if call.fd_name else Piece("-", "muted")


def descriptor_note(facts: Facts) -> str:
    """Number, kind and side of the descriptor a call works on."""
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
