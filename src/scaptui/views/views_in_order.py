"""Views with a row an event or request, in time order."""

from typing import Final

from scaptui.views.view_columns import Column, View
from scaptui.views.view_parts import CONTAINER, NUM, OPENING, PID, PROC, WHEN

_REQUEST: Final = (
    WHEN,
    Column("method", "first", form="text"),
    Column("host", "first", form="text", about="whom the request names"),
    Column("path", "first", form="path"),
    Column("status", "first", form="id", about="of the answer"),
    Column("took", "first", form="latency", about="until the first bytes of the answer"),
    Column("length", "first", form="bytes", about="of the answer, as it tells"),
    Column("side", "first", form="text", about="server or client"),
    Column("pid", "first", "proc.pid", "id"),
    Column("fd", "first", "fd.num", "id"),
    Column("answer", "first", form="id", about="number of the answer's event"),
)

IN_ORDER: Final = (
    View(
        "commands",
        "What do people run, and where do they go?",
        "each program executed, and each directory a shell goes to, in time order",
        (NUM,),
        (
            WHEN,
            Column("user", "first", "user.name", "text"),
            PID,
            Column("shell", "first", "proc.ppid", "id", about="the process that ran it"),
            CONTAINER,
            Column("dir", "first", "evt.arg.path", "path", about="where a shell goes"),
            Column("command", "first", "proc.exeline", "text", about="program and arguments"),
        ),
        ("num",),
        filter="((evt.type in (execve, execveat) and evt.dir=<) or (evt.type=chdir and evt.dir=<"
        " and proc.name contains sh and not proc.name contains sshd)) and evt.failed=false",
    ),
    View(
        "file-opens",
        "Which files are opened, in order, and what fails?",
        "each open, failed ones too, in time order",
        (NUM,),
        (
            WHEN,
            Column("result", "first", "evt.res", "text"),
            PROC,
            PID,
            Column("file", "first", "fd.name|fs.path.name", "path"),
        ),
        ("num",),
        filter=f"{OPENING} and evt.dir=<",
    ),
    View(
        "log-lines",
        "What is written to log files?",
        "each write to a file that is named like a log, in time order",
        (NUM,),
        (
            WHEN,
            PROC,
            PID,
            Column("file", "first", "fd.name", "path"),
            Column("text", "first", "evt.buffer", "text"),
        ),
        ("num",),
        filter="(fd.name contains .log or fd.name contains _log or fd.name contains /var/log)"
        " and not (fd.name contains .gz or fd.name contains .tgz)"
        " and evt.is_io_write=true and evt.dir=< and evt.failed=false",
    ),
    View(
        "syslog",
        "What is written to the system's log?",
        "each message, in time order",
        (NUM,),
        (
            WHEN,
            PROC,
            PID,
            Column("facility", "first", "syslog.facility.str", "text"),
            Column("severity", "first", "syslog.severity.str", "text"),
            Column("message", "first", "syslog.message", "text"),
        ),
        ("num",),
        filter="fd.name contains /dev/log and evt.is_io_write=true and evt.dir=<"
        " and evt.failed=false",
    ),
    View(
        "http",
        "Which HTTP requests were made, and how were they answered?",
        "each request, as each process sees it that reads or writes it",
        (NUM,),
        _REQUEST,
        ("num",),
        source="requests",
        order=("num", "when", "status", "took", "length", "side", "pid", "method", "host", "path"),
    ),
)
