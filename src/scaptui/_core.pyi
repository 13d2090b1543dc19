"""The border: the Rust core as Python sees it. Handles and frozen values; no logic."""

from typing import Literal, final

__all__ = [
    "Capture",
    "CoreError",
    "EventType",
    "Field",
    "Filter",
    "Note",
    "Printer",
    "ProcessRow",
    "Progress",
    "Writer",
    "event_types",
    "fields",
    "optimised",
    "syscall_names",
    "version",
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
    def events(self) -> int:
        """Events stored so far, hidden ones included."""
    @property
    def shown(self) -> int:
        """Events that are shown."""
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
    def vpid(self) -> int: ...
    @property
    def parent(self) -> int | None:
        """Position of the parent in the list, None for a root."""
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

@final
class Capture:
    """An open capture; a background thread reads it.

    Raises:
        CoreError: the file cannot be opened or is no capture; the hint says what to do.
    """

    def __new__(cls, paths: list[str], *, follow: bool = False) -> Capture: ...
    def wait(self, budget_ms: int) -> Progress:
        """Progress after at most this time, at once when reading is done."""
    def progress(self) -> Progress: ...
    def notes(self) -> list[Note]: ...
    def summary(self, selected: Filter | None) -> str:
        """Facts of the header and counts of the events the filter selects, as JSON text."""
    def processes(self, selected: Filter | None, at: int | None) -> list[ProcessRow]:
        """The process tree in drawing order, as of event number `at` (None: the end)."""
    def close(self) -> None: ...

@final
class Printer:
    """Writes the events a filter selects as text, in order, while the capture is read.

    `form` is a format string of sysdig's kind (`*%evt.num %evt.type`), or for `kind` tsv, csv and
    jsonl the field names joined by commas. `time` is one of h a r d D; `zone` is "local", "UTC" or
    an IANA name; `escape` is terminal, pipe or raw; `buffers` is dots, text, hex, hexascii or
    base64. `limit` stops after that many events.

    Raises:
        CoreError: an unknown field or a field that cannot be printed; the hint names the nearest.
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
    @property
    def done(self) -> bool: ...
    @property
    def matched(self) -> int: ...

@final
class Writer:
    """Writes a capture in the newest layout, for samples and tests. Times are ns since the epoch.

    A path ending in .gz is compressed. `event` takes the parameters as encoded bytes, in the
    table's order.
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
