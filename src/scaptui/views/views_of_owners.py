"""Views by who does something: processes, containers, users."""

from typing import Final

from scaptui.views.view_bytes import FILE, NET
from scaptui.views.view_columns import Column, Key, View
from scaptui.views.view_parts import (
    COMMAND,
    CONTAINER,
    EVENTS,
    FAIL,
    PID,
    PROC,
    PROCS,
    TIME,
)

_RUNS: Final = "evt.type in (execve, execveat) and evt.dir=< and evt.failed=false"

OWNERS: Final = (
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
)
