"""Views by the calls themselves: how often, how long, how well."""

from typing import Final

from scaptui.views.view_bytes import both_ways, moved
from scaptui.views.view_columns import Column, Key, View
from scaptui.views.view_parts import (
    COMMAND,
    EVENTS,
    FAIL,
    NUM,
    OPS,
    PID,
    PROC,
    PROCS,
    TIME,
    WHEN,
)

_WAITS: Final = (
    "evt.type in (wait4, waitid, pause, rt_sigsuspend, rt_sigtimedwait, nanosleep, clock_nanosleep)"
)

CALLS: Final = (
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
        (*moved(""), both_ways(""), OPS, FAIL, TIME, PROCS),
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
)
