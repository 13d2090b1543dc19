"""Lines about one process: the pane beside the tree, its files, its environment."""

import re
import textwrap
from collections.abc import Iterator
from typing import Final, NamedTuple

from scaptui._core import Descriptor
from scaptui.views import units
from scaptui.views.cells import Line, Piece, fit_end, fit_middle, glimpse, pad_left, pad_right
from scaptui.views.cells import width as cells_of
from scaptui.views.event_rows import ending
from scaptui.views.format import NS
from scaptui.views.names import named
from scaptui.views.process_columns import arguments, ended, ended_role, of_no_process
from scaptui.views.process_details import ProcessDetails

_NAMES: Final = 4
_DESCRIPTORS: Final = 6
_CALLS: Final = 6
_ORDINALS: Final = ("the first", "the second", "the third")


class Fact(NamedTuple):
    """A line of the pane below the tree, and the value that can become a clause of the filter.

    Attributes:
        line: What is shown, its first cell blank.
        field: The value's field, empty when there is nothing to filter on.
        value: The value as captured.
    """

    line: Line
    field: str = ""
    value: bytes = b""


class ProcessPane:
    """Lines about one process, of what is known so far."""

    def __init__(self, details: ProcessDetails) -> None:
        self.details = details
        self.process = details.process
        self.known = details.known

    @property
    def title(self) -> str:
        """Name and number."""
        return f"{named(self.process.name)} {self.process.pid}"

    def pane(self, cells: int, height: int) -> list[Line]:
        """The pane beside the tree: so many lines at most, headings and what belongs to them."""
        blocks = (
            self._head(cells),
            self._names(cells),
            self._descriptors(cells),
            self._calls(cells),
            self._failures(cells),
            self._container(cells),
        )
        return [line for block in blocks for line in block][:height]

    def files(self, cells: int) -> list[Fact]:
        """Every open descriptor, a line each."""
        found = self.known.descriptors
        if not found:
            return [Fact((Piece("   no open descriptor is known", "muted"),))]
        numbers = max(len(str(descriptor.number)) for descriptor in found)
        facts = []
        for descriptor in found:
            line = (
                Piece(f"   {descriptor.number:>{numbers}}  "),
                Piece(pad_right(glimpse(descriptor.kind), 10), "muted"),
                _descriptor(descriptor, cells - numbers - 15),
            )
            facts.append(Fact(line, "fd.name" if descriptor.name else "", descriptor.name))
        return facts

    def environment(self, cells: int) -> list[Fact]:
        """Every variable of the environment, a line each, by name."""
        if not self.known.environment:
            return [Fact((Piece("   its environment is not in the capture", "muted"),))]
        facts = []
        for variable in sorted(self.known.environment):
            name, _, value = variable.partition(b"=")
            shown, equals, rest = fit_end(glimpse(variable), cells - 3).partition("=")
            line = (Piece("   "), Piece(shown, "accent"), Piece(equals + rest))
            named = re.fullmatch(rb"[A-Za-z_]\w*", name) is not None and b"=" in variable
            facts.append(Fact(line, f"proc.env[{name.decode()}]" if named else "", value))
        return facts

    def summary(self) -> Line:
        """One line: command, working directory, user, age."""
        pieces = [Piece(" " + arguments(self.process))]
        if self.process.stray:
            pieces.append(Piece(f"   {of_no_process(self.process)}", "warning"))
        cwd = self.known.fields.get("proc.cwd")
        if cwd:
            pieces += [Piece("   cwd ", "muted"), Piece(_without_slash(cwd), "path")]
        if self.process.user:
            pieces.append(Piece("   " + glimpse(self.process.user)))
        age = self._age()
        if self.process.ended:
            after = f" after {age}" if age else ""
            pieces += [
                Piece("   "),
                Piece(ended(self.process), ended_role(self.process)),
                Piece(after),
            ]
        elif age:
            pieces.append(Piece(f"   {age} old"))
        return tuple(pieces)

    def _age(self) -> str:
        age = self.details.age_ns
        return "" if age is None else spaced(rounded(age))

    def _head(self, cells: int) -> Iterator[Line]:
        process, fields = self.process, self.known.fields
        inside = "" if process.vpid in (process.pid, -1) else f"   in its namespace {process.vpid}"
        title = fit_end(f" {self.title}", cells - len(inside))
        yield Piece(title, "heading", bold=True), Piece(inside, "muted")
        if process.stray:
            yield (Piece(fit_end("  of no known process", cells), "warning"),)
        room = cells - 10
        args = arguments(process)[len(named(process.name)) + 1 :]
        if args:
            yield _item("args", Piece(fit_end(args, room)))
        if "proc.exepath" in fields:
            yield _item("exe", Piece(fit_path(fields["proc.exepath"], room), "path"))
        if "proc.cwd" in fields:
            yield _item("cwd", Piece(fit_path(_without_slash(fields["proc.cwd"]), room), "path"))
        if process.user:
            uid = fields.get("user.uid")
            yield _item("user", Piece(glimpse(process.user) + (f" ({uid})" if uid else "")))
        if self._age():
            yield _item("lived" if process.ended else "age", Piece(self._age()))
        if process.ended:
            yield _item("ended", Piece(ended(process), ended_role(process)))
        elif self.known.exit is not None and self.details.snapshot.ts is not None:
            later = rounded(self.known.exit.ts - self.details.snapshot.ts)
            status = self.known.exit.exit_status
            words = "end" if status is None else ending(status)
            yield _item("ends", Piece(f"{words} in {later}"))

    def _names(self, cells: int) -> Iterator[Line]:
        if self.known.names:
            yield _heading("names so far")
        for ts, name in self.known.names[-_NAMES:]:
            clock = f"  {units.clock(ts, self.details.zone)}  "
            yield Piece(clock, "muted"), Piece(fit_end(name, cells - len(clock)))

    def _descriptors(self, cells: int) -> Iterator[Line]:
        if self.known.event is None:
            return
        found = self.known.descriptors
        yield (*_heading("files and sockets"), Piece(f"     {len(found):,} open", "muted"))
        for descriptor in found[:_DESCRIPTORS]:
            number = f"  {descriptor.number}  "
            yield Piece(number, "muted"), _descriptor(descriptor, cells - len(number))
        if len(found) > _DESCRIPTORS:
            yield (Piece(f"  and {len(found) - _DESCRIPTORS:,} more, l shows them", "muted"),)

    def _calls(self, cells: int) -> Iterator[Line]:
        if not self.details.calls:
            return
        # Names take what their number leaves them in front of FAIL.
        room = cells - 18
        # A filter chooses what the columns of the tree count, but not what is told here.
        title = "all calls" if self.details.snapshot.chosen else "calls"
        yield _heading(pad_right(title, room) + "N  FAIL   TIME")
        tallies = self.details.calls.items()
        for name, tally in sorted(tallies, key=lambda i: (-i[1].number, -i[1].failed))[:_CALLS]:
            number = units.traffic(tally.number)
            failed = units.traffic(tally.failed) if tally.failed else ""
            spent = rounded(tally.time_ns) if tally.timed else ""
            yield (
                Piece(f"  {pad_right(glimpse(name), room - 1 - len(number))} {number}"),
                Piece(pad_left(failed, 6), "failed"),
                Piece(pad_left(spent, 7), "muted"),
            )

    def _failures(self, cells: int) -> Iterator[Line]:
        if self.details.failures:
            yield _heading("all failures" if self.details.snapshot.chosen else "failures")
        for call in self.details.failures:
            name, number = f"  {glimpse(call.name)} ", f"  {call.number}"
            about = fit_path(glimpse(call.path or call.fd_name), cells - len(name))
            yield Piece(name), Piece(about, "path")
            error = pad_left(call.error, cells - 2 - len(number))
            yield Piece(error, "failed"), Piece(number, "muted")

    def _container(self, cells: int) -> Iterator[Line]:
        fields = self.known.fields
        if not self.process.container:
            return
        yield _heading("container")
        for label, value in (
            ("id", fields.get("container.id")),
            ("name", fields.get("container.name")),
            ("pod", fields.get("k8s.pod.name") or fields.get("k8s.pod.uid")),
        ):
            if value:
                yield Piece(f"  {label:<5}", "muted"), Piece(fit_uid(value, cells - 7), "address")
        number, place = self.known.pod or (0, 0)
        if number > 1:
            which = _ORDINALS[place - 1] if place <= len(_ORDINALS) else f"number {place}"
            text = f"{number} containers of this pod in the file; this is {which}"
            for words in textwrap.wrap(text, max(8, cells - 4)):
                yield (Piece(f"  {words}", "muted"),)


