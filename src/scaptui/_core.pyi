"""The border: the Rust core as Python sees it. Handles and frozen values; no logic."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, final

__all__ = [
    "Ancestor",
    "Call",
    "Capture",
    "Colouring",
    "CoreError",
    "Descriptor",
    "Doing",
    "Event",
    "EventType",
    "Field",
    "Filter",
    "GroupTable",
    "Grouping",
    "ListedStream",
    "Note",
    "Printer",
    "ProcessRow",
    "Progress",
    "Recorded",
    "Recorder",
    "Search",
    "Selection",
    "SelectionProgress",
    "Slice",
    "SliceComparison",
    "SliceReport",
    "Spectrum",
    "Step",
    "Stream",
    "StreamEnd",
    "StreamPiece",
    "Writer",
    "doings",
    "event_key",
    "event_types",
    "failures",
    "fields",
    "find_events",
    "index_facts",
    "native_syscall_names",
    "optimised",
    "settle_filter_zone",
    "steps_of",
    "steps_of_each",
    "streams_of",
    "syscall_names",
    "threads_like",
    "version",
    "write_index",
]

class CoreError(Exception):
    """A refused request. `args` is (message, hint), a line each; the hint may be empty."""

    args: tuple[str, str]

@final
class Field:
    """One row of the field table."""

    @property
    def name(self) -> str: ...
    @property
    def usage(self) -> str:
        """How it is written with its argument: proc.name, proc.aname[N], evt.rawarg.NAME."""
    @property
    def kind(self) -> str:
        """The value's type.

        One of int uint port bool text path bytes ip net double time duration mode dynamic.
        """
    @property
    def bits(self) -> int:
        """How wide its whole numbers are: 8, 16, 32 or 64."""
    @property
    def argument(self) -> Literal["none", "optional", "required"]: ...
    @property
    def argument_form(self) -> str:
        """index, name, index-or-name, dotted, time or one-of; empty without an argument."""
    @property
    def argument_words(self) -> list[str]:
        """The words of the form one-of, else nothing."""
    @property
    def is_list(self) -> bool: ...
    @property
    def filter_only(self) -> bool: ...
    @property
    def print_only(self) -> bool: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def comparable(self) -> bool:
        """Whether `val()` may compare it with another field."""
    @property
    def transformable(self) -> bool:
        """Whether transformers such as `tolower` may be applied."""
    @property
    def doc(self) -> str: ...

@final
class EventType:
    """One event type: its number, name, direction, category, flags and parameters (name, type)."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def is_exit(self) -> bool: ...
    @property
    def source(self) -> str:
        """Who makes it: syscall, tracepoint, meta, plugin or iterator."""
    @property
    def category(self) -> str: ...
    @property
    def flags(self) -> list[str]: ...
    @property
    def old(self) -> bool:
        """Written by old recorders only."""
    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Name and type of each parameter of the newest schema; a file may hold fewer."""

def version() -> str: ...
def optimised() -> bool:
    """Whether the core was built with optimisation; benches refuse one that was not."""

def fields() -> list[Field]: ...
def event_types() -> list[EventType]: ...
def syscall_names() -> list[str]: ...
def settle_filter_zone(name: str) -> None:
    """Let filters compare times of day (`evt.time`, `evt.datetime`) in this zone from now on.

    Args:
        name: "local", which holds before, "UTC" or an IANA name.

    Raises:
        CoreError: no zone has this name.
    """

def native_syscall_names() -> list[str]:
    """Those that this machine has."""

@final
class Filter:
    """A compiled filter. `wire` is the typed expression as JSON text.

    Raises:
        CoreError: the expression names an unknown field or compares what cannot be compared.
    """

    def __new__(cls, wire: str) -> Filter: ...

@final
class Progress:
    """How far a capture has been read. A snapshot."""

    @property
    def first(self) -> int:
        """Number of the oldest event that is kept."""
    @property
    def events(self) -> int:
        """Number of the newest event, hidden ones included."""
    @property
    def shown(self) -> int:
        """Events that are kept and shown."""
    @property
    def bytes_read(self) -> int: ...
    @property
    def bytes_total(self) -> int | None: ...
    @property
    def done(self) -> bool: ...

@final
class Note:
    """Something damaged, unknown or passed over."""

    @property
    def kind(self) -> str: ...
    @property
    def offset(self) -> int: ...
    @property
    def text(self) -> str: ...

@final
class ProcessRow:
    """One process of the tree as of an event."""

    @property
    def pid(self) -> int: ...
    @property
    def stray(self) -> bool:
        """Whether no process is known of the thread: `pid` is its own number then."""
    @property
    def vpid(self) -> int: ...
    @property
    def parent(self) -> int | None:
        """Position of the parent in the list, None for a root."""
    @property
    def ptid(self) -> int:
        """The parent thread's number, also when it is in no table; 0 or less when unknown."""
    @property
    def depth(self) -> int: ...
    @property
    def name(self) -> bytes: ...
    @property
    def cmdline(self) -> bytes: ...
    @property
    def user(self) -> bytes: ...
    @property
    def container(self) -> bytes: ...
    @property
    def threads(self) -> int:
        """Threads seen over the capture."""
    @property
    def events(self) -> int:
        """Shown events of all its threads up to then."""
    @property
    def failed(self) -> int: ...
    @property
    def ended(self) -> str:
        """Empty while it lives, else "exit 1", "signal 11 SIGSEGV" or "gone"."""
    @property
    def thread(self) -> int:
        """A number that stays the same for this process in every tree of the capture."""
    @property
    def started(self) -> int | None:
        """In ns since the epoch; None when it was there before the capture."""
    @property
    def read_bytes(self) -> int:
        """Bytes that its selected calls read up to then."""
    @property
    def written_bytes(self) -> int: ...
    @property
    def resident_kb(self) -> int:
        """Resident memory as last told, KiB."""

