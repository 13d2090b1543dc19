"""The views there are. Adding one is adding an entry."""

from typing import Final

from scaptui.views.view_columns import Column, Key, View

_OPENS: Final = "evt.type in (open, openat, openat2, open_by_handle_at, creat)"
_WAITS: Final = (
    "evt.type in (wait4, waitid, pause, rt_sigsuspend, rt_sigtimedwait, nanosleep, clock_nanosleep)"
)
_IP: Final = "fd.type in (ipv4, ipv6)"
_RUNS: Final = "evt.type in (execve, execveat) and evt.dir=< and evt.failed=false"

EVENTS: Final = Column("events", "count", about="events of the row")
FAIL: Final = Column("fail", "failed", about="calls that failed")
TIME: Final = Column("time", "sum", "evt.latency", "latency", about="time between enter and exit")
OPS: Final = Column("ops", "count", among="evt.dir=<", about="calls that returned")
OPENS: Final = Column("opens", "count", among=f"{_OPENS} and evt.dir=<", about="opens, failed too")
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


def _moved(kind: str) -> tuple[Column, Column]:
    """Bytes in and out of descriptors of a kind."""
    dot = f".{kind}" if kind else ""
    return (
        Column("in", "sum", f"evt.buflen{dot}.in", "bytes", BYTES, "bytes read"),
        Column("out", "sum", f"evt.buflen{dot}.out", "bytes", BYTES, "bytes written"),
    )