def fit_path(path: str, cells: int) -> str:
    """A path without its first folders when it is too long; its name cut when that does not do."""
    if not path.startswith("/"):
        return fit_middle(path, cells)
    short = path
    while cells_of(short) > cells:
        path = path[1:].partition("/")[2]
        if not path:
            return fit_middle(short, cells)
        path = f"/{path}"
        short = f"…{path}"
    return short


def fit_uid(uid: str, cells: int) -> str:
    """An id of dashes by its first and last part when it is too long."""
    if cells_of(uid) <= cells:
        return uid
    parts = uid.split("-")
    short = f"{parts[0]}…{parts[-1]}"
    return short if len(parts) > 2 and cells_of(short) <= cells else fit_middle(uid, cells)


def rounded(ns: int) -> str:
    """A duration as in the columns of latencies, but rounded: sums and ages are no measurements."""
    unit = 10 ** (3 * ((len(str(ns)) - 1) // 3))
    return units.latency(round(ns / unit) * unit if ns >= 10 * unit and ns < 100 * NS else ns)


def spaced(short: str) -> str:
    """A short duration with a blank before its unit: 1.2 ms."""
    return re.sub(r"(?<=\d)(?=[a-z])", " ", short)


def _heading(text: str) -> Line:
    return (Piece(f" {text}", "heading", bold=True),)


def _item(label: str, value: Piece) -> Line:
    return Piece(f"  {label:<8}", "muted"), value


def _descriptor(descriptor: Descriptor, cells: int) -> Piece:
    if descriptor.inherited and not descriptor.name:
        return Piece(fit_end("opened before capture", cells), "muted")
    name = glimpse(descriptor.name)
    if not name:
        return Piece(fit_end("without a name", cells), "muted")
    return Piece(fit_path(name, cells), "path" if name.startswith("/") else "address")


def _without_slash(folder: str) -> str:
    return folder.rstrip("/") or "/"