@final
class Capture:
    """An open capture; a background thread reads it.

    Raises:
        CoreError: the file cannot be opened or is no capture; the hint says what to do.
    """

    def __new__(
        cls,
        paths: list[str],
        *,
        follow: bool = False,
        keep: int | None = None,
        index: str | None = None,
    ) -> Capture:
        """Opens inputs as one capture, `-` is standard input.

        With `keep` the oldest events go once events take so many bytes of memory; some hundred
        thousand of the newest always stay. `index` is a folder of indexes: a single file that has
        one there, and is what it was then, need not be read.
        """
    def wait(self, budget_ms: int) -> Progress:
        """Progress after at most this time, at once when reading is done."""
    def progress(self) -> Progress: ...
    def notes(self) -> list[Note]: ...
    def summary(self, selected: Filter | None, *, brief: bool = False) -> str:
        """Facts of the header and counts of the events the filter selects, as JSON text.

        A brief one counts events by type, process and container; all else is 0 or empty.
        """
    def processes(self, selected: Filter | None, at: int | None) -> list[ProcessRow]:
        """The process tree in drawing order, as of event number `at` (None: the end)."""
    def live_processes(
        self, selected: Filter | None, since: int, lingering: int
    ) -> list[ProcessRow]:
        """The processes that live at the end or ended behind event number `lingering`.

        In drawing order; events, failures and bytes are those behind event number `since`.
        """
    def value_counts(
        self, field: str, selected: Filter | None, limit: int, budget_ms: int
    ) -> list[tuple[bytes, int]]:
        """The commonest values of a field among selected events, most frequent first.

        Raises:
            CoreError: no such field.
        """
    def count(self, selected: Filter | None) -> int:
        """How many shown events a filter selects, of what has been read."""
    def shown_number(self, number: int) -> bool:
        """Whether an event of this number is shown."""
    def span(self) -> tuple[int, int] | None:
        """Times of the first and the last shown event, ns."""
    def facts(self) -> str:
        """Inputs, machine, notes, drops, whether there are enter events: JSON text.

        Takes no pass over the events.
        """
    def pause(self, budget_ms: int) -> None:
        """Lets reading pause so long from now, because a picture is about to be made.

        0 ends the pause.
        """
    def close(self) -> None: ...

def write_index(capture: Capture, folder: str) -> int | None:
    """Writes an index of a capture into a folder; how many bytes it has.

    None for what gets none: what has not been read whole, is no single plain file, was changed
    meanwhile, or was opened by an index.

    Raises:
        OSError: it cannot be written; nothing is left then.
    """

def index_facts(path: str) -> tuple[Path, int] | None:
    """The path of an index's capture when it was written, and how many events it shows.

    None when it cannot be used: it is damaged or of another build.

    Raises:
        OSError: it cannot be read.
    """