def _all(kind: str) -> Column:
    """Bytes both ways."""
    dot = f".{kind}" if kind else ""
    return Column("bytes", "sum", f"evt.buflen{dot}", "bytes", BYTES, "bytes both ways")


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
_DESCRIPTOR: Final = (
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

VIEWS: Final = (
    View(
        "processes",
        "Which process does how much?",
        "one per process and the name it had",
        (Key("pid", "proc.pid", "id"), Key("name", "proc.name")),
        (
            EVENTS,
            FAIL,
            FILE,
            NET,
            TIME,
            Column("user", "last", "user.name", "text"),
            CONTAINER,
            COMMAND,
        ),
        ("events",),
        order=(
            "name",
            "pid",
            "events",
            "fail",
            "file",
            "net",
            "time",
            "user",
            "container",
            "command",
        ),
        drill="threads",
        pane=2,
    ),
    View(
        "programs",
        "Which program does how much, however often it runs?",
        "one per name of a program",
        (Key("name", "proc.name"),),
        (PROCS, EVENTS, FAIL, FILE, NET, TIME),
        ("events",),
        drill="processes",
    ),
    View(
        "threads",
        "Which thread does how much?",
        "one per thread",
        (Key("tid", "thread.tid", "id"),),
        (EVENTS, FAIL, FILE, NET, TIME, PID, PROC, COMMAND),
        ("events",),
        drill="syscalls",
    ),
    View(
        "containers",
        "Which containers do something, and how much?",
        "one per container; the host is none",
        (Key("id", "container.id"),),
        (
            PROCS,
            EVENTS,
            FAIL,
            FILE,
            NET,
            TIME,
            Column("name", "last", "container.name", "text"),
            Column("image", "last", "container.image", "text"),
        ),
        ("events",),
        filter="container.id!=host",
        drill="processes",
        pane=3,
    ),
    View(
        "pods",
        "Which pods do something, and how much?",
        "one per pod; without metadata by the id that its control group has",
        (Key("pod", "k8s.pod.name|k8s.pod.uid|k8s.pod.id"),),
        (
            Column("namespace", "last", "k8s.ns.name", "text"),
            Column("containers", "distinct", "container.id"),
            PROCS,
            EVENTS,
            FAIL,
            FILE,
            NET,
        ),
        ("events",),
        drill="containers",
    ),
    View(
        "users",
        "Who does something here?",
        "one per user; those of a container are not the host's",
        (Key("user", "user.name"), Key("uid", "user.uid", "id")),
        (
            PROCS,
            EVENTS,
            FAIL,
            Column("commands", "count", among=_RUNS, about="programs executed"),
            Column("containers", "distinct", "container.id"),
        ),
        ("events",),
        drill="commands",
    ),
    View(
        "files",
        "Which files does it touch, how much, and what fails?",
        "one per path of a file or directory, failed opens included",
        (Key("file", "fd.name|fs.path.name", "path"),),
        (*_moved("file"), OPS, OPENS, FAIL, TIME),
        ("fail", "ops"),
        filter=f"fd.type in (file, directory) or ({_OPENS} and evt.failed=true)",
        drill="processes",
        pane=4,
    ),
    View(
        "directories",
        "In which directories are the files it touches?",
        "one per directory",
        (Key("directory", "fd.directory", "path"),),
        (*_moved("file"), OPS, OPENS, FAIL, Column("files", "distinct", "fd.name")),
        ("ops",),
        filter="fd.type in (file, directory) and fd.name!=''",
        drill="files",
    ),
    View(
        "connections",
        "Who talks to whom over the network, and how much?",
        "one per connection",
        (Key("connection", "fd.name", "address"), Key("proto", "fd.l4proto")),
        (*_moved("net"), _all("net"), OPS, FAIL, PROCS, PROC),
        ("bytes",),
        filter=f"{_IP} and fd.name!=''",
        drill="processes",
        pane=5,
    ),
    View(
        "talkers",
        "Which hosts does it talk to most?",
        "one per address at the other end",
        (Key("host", "fd.rip", "address"),),
        (*_moved("net"), _all("net"), Column("connections", "distinct", "fd.name"), PROCS, FAIL),
        ("bytes",),
        filter=_IP,
        drill="connections",
    ),
    View(
        "server-ports",
        "Which services are used, and how much?",
        "one per port of the server's side",
        (Key("port", "fd.sport", "id"),),
        (
            *_moved("net"),
            _all("net"),
            Column("connections", "distinct", "fd.name"),
            PROCS,
            Column("ops", "count"),
            PROC,
        ),
        ("bytes",),
        filter=_IP,
        drill="connections",
    ),
    View(
        "listening",
        "Which ports does a process listen on?",
        "one per listening socket of a process, as of an event",
        (Key("tid", "thread.tid", "id"), Key("fd", "fd.num", "id")),
        _DESCRIPTOR,
        ("port",),
        source="listening",
        order=("port", "proto", "server", "name", "pid", "fd", "user", "container"),
        drill="connections",
    ),
    View(
        "accepted",
        "Which connections came in?",
        "each accepted connection, in time order",
        (NUM,),
        (WHEN, Column("connection", "first", "fd.name", "address"), PROC, PID, CONTAINER),
        ("num",),
        filter="evt.type in (accept, accept4) and evt.dir=< and evt.failed=false",
    ),
    View(
        "syscalls",
        "Which system calls are made, how often, how long, how well?",
        "one per call or event name",
        (Key("call", "evt.type"),),
        (
            EVENTS,
            Column("calls", "count", among="evt.dir=<"),
            FAIL,
            TIME,
            Column("max", "max", "evt.latency", "latency"),
            PROCS,
        ),
        ("events",),
        filter="evt.type!=switch",
        drill="processes",
        pane=7,
    ),
    View(
        "slow-calls",
        "Which calls took long?",
        "each call that took a millisecond or more, but for those that are made to wait",
        (NUM,),
        (
            WHEN,
            Column("took", "first", "evt.latency", "latency"),
            PROC,
            PID,
            Column("call", "first", "evt.type", "text"),
            Column("result", "first", "evt.res", "text"),
            Column("about", "first", "fd.name|fs.path.name", "path"),
        ),
        ("took",),
        filter=f"evt.latency>=1000000 and evt.dir=< and evt.is_wait=false and not {_WAITS}",
    ),
    View(
        "slow-files",
        "Which single reads and writes of files took long?",
        "each read or write of a file that took more than a millisecond; /dev is left out",
        (NUM,),
        (
            WHEN,
            Column("took", "first", "evt.latency", "latency"),
            PROC,
            PID,
            Column("call", "first", "evt.type", "text"),
            Column("file", "first", "fd.name", "path"),
        ),
        ("took",),
        filter="evt.is_io=true and fd.type=file and evt.dir=< and evt.latency>1000000"
        " and not fd.name startswith '/dev/'",
    ),
    View(
        "errors",
        "Which errors do calls return?",
        "one per error",
        (Key("error", "evt.res"),),
        (EVENTS, PROCS, Column("calls", "distinct", "evt.type", about="different calls")),
        ("events",),
        filter="evt.failed=true",
        drill="failures",
    ),
    View(
        "failures",
        "Which calls of which program fail, and how?",
        "one per program, call and error",
        (Key("proc", "proc.name"), Key("call", "evt.type"), Key("error", "evt.res")),
        (
            EVENTS,
            PROCS,
            Column("last", "last", "evt.rawtime", "time"),
            Column("about", "last", "fd.name|fs.path.name", "path", about="of the last one"),
        ),
        ("events",),
        filter="evt.failed=true",
    ),
    View(
        "io-by-type",
        "What kinds of descriptors does it read and write?",
        "one per kind of descriptor",
        (Key("type", "fd.type"),),
        (*_moved(""), _all(""), OPS, FAIL, TIME, PROCS),
        ("bytes",),
        drill="processes",
    ),
    View(
        "page-faults",
        "Which threads had to wait for memory?",
        "one per thread, page faults since it began",
        (Key("tid", "thread.tid", "id"),),
        (
            Column("major", "max", "thread.pfmajor", about="from disk"),
            Column("minor", "max", "thread.pfminor", about="without disk"),
            PID,
            PROC,
            COMMAND,
        ),
        ("major", "minor"),
        filter="evt.type!=switch",
        drill="syscalls",
    ),
    View(
        "cpus",
        "What does each processor do?",
        "one per processor",
        (Key("cpu", "evt.cpu", "id"),),
        (EVENTS, FAIL, PROCS, TIME),
        ("events",),
        drill="processes",
    ),
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
        filter=f"{_OPENS} and evt.dir=<",
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
        _DESCRIPTOR,
        ("tid", "fd"),
        source="descriptors",
        order=("name", "pid", "tid", "user", "fd", "type", "about"),
    ),
    View(
        "netstat",
        "Which network sockets are open, as of an event?",
        "one per socket of a process",
        (Key("tid", "thread.tid", "id"), Key("fd", "fd.num", "id")),
        _DESCRIPTOR,
        ("tid", "fd"),
        source="sockets",
        order=("proto", "server", "port", "client", "client-port", "listens", "pid", "name"),
    ),
    View(
        "latency",
        "How long do calls take, over time?",
        "one per step of time, a count per step of latency",
        (Key("time", "evt.rawtime", "time"),),
        (),
        ("time",),
        filter="evt.dir=<",
        source="latency",
        pane=8,
    ),
)
