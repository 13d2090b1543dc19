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
COMMAND: Final = Column("command", "last", "proc.cmdline", "text", about="name and arguments")
CONTAINER: Final = Column("container", "last", "container.name", "text")
PROC: Final = Column("proc", "last", "proc.name", "text", about="the program")
PID: Final = Column("pid", "last", "proc.pid", "id")
PROCS: Final = Column("procs", "distinct", "proc.pid", about="processes")
WHEN: Final = Column("when", "first", "evt.rawtime", "time")
NUM: Final = Key("num", "evt.num", "id", "number of the event")