@final
class Printer:
    """Writes the events a filter selects as text, in order, while the capture is read.

    `form` is a format string of sysdig's kind (`*%evt.num %evt.type`), or for `kind` tsv, csv and
    jsonl the field names joined by commas. `time` is one of h a r d D; `zone` is "local", "UTC" or
    an IANA name; `escape` is terminal, pipe or raw; `buffers` is dots, text, hex, hexascii or
    base64. `limit` stops after that many events.

    Raises:
        CoreError: an unknown field or a field that cannot be printed, whose hint names the
            nearest; also a format with a mistake, and any word or zone that there is not.
    """

    def __new__(
        cls,
        capture: Capture,
        selected: Filter | None,
        form: str,
        *,
        kind: Literal["line", "tsv", "csv", "jsonl"] = "line",
        time: str = "h",
        zone: str = "local",
        escape: Literal["terminal", "pipe", "raw"] = "pipe",
        buffers: str = "dots",
        limit: int | None = None,
    ) -> Printer: ...
    def step(self, budget_ms: int) -> bytes:
        """The next piece of output; empty when nothing is ready yet or all is done."""
    def write(self, budget_ms: int) -> int:
        """Write the next pieces to standard output; how many bytes they were.

        0 when nothing is ready yet or all is done. No other thread may use the printer meanwhile.

        Raises:
            OSError: standard output cannot be written; what was not written is lost.
        """
    @property
    def done(self) -> bool: ...
    @property
    def matched(self) -> int: ...

@final
class Recorded:
    """How far a recording has come. A snapshot."""

    @property
    def state(self) -> Literal["running", "ended", "full", "enough", "failed", "no capture"]:
        """ended: the stream has; full: the file, `begin` another; enough: events were written."""
    @property
    def reason(self) -> str:
        """Why it failed, in the system's words."""
    @property
    def begun(self) -> bool:
        """Whether the first block has come."""
    @property
    def events(self) -> int:
        """Events in all files, without those that only change the state."""
    @property
    def state_only(self) -> int:
        """Events that readers apply and do not show."""
    @property
    def bytes(self) -> int:
        """Bytes of all files."""

@final
class SliceComparison:
    """How a slice compares with its capture."""

    @property
    def events(self) -> int:
        """Events that both show."""
    @property
    def equal(self) -> int:
        """Events of which every field is what it was."""
    @property
    def same_names(self) -> int:
        """Events whose process, descriptor, container and user are what they were."""
    @property
    def lost(self) -> int:
        """Names that were known and are not any more."""
    @property
    def changed(self) -> int:
        """Names that are others now."""
    @property
    def left_out(self) -> int:
        """Events that differ only in what was to be left out or blanked."""
    @property
    def surplus(self) -> int:
        """The slice shows so many events more, or fewer when negative."""
    @property
    def differences(self) -> list[tuple[int, str, bytes | None, bytes | None]]:
        """The first differences: event number, field, value before and after as text."""

@final
class SliceReport:
    """What became of a slice, or would."""

    @property
    def events(self) -> int:
        """Events that are shown."""
    @property
    def hidden(self) -> int:
        """Events that are there for the state alone."""
    @property
    def processes(self) -> int:
        """Processes it begins with, ancestors included."""
    @property
    def descriptors(self) -> int:
        """Their descriptors."""
    @property
    def containers(self) -> int:
        """Containers with metadata."""
    @property
    def users(self) -> int:
        """Users."""
    @property
    def interfaces(self) -> int:
        """Network interfaces."""
    @property
    def bytes(self) -> int:
        """Bytes of the file; 0 when there is none."""
    @property
    def unpacked(self) -> int:
        """Bytes before compression; about so many when there is no file."""
    @property
    def marks(self) -> list[tuple[int, int, int]]:
        """Number of each marked event that is shown, its number in the slice and its `nth` there.

        The latter two are 0 when there is no file.
        """
    @property
    def compared(self) -> SliceComparison | None:
        """How the file compares with the capture; None when there is none."""

