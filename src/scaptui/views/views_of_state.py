"""Views of what there is as of an event."""

from typing import Final

from scaptui.views.view_columns import Column, Key, View

_THREAD: Final = (
    Column("pid", "first", "proc.pid", "id"),
    Column("name", "first", "proc.name", "text"),
    Column("user", "first", "user.name", "text"),
    Column("container", "first", "container.name", "text"),
)
_STANDING: Final = (
    *_THREAD,
    Column("threads", "first", "proc.nthreads", about="of its process"),
    Column("fds", "first", "proc.fdopencount", about="open descriptors"),
    Column("limit", "first", "proc.fdlimit", about="of descriptors"),
    Column("virtual", "first", "thread.vmsize.b", "memory"),
    Column("resident", "first", "thread.vmrss.b", "memory"),
    Column("command", "first", "proc.cmdline", "text"),
)
DESCRIPTOR: Final = (
    *_THREAD,
    Column("type", "first", "fd.type", "text"),
    Column("about", "first", "fd.name", "path"),
    Column("proto", "first", "fd.l4proto", "text"),
    Column("server", "first", "fd.sip", "address"),
    Column("port", "first", "fd.sport", "id"),
    Column("client", "first", "fd.cip", "address"),
    Column("client-port", "first", "fd.cport", "id"),
    Column("listens", "first", about="1 where it waits for connections"),
)

STATE: Final = (
    View(
        "ps",
        "Which threads exist, as of an event?",
        "one per thread",
        (Key("tid", "thread.tid", "id"),),
        _STANDING,
        ("tid",),
        source="threads",
        drill="syscalls",
    ),
    View(
        "lsof",
        "Which descriptors are open, as of an event?",
        "one per descriptor of a process",
        (Key("tid", "thread.tid", "id"), Key("fd", "fd.num", "id")),
        DESCRIPTOR,
        ("tid", "fd"),
        source="descriptors",
        order=("name", "pid", "tid", "user", "fd", "type", "about"),
    ),
    View(
        "netstat",
        "Which network sockets are open, as of an event?",
        "one per socket of a process",
        (Key("tid", "thread.tid", "id"), Key("fd", "fd.num", "id")),
        DESCRIPTOR,
        ("tid", "fd"),
        source="sockets",
        order=("proto", "server", "port", "client", "client-port", "listens", "pid", "name"),
    ),
)
