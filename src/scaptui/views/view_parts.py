"""Keys, columns and filters that several views share."""

from typing import Final

from scaptui.views.view_columns import Column, Key

OPENING: Final = "evt.type in (open, openat, openat2, open_by_handle_at, creat)"
IP: Final = "fd.type in (ipv4, ipv6)"
EVENTS: Final = Column("events", "count", about="events of the row")
FAIL: Final = Column("fail", "failed", about="calls that failed")
TIME: Final = Column("time", "sum", "evt.latency", "latency", about="time between enter and exit")
OPS: Final = Column("ops", "count", among="evt.dir=<", about="calls that returned")
OPENS: Final = Column("opens", "count", among=f"{OPENING} and evt.dir=<", about="opens, failed too")
# Other calls that have to do with input and output return no number of bytes: fcntl a flag,
# sendmmsg how many messages.
BYTES: Final = "(evt.is_io=true or evt.type=sendfile) and not evt.type in (sendmmsg, recvmmsg)"
FILE: Final = Column("file", "sum", "evt.buflen.file", "bytes", BYTES, "bytes of files")
NET: Final = Column("net", "sum", "evt.buflen.net", "bytes", BYTES, "bytes of IP sockets")
COMMAND: Final = Column("command", "last", "proc.cmdline", "text", about="name and arguments")
CONTAINER: Final = Column("container", "last", "container.name", "text")
PROC: Final = Column("proc", "last", "proc.name", "text", about="the program")
PID: Final = Column("pid", "last", "proc.pid", "id")
PROCS: Final = Column("procs", "distinct", "proc.pid", about="processes")
WHEN: Final = Column("when", "first", "evt.rawtime", "time")
NUM: Final = Key("num", "evt.num", "id", "number of the event")


def moved(kind: str) -> tuple[Column, Column]:
    """Bytes in and out of descriptors of a kind."""
    dot = f".{kind}" if kind else ""
    return (
        Column("in", "sum", f"evt.buflen{dot}.in", "bytes", BYTES, "bytes read"),
        Column("out", "sum", f"evt.buflen{dot}.out", "bytes", BYTES, "bytes written"),
    )


def moved_both_ways(kind: str) -> Column:
    """Bytes both ways."""
    dot = f".{kind}" if kind else ""
    return Column("bytes", "sum", f"evt.buflen{dot}", "bytes", BYTES, "bytes both ways")