@final
class Slice:
    """A slice of what was read so far, being made on a thread of its own.

    Shows the events that `selected` selects, from number `first` to number `last` and between
    `times` (ns), with so many events or ns around each; nothing more is done where there are none.
    Without a path it is only found out what it would be. The file gets its name when it is whole;
    it takes the place of one that exists only if it `replaces` it. `scrub` leaves out processes
    without events that are no ancestors, `redact` blanks what the regular expression matches,
    `without_payload` what was read and written, `compat` writes what sysdig 0.29 reads. Where
    the events `marks` are in the slice is told in the report.

    Raises:
        CoreError: `redact` is no regular expression, or there is no such packing.
    """

    def __new__(
        cls,
        capture: Capture,
        selected: Filter | None,
        path: str | None,
        *,
        packing: Literal["none", "gzip", "zstd"] = "none",
        replaces: bool = False,
        first: int | None = None,
        last: int | None = None,
        times: tuple[int, int] | None = None,
        around_events: int = 0,
        around_ns: int = 0,
        scrub: bool = False,
        redact: str | None = None,
        without_payload: bool = False,
        compat: bool = False,
        marks: Sequence[int] = ...,
    ) -> Slice: ...
    def progress(
        self,
    ) -> tuple[
        Literal["choosing", "planning", "writing", "comparing", "done", "called off", "failed"],
        int,
        int,
    ]:
        """What is being done, and how many events of how many."""
    def report(self) -> SliceReport | None:
        """What became of it, once; None before it has ended and when it was called off.

        Raises:
            OSError: the file could not be made.
        """
    def call_off(self) -> None:
        """Make it no more; what was written of it is deleted."""

@final
class Recorder:
    """Writes the stream of a capture that comes through a descriptor into files.

    `source` stays the caller's. With `selected` only events that it selects are written, and of
    the others those that readers need to know names, to be applied and not shown. `rotates` says
    that there will be more than one file. `max_events` is of all files; `old_kinds` keeps to kinds
    of descriptors that sysdig 0.29 knows. Whatever happens to this process, what came more than a
    second ago can be read in the file.

    Raises:
        CoreError: the descriptor cannot be read, or there is no such packing.
    """

    def __new__(
        cls,
        source: int,
        packing: Literal["none", "gzip", "zstd"],
        selected: Filter | None,
        *,
        rotates: bool,
        max_events: int | None,
        old_kinds: bool,
    ) -> Recorder: ...
    def begin(self, path: str | None, *, max_bytes: int | None, max_seconds: float | None) -> None:
        """Begins a new file of mode 0600, standard output for None, and ends the one before.

        It is full before it has more bytes, or events that come so much later. Each file is a
        whole capture: it begins with the state as of its first event.

        Raises:
            OSError: the file exists or cannot be made, or the one before cannot be ended.
        """
    def step(self, budget_ms: int) -> Recorded:
        """Takes what comes, for at most so long; a failure is told by the state."""
    def finish(self) -> Recorded:
        """Writes what waits and ends the file."""

@final
class Call:
    """One row of the event list: an event, with what its call was about."""

    @property
    def number(self) -> int: ...
    @property
    def ts(self) -> int:
        """In ns since the epoch."""
    @property
    def latency(self) -> int | None:
        """In ns, from enter to exit; None where no enter event was seen."""
    @property
    def name(self) -> str:
        """The call or event: `evt.type`."""
    @property
    def is_exit(self) -> bool: ...
    @property
    def partner(self) -> int | None:
        """Number of the other half of the call."""
    @property
    def cpu(self) -> int: ...
    @property
    def tid(self) -> int | None: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def comm(self) -> bytes: ...
    @property
    def container(self) -> bytes:
        """Name, else id of the container; empty on the host."""
    @property
    def errno(self) -> int | None:
        """0 for success; None for events without a result."""
    @property
    def error(self) -> str:
        """The error's name, empty without one."""
    @property
    def result(self) -> int | None:
        """The number returned, None for events without one."""
    @property
    def result_is_address(self) -> bool:
        """The result is a place in memory (mmap, brk)."""
    @property
    def fd(self) -> int | None:
        """Descriptor the call works on, None without one; negative when it named none."""
    @property
    def fd_kind(self) -> str:
        """`fd.type`, empty when the descriptor is in no table."""
    @property
    def fd_name(self) -> bytes: ...
    @property
    def role(self) -> str:
        """Client or server of a connection, else empty."""
    @property
    def is_read(self) -> bool: ...
    @property
    def is_write(self) -> bool: ...
    @property
    def data(self) -> bytes | None:
        """First bytes of the payload (at most 256), None for events without."""
    @property
    def path(self) -> bytes | None:
        """The path a call works on, as fs.path.name or as passed; None without one."""
    @property
    def target(self) -> bytes | None:
        """The second path of rename, link and the like."""
    @property
    def exit_status(self) -> int | None:
        """Raw wait status of a procexit event."""
    @property
    def signal(self) -> str:
        """Signal of kill, tkill, signaldeliver, empty otherwise."""
    @property
    def peer(self) -> tuple[int, bytes] | None:
        """The other thread of a signal or clone: tid and name."""
    @property
    def is_dropped_marker(self) -> bool:
        """The recorder says here that events were lost."""
    @property
    def lost(self) -> int | None:
        """How many, None where it does not count them."""
    @property
    def lost_for(self) -> int | None:
        """Nanoseconds from the first to the last of them, None where that is not told."""

