"""A small field table with one field of each sort, and shorthands to read filters with it."""

from dataclasses import dataclass
from datetime import UTC

from scaptui.filter.expression import Expression, FieldRef
from scaptui.filter.parser import parse
from scaptui.filter.vocabulary import Presence, Vocabulary


@dataclass(frozen=True)
class Row:
    name: str
    kind: str
    argument: Presence = "none"
    argument_form: str = ""
    is_list: bool = False
    filter_only: bool = False
    print_only: bool = False
    bits: int = 64
    hidden: bool = False
    comparable: bool = True
    transformable: bool = True
    doc: str = "a field"


ROWS = (
    Row("container.id", "text"),
    Row("container.label", "text", "required", "name"),
    Row("evt.abspath", "path", "optional", "one-of"),
    Row("evt.arg", "text", "required", "index-or-name"),
    Row("evt.args", "text", print_only=True),
    Row(
        "evt.around", "uint", "required", "time",
        filter_only=True, comparable=False, transformable=False,
    ),
    Row("evt.buffer", "bytes"),
    Row("evt.buflen", "uint"),
    Row("evt.category", "text"),
    Row("evt.count", "uint", hidden=True),
    Row("evt.cpu", "int", bits=16),
    Row("evt.deltatime", "duration"),
    Row("evt.dir", "text"),
    Row("evt.failed", "bool"),
    Row("evt.latency", "duration"),
    Row("evt.num", "uint"),
    Row("evt.rawarg", "dynamic", "required", "dotted", comparable=False, transformable=False),
    Row("evt.rawres", "int"),
    Row("evt.rawtime", "time"),
    Row("evt.reltime", "duration"),
    Row("evt.type", "text"),
    Row("evt.type.is", "uint", "required", "index-or-name"),
    Row("fd.cip", "ip", "optional", "one-of"),
    Row("fd.cip.name", "text", comparable=False, transformable=False),
    Row("fd.cport", "port"),
    Row("fd.directory", "path"),
    Row("fd.name", "path"),
    Row("fd.net", "net", filter_only=True, comparable=False, transformable=False),
    Row("fd.num", "int"),
    Row("fd.port", "port", filter_only=True, comparable=False, transformable=False),
    Row("fd.sip", "ip", "optional", "one-of"),
    Row("fd.sport", "port"),
    Row("fd.types", "text", "optional", "index", is_list=True, comparable=False),
    Row("k8s.ns.name", "text"),
    Row("proc.aname", "text", "optional", "index", comparable=False, transformable=False),
    Row("proc.apid", "int", "optional", "index", comparable=False, transformable=False),
    Row("proc.args", "text", "optional", "index"),
    Row("proc.cmdline", "text"),
    Row("proc.env", "text", "optional", "name"),
    Row("proc.exepath", "path"),
    Row("proc.fdusage", "double"),
    Row("proc.name", "text"),
    Row("proc.pname", "text"),
    Row("thread.cgroup", "text", "required", "dotted"),
    Row("user.uid", "uint"),
)  # fmt: skip
BY_NAME = {row.name: row for row in ROWS}
EVENTS = ("open", "openat", "read", "write", "connect", "execve", "procexit", "switch")
VOCABULARY = Vocabulary(
    ROWS, EVENTS, ("getpid", "mmap"), lambda: ("fd", "name", "res", "flags"), zone=lambda: UTC
)


def read(text: str) -> Expression:
    """The expression of a filter over the small table."""
    return parse(text, VOCABULARY).expression


def field(name: str, argument: str | None = None) -> FieldRef:
    """A field of the small table."""
    return FieldRef(BY_NAME[name], argument)
