"""The words a filter can use: fields with their arguments, event names, service names."""

from collections.abc import Callable, Collection, Iterable, Mapping
from errno import errorcode
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

from scaptui.records import Record

if TYPE_CHECKING:
    from datetime import tzinfo

Kind = Literal[
    "int", "uint", "port", "bool", "text", "path", "bytes", "ip", "net", "double", "time",
    "duration", "mode", "dynamic",
]  # fmt: skip
Presence = Literal["none", "optional", "required"]

KINDS: Final[frozenset[Kind]] = frozenset(get_args(Kind))
NUMBERS: Final = frozenset[Kind](("int", "uint", "port", "time", "duration", "mode"))
TEXTS: Final = frozenset[Kind](("text", "path"))
BYTES: Final = frozenset[Kind](("bytes",))

# The greatest index and the greatest time that an argument can be.
_LARGEST: Final = {"index": 2**32 - 1, "time": 2**64 - 1}


class FieldRow(Protocol):
    """One row of the field table, as the core describes it."""

    @property
    def name(self) -> str:
        """How it is written, without its argument."""

    @property
    def kind(self) -> str:
        """The kind of its values, one of KINDS."""

    @property
    def bits(self) -> int:
        """How wide its whole numbers are: 8, 16, 32 or 64."""

    @property
    def argument(self) -> Presence:
        """Whether it takes an argument."""

    @property
    def argument_form(self) -> str:
        """index, name, index-or-name, dotted, time, one-of; empty without an argument."""

    @property
    def is_list(self) -> bool:
        """Yields several values at once."""

    @property
    def filter_only(self) -> bool:
        """Can be filtered by, not shown."""

    @property
    def print_only(self) -> bool:
        """Can be shown, not filtered by."""

    @property
    def hidden(self) -> bool:
        """Made for views; not offered."""

    @property
    def comparable(self) -> bool:
        """Can be compared with another field."""

    @property
    def transformable(self) -> bool:
        """Can be put into a function."""

    @property
    def doc(self) -> str:
        """What it means, in one line."""


class Resolved(Record):
    """What a name in a filter means: a row of the table and the argument that was part of the name.

    `in_seconds` is set for names of Wireshark's whose values are written in seconds; the row's own
    values are nanoseconds.
    """

    row: FieldRow
    argument: str | None = None
    in_seconds: bool = False


class Alias(Record):
    """Another tool's name for a field of ours."""

    name: str
    field: str
    in_seconds: bool = False


ALIASES: Final = (
    Alias("frame.number", "evt.num"),
    Alias("frame.time", "evt.rawtime"),
    Alias("frame.time_epoch", "evt.rawtime", in_seconds=True),
    Alias("frame.time_relative", "evt.reltime", in_seconds=True),
    Alias("frame.time_delta", "evt.deltatime", in_seconds=True),
    Alias("sysdig.event_name", "evt.type"),
)
# Stratoshark puts this before the fields of every class that is not its own.
FOREIGN_PREFIX: Final = "falco."

# Fields of events that no recorder writes any more.
_GONE: Final = (
    (("span.", "evtin."), "tracer"),
    (("mesos.", "marathon."), "Mesos"),
)

# Fields whose values are words out of a short list. A word outside of it gets a remark, no error:
# captures of other versions may know more of them.
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "evt.category": (
        "file", "net", "ipc", "IPC", "memory", "process", "sleep", "system", "signal", "user",
        "time", "processing", "wait", "scheduler", "other", "unknown", "internal", "I/O read",
        "I/O write", "I/O other", "io-read", "io-write", "io-other",
    ),
    "evt.io_dir": ("read", "write"),
    "fd.type": (
        "file", "directory", "ipv4", "ipv6", "unix", "pipe", "event", "eventfd", "signalfd",
        "eventpoll", "inotify", "timerfd", "netlink", "bpf", "userfaultfd", "io_uring", "memfd",
        "pidfd", "unknown", "unsupported", "ipv4serv", "ipv6serv",
    ),
    "fd.typechar": tuple("fd46pueslitnbrmPoX"),
    "fd.l4proto": ("tcp", "udp", "icmp", "raw", "<NA>"),
    "evt.res": ("SUCCESS", *dict.fromkeys(errorcode.values())),
}  # fmt: skip


class Words(Record):
    """The values a field can have. When `certain`, anything else is an error."""

    words: tuple[str, ...]
    certain: bool
    noun: str