@final
class SelectionProgress:
    """How much of the capture a selection has looked at. A snapshot."""

    @property
    def looked(self) -> int:
        """Events looked at so far."""
    @property
    def events(self) -> int:
        """Events selected so far."""
    @property
    def rows(self) -> int: ...
    @property
    def done(self) -> bool:
        """All that has been read was looked at, and reading is done."""

@final
class Selection:
    """The events a filter selects, as rows in order; it grows while the capture is read.

    With `calls` a row is a call, standing where it returned; else every event is a row. Among
    calls, scheduler switches are rows only with `switches`, or where the filter names them. With
    `losses` there is a row, no event, wherever events were lost.
    """

    def __new__(
        cls,
        capture: Capture,
        selected: Filter | None,
        *,
        calls: bool = True,
        switches: bool = False,
        losses: bool = False,
    ) -> Selection: ...
    def step(self, budget_ms: int, *, yields: bool = False) -> SelectionProgress:
        """Looks at more events, at most so long; one that `yields` ends early at a pause."""
    def progress(self) -> SelectionProgress: ...
    def calls(self, start: int, stop: int) -> list[Call]:
        """Rows [start, stop); short at the end."""
    def texts(
        self, start: int, stop: int, fields: list[str], zone: str
    ) -> list[list[bytes | None]]:
        """Fields of rows [start, stop) as text, None where absent.

        Raises:
            CoreError: a name is no field that can be shown, or no zone.
        """
    def number(self, row: int) -> int | None:
        """Event number of a row."""
    def row(self, number: int) -> int:
        """The row of an event, else of the next after it, else the number of rows."""
    def row_at(self, ts: int) -> int:
        """The first row at or after a time."""
    def strip(self, cells: int) -> list[tuple[int, int, int]]:
        """Over the capture's time in so many cells: shown events, selected ones, bad exits."""

@final
class Grouping:
    """Events grouped by the values of fields; it grows while the capture is read.

    `columns` are aggregates (count, failed, sum, min, max, distinct, first, last), each of a field
    where it needs one, and among the events of a filter only where there is one. Fields that stand
    in for one that an event lacks follow it behind bars. Events without a value of the first key
    are in no row. Texts of times are written in `zone`.

    Raises:
        CoreError: there is no such field, aggregate or zone, or an aggregate lacks its field.
    """

    def __new__(
        cls,
        capture: Capture,
        keys: list[str],
        columns: list[tuple[str, str | None, Filter | None]],
        selected: Filter | None,
        zone: str = "local",
    ) -> Grouping: ...
    @staticmethod
    def of_requests(capture: Capture, selected: Filter | None) -> Grouping:
        """HTTP requests with their answers instead, among the events a filter selects.

        Cells: number of the request's event, its time (ns), method, host, path, status, time to the
        answer (ns), its length as it tells, "server" or "client", process, descriptor, number of
        the answer's event.
        """
    def step(self, budget_ms: int, *, yields: bool = False) -> tuple[int, bool]:
        """Looks at more events: the number of the last one, and whether no more will come.

        At most so long; one that `yields` ends early at a pause.
        """
    def table(self, order: list[tuple[int, bool]]) -> GroupTable:
        """What was found so far, in the order of cells, each with whether the greatest come first.

        Rows that agree in these stand in the order of their keys.
        """

@final
class GroupTable:
    """Rows of a view, in an order. It does not change by itself."""

    @staticmethod
    def of_threads(
        capture: Capture, selected: Filter | None, at: int | None, order: list[tuple[int, bool]]
    ) -> GroupTable:
        """The threads that exist when an event happens (None: at the end).

        With a filter those of processes with selected events.

        Cells: thread, process, name, user, container, threads of the process, open descriptors,
        limit of descriptors, virtual and resident memory (bytes), command line.
        """
    @staticmethod
    def of_descriptors(
        capture: Capture,
        selected: Filter | None,
        at: int | None,
        which: str,
        order: list[tuple[int, bool]],
    ) -> GroupTable:
        """The descriptors that are open when an event happens: "all", "sockets", "listening".

        Cells: thread, number, process, name, user, container, type, what it is of, protocol,
        address and port of the server's side, of the client's, whether it listens.

        Raises:
            CoreError: there are no such descriptors.
        """
    def __len__(self) -> int: ...
    def totals(self) -> list[int | None]:
        """Sums over all rows by cell; None where a sum means nothing. Empty for what exists."""
    def widest(self) -> list[int | bytes | None]:
        """By cell the greatest number or the longest text of all rows; empty without rows."""
    def sort(self, order: list[tuple[int, bool]]) -> None:
        """Puts the rows in another order."""
    def rows(self, start: int, stop: int) -> list[list[int | bytes | None]]:
        """The cells of rows [start, stop), keys first; short at the end."""
    def events(self, row: int) -> tuple[int, int, int] | None:
        """Events of a row: how many, the number of the first, that of the last."""
    def find(self, keys: list[int | bytes | None]) -> int | None:
        """Where the row with these values of the keys stands."""

@final
class Spectrum:
    """Calls counted by steps of time and of latency; it grows while the capture is read.

    `bounds` are where steps of latency begin, ns, ascending; shorter ones count with the first.
    """

    def __new__(
        cls, capture: Capture, selected: Filter | None, step_ns: int, bounds: list[int]
    ) -> Spectrum: ...
    def step(self, budget_ms: int, *, yields: bool = False) -> tuple[int, bool]:
        """As a grouping's."""
    def rows(self) -> list[tuple[int, list[int]]]:
        """Steps of time with calls in them: when each begins, ns, and its counts by latency."""

@final
class Search:
    """Goes from a row to the next that fits, in steps; the start itself does not count.

    thread and fd look for the same as in the start row; `text` is sought in what the list shows of
    an event and in its payload, ignoring case.

    Raises:
        CoreError: there is no such search.
    """

    def __new__(
        cls,
        selection: Selection,
        start: int,
        *,
        what: Literal["failure", "thread", "fd", "text"],
        backward: bool = False,
        text: str = "",
    ) -> Search: ...
    def step(self, budget_ms: int, *, yields: bool = False) -> int | None:
        """The row found, else None: ask again unless `done`. `yields` as a selection's."""
    @property
    def done(self) -> bool: ...

_Key = tuple[int, int, int, str, bool]

def event_key(capture: Capture, number: int) -> tuple[_Key, int] | None:
    """The key of an event and the position of its input; None without such an event.

    A key is time (ns), thread (-1 or 0 of events of no thread), processor, `evt.type` and whether
    the event ends a call. Where a clock is coarse several events have the same.
    """

def find_events(capture: Capture, keys: list[_Key], first: int, last: int) -> list[tuple[int, int]]:
    """The shown events with these keys among numbers [first, last], in order.

    Each as the position of its key and its number.
    """

@final
class Colouring:
    """Filters in order, to be asked which is the first to select an event."""

    def __new__(cls, capture: Capture, filters: list[Filter]) -> Colouring: ...
    def first_of(self, numbers: list[int]) -> list[int | None]:
        """For each event the position of the first filter that selects it, else None."""