class Vocabulary:
    """All names a filter can use.

    Args:
        fields: The field table.
        event_names: Names of event types.
        syscall_names: Names of system calls, which `evt.type` takes too.
        parameter_names: Gives the names of event parameters, for `evt.arg.NAME`, when a filter
            needs them; none when they are not known.
        zone: Gives the zone of times written without one, when there is such a time; None is
            the zone of this machine.
    """

    def __init__(
        self,
        fields: Iterable[FieldRow],
        event_names: Collection[str],
        syscall_names: Collection[str] = (),
        parameter_names: Callable[[], Iterable[str]] = tuple,
        zone: "Callable[[], tzinfo | None]" = lambda: None,
    ) -> None:
        self.fields: Mapping[str, FieldRow] = MappingProxyType({row.name: row for row in fields})
        self.zone = zone
        self._events = event_names
        self._calls = syscall_names
        self._parameters = parameter_names
        self._aliases = {alias.name: alias for alias in ALIASES}

    @cached_property
    def syscall_names(self) -> tuple[str, ...]:
        """Names of system calls, in order."""
        return tuple(sorted(self._calls))

    @cached_property
    def event_names(self) -> tuple[str, ...]:
        """Names of event types and of system calls, in order."""
        return tuple(sorted({*self._events, *self.syscall_names}))

    @cached_property
    def parameter_names(self) -> frozenset[str]:
        """Names of event parameters; empty when not known."""
        return frozenset(self._parameters())

    def resolve(self, name: str) -> Resolved | None:
        """The field a name means; an argument may follow a dot: `evt.arg.fd`, `proc.aname.2`."""
        if name in self.fields:
            return Resolved(self.fields[name])
        if name in self._aliases:
            alias = self._aliases[name]
            row = self.fields.get(alias.field)
            return None if row is None else Resolved(row, in_seconds=alias.in_seconds)
        if name.startswith(FOREIGN_PREFIX):
            return self.resolve(name.removeprefix(FOREIGN_PREFIX))
        return self._dotted(name)

    def _dotted(self, name: str) -> Resolved | None:
        # The longest field name wins: fd.cip.name is a field, not an argument of fd.cip.
        at = name.rfind(".")
        while at > 0:
            row = self.fields.get(name[:at])
            if row is not None and row.argument != "none":
                return Resolved(row, name[at + 1 :])
            at = name.rfind(".", 0, at)
        return None

    def values_of(self, field: str) -> Words | None:
        """The words that are values of a field, None when its values are not a short list."""
        match field:
            case "evt.type":
                return Words(self.event_names, certain=True, noun="event or system call")
            case "evt.dir":
                return Words(("<", ">"), certain=True, noun="direction")
            case "syscall.type" if self.syscall_names:
                return Words(self.syscall_names, certain=False, noun="system call")
        words = _WORDS.get(field)
        return None if words is None else Words(words, certain=False, noun="value")

    def names(self) -> list[str]:
        """Every field name worth offering."""
        return [name for name, row in self.fields.items() if not row.hidden]

    def why_gone(self, name: str) -> str:
        """What a field of old tools would need, empty when the name is none of those."""
        for prefixes, events in _GONE:
            if name.startswith(prefixes):
                return f"it needs {events} events, which captures no longer hold"
        return ""


def kind_of_row(row: FieldRow) -> Kind:
    """The kind of a field's values; a kind this version does not know is left to the event."""
    for kind in KINDS:
        if row.kind == kind:
            return kind
    return "dynamic"


def usage(row: FieldRow) -> str:
    """How a field is written with its argument: `proc.name`, `proc.aname[N]`, `evt.rawarg.NAME`."""
    form = row.argument_form
    if row.argument == "none":
        return row.name
    if form == "index":
        return f"{row.name}[N]"
    if form == "dotted":
        return f"{row.name}.NAME"
    if form == "time":
        return f"{row.name}[NANOSECONDS]"
    if form == "index-or-name":
        return f"{row.name}[N] or {row.name}[NAME]"
    if form == "one-of":
        return f"{row.name}.{' or '.join(argument_words(row))}"
    return f"{row.name}[NAME]"


def argument_words(row: FieldRow) -> tuple[str, ...]:
    """The words an argument of the form `one-of` can be: a version of IP, or one of two paths."""
    return ("v4", "v6") if row.kind == "ip" else ("src", "dst")


def argument_problem(row: FieldRow, argument: str) -> str:
    """Why a text cannot be the argument of a field, empty when it can."""
    form = row.argument_form
    if not argument:
        return "it is empty"
    if form in _LARGEST:
        if not (argument.isascii() and argument.isdigit()):
            return "it has to be a number"
        if len(argument) > 20 or int(argument) > _LARGEST[form]:
            return "the number is too large"
    if form == "one-of" and argument not in argument_words(row):
        return "it has to be " + " or ".join(argument_words(row))
    return ""