@final
class Descriptor:
    """One open descriptor of a process as of an event."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> bytes: ...
    @property
    def inherited(self) -> bool:
        """Opened before the capture began."""

@final
class Ancestor:
    """The main thread of an ancestor process, the parent first."""

    @property
    def pid(self) -> int: ...
    @property
    def name(self) -> bytes: ...
    @property
    def cmdline(self) -> bytes: ...
    @property
    def ended(self) -> str:
        """How it ends later in the capture, as in ProcessRow."""

@final
class Event:
    """Everything about one event."""

    def __new__(cls, capture: Capture, number: int) -> Event:
        """Raises CoreError when there is no such event."""
    @property
    def call(self) -> Call: ...
    def text(self, field: str, zone: str = "local") -> bytes | None:
        """One field as it prints, None where absent.

        Raises:
            CoreError: a name is no field that can be shown, or no zone.
        """
    def arguments(self) -> list[tuple[str, str, bytes]]:
        """Parameters: name, type, text with what it means."""
    def payload(self) -> tuple[bytes, int | None] | None:
        """Captured bytes and how many the call moved; None for events without payload."""
    def descriptors(self) -> list[Descriptor]: ...
    def lineage(self) -> list[Ancestor]: ...
    def names(self) -> list[tuple[int, bytes]]:
        """Names of its process so far: time (ns) and name, the oldest first."""
    def comment(self) -> bytes | None: ...

@final
class Writer:
    """Writes a capture in the newest layout, for samples and tests. Times are ns since the epoch.

    A path ending in .gz is compressed. `event` takes the parameters as encoded bytes, in the
    table's order. Only `close` makes the file.

    Raises:
        CoreError: by all but making a writer, once it is closed; by what adds to the tables also
            after the first event, and where an entry has an unknown key or an address that is
            none; by `event` where a parameter is too long; by `close` where the file cannot be
            written.
    """

    def __new__(cls, path: str) -> Writer: ...
    def machine(self, *, cpus: int, memory: int, host: bytes, boot_ns: int) -> None: ...
    def interface(self, *, name: bytes, address: str, netmask: str) -> None: ...
    def user(self, *, uid: int, gid: int, name: bytes, home: bytes, shell: bytes) -> None: ...
    def group(self, *, gid: int, name: bytes) -> None: ...
    def process(self, entry: dict[str, int | bytes | list[bytes]]) -> None:
        """One process-list entry; absent keys take the format's defaults."""
    def descriptor(self, tid: int, entry: dict[str, int | bytes | str]) -> None:
        """One descriptor: fd, type, name, flags, ino, and sip/sport/dip/dport/l4 for sockets.

        The type is a word: file, directory, pipe, eventpoll, eventfd, signalfd, timerfd, inotify,
        unix, ip or ip-listen.
        """
    def event(
        self,
        ts: int,
        tid: int,
        event_type: int,
        params: list[bytes],
        *,
        cpu: int = 0,
        flags: int = 0,
        comment: bytes | None = None,
    ) -> None: ...
    def close(self) -> None: ...

@final
class StreamPiece:
    """What one call did to a stream."""

    @property
    def event(self) -> int:
        """Number of the exit event."""
    @property
    def ts(self) -> int:
        """In ns since the epoch."""
    @property
    def end(self) -> int:
        """Whose call it was: the place of the end in `Stream.ends`."""
    @property
    def way(self) -> Literal["out", "in", ""]:
        """out: written by the first end or read by the second; empty for calls without data.

        Of the output of a process tree, out is standard output and in is standard error.
        """
    @property
    def call(self) -> str: ...
    @property
    def moved(self) -> int:
        """Bytes that the call moved."""
    @property
    def captured(self) -> int:
        """How many of them are in the capture."""
    @property
    def error(self) -> str:
        """The error's name, empty without one."""
    @property
    def tid(self) -> int: ...
    @property
    def pid(self) -> int: ...
    @property
    def comm(self) -> bytes: ...
    @property
    def fd(self) -> int: ...
    @property
    def mirror(self) -> int:
        """The event by which the other end had moved the last of these bytes; 0 if not known."""

@final
class StreamEnd:
    """One side of a stream."""

    @property
    def pid(self) -> int: ...
    @property
    def comm(self) -> bytes: ...
    @property
    def fd(self) -> int: ...
    @property
    def tids(self) -> list[int]:
        """Threads that used it, ascending."""
    @property
    def first(self) -> int:
        """Number of the first event that used it."""
    @property
    def last(self) -> int: ...
    @property
    def opened(self) -> int:
        """The event that opened it, 0 where that was before the capture."""
    @property
    def closed(self) -> int:
        """The event that ended its last descriptor, 0 where it stays open."""
    @property
    def kind(self) -> str:
        """`fd.type`."""
    @property
    def name(self) -> bytes:
        """`fd.name`, as it was last."""
    @property
    def role(self) -> Literal["client", "server", ""]: ...
    @property
    def l4(self) -> str:
        """tcp, udp, icmp or raw, empty where there is none."""
    @property
    def written(self) -> tuple[int, int]:
        """Bytes it wrote, and how many of them are in the capture."""
    @property
    def read(self) -> tuple[int, int]: ...

@final
class ListedStream:
    """A descriptor of a process over one life of its number."""

    @property
    def fd(self) -> int: ...
    @property
    def first(self) -> int:
        """The first event that moved data; any event between first and last stands for it."""
    @property
    def last(self) -> int: ...
    @property
    def opened(self) -> int:
        """The event from which the number stands for it, 0 where that was before the capture."""
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> bytes: ...
    @property
    def calls(self) -> int:
        """How many calls moved data."""

@final
class Stream:
    """What went through one open file, from its opening to its last close, by all that shared it.

    A frozen value, as far as the capture had been read. With `fd` it is that of another descriptor
    of the event's process, as of that event.

    Raises:
        CoreError: there is no such event, or it works on no descriptor.
    """

    def __new__(cls, capture: Capture, event: int, fd: int | None = None) -> Stream: ...
    @staticmethod
    def output(capture: Capture, thread: int) -> Stream:
        """Standard output and error of a process and its descendants.

        `thread` is `ProcessRow.thread`.
        """
    @property
    def ends(self) -> list[StreamEnd]:
        """The own end alone; where the other one is in the capture, both.

        Then a client stands before its server, and who wrote into a pipe before who read.
        """
    @property
    def shown(self) -> tuple[int, int]:
        """Whose copy is shown of what went out and of what came in, as a place in `ends`."""
    @property
    def count(self) -> int: ...
    @property
    def ways(self) -> bytes:
        """A byte a piece: 0 where it moved no data, 1 out, 2 in."""
    def pieces(self, start: int, stop: int) -> list[StreamPiece]:
        """Pieces [start, stop), in the order of events; short at the end."""
    def data(self, piece: int) -> bytes:
        """Captured bytes of a piece, empty where there are none."""
    def find(self, text: bytes, start: int, *, backward: bool = False) -> int | None:
        """The next piece in which a text begins, in any case; the start does not count.

        It may end in a later piece of the same way, unless the capture lacks bytes between.
        """
    def matches(self, piece: int, text: bytes) -> list[tuple[int, int]]:
        """From which to before which byte of a piece a text stands, as far as it is in this one."""

def streams_of(capture: Capture, event: int) -> list[ListedStream]:
    """The descriptors over which the process of an event moved data, by when they began to."""

@final
class Doing:
    """Calls of a program that agree in what stays the same from run to run."""

    @property
    def program(self) -> bytes: ...
    @property
    def call(self) -> str: ...
    @property
    def about(self) -> bytes:
        """Path or endpoint, without ids and passing ports; empty where there is neither."""
    @property
    def error(self) -> str:
        """The error's name, empty for success and for calls without a result."""
    @property
    def count(self) -> int: ...
    @property
    def first(self) -> int:
        """Event number of the first of them."""
    @property
    def last(self) -> int: ...
    @property
    def processes(self) -> int:
        """Processes that did it."""
    @property
    def of_processes(self) -> int:
        """Processes of this program, with selected events."""
    @property
    def ended_badly(self) -> int:
        """Processes that ended with a status or signal soon after the last of these calls."""
    @property
    def went_well(self) -> int:
        """Processes that did it and did not end badly."""
    @property
    def programs(self) -> int:
        """Programs that did the same."""

@final
class Step:
    """One call of a thread."""

    @property
    def event(self) -> int: ...
    @property
    def call(self) -> str: ...
    @property
    def about(self) -> bytes:
        """As of a `Doing`."""
    @property
    def error(self) -> str: ...
    @property
    def way(self) -> Literal["read", "write", ""]:
        """Empty where no data was moved."""
    @property
    def moved(self) -> int: ...
    @property
    def data(self) -> bytes:
        """Captured bytes, at most 4,096."""

def failures(capture: Capture, selected: Filter | None) -> list[Doing]:
    """Selected calls that failed, grouped, by their first."""

def doings(capture: Capture, selected: Filter | None) -> list[Doing]:
    """All selected calls, grouped, by their first."""

def steps_of(capture: Capture, event: int, first: int, last: int) -> list[Step]:
    """What the thread of an event did in events [first, last], at most 50,000 calls."""

def steps_of_each(capture: Capture, events: Sequence[int], most: int) -> list[list[Step]]:
    """What each of the threads of some events did; nothing of those that took more steps."""

def threads_like(capture: Capture, event: int) -> list[int]:
    """The first event of each thread whose program has the name of that of an event."""
