"""Views by what is worked on: files, directories, connections."""

from typing import Final

from scaptui.views.view_bytes import both_ways, moved
from scaptui.views.view_columns import Column, Key, View
from scaptui.views.view_parts import (
    CONTAINER,
    FAIL,
    IP,
    NUM,
    OPENING,
    OPENS,
    OPS,
    PID,
    PROC,
    PROCS,
    TIME,
    WHEN,
)
from scaptui.views.views_of_state import DESCRIPTOR

TARGETS: Final = (
    View(
        "files",
        "Which files does it touch, how much, and what fails?",
        "one per path of a file or directory, failed opens included",
        (Key("file", "fd.name|fs.path.name", "path"),),
        (*moved("file"), OPS, OPENS, FAIL, TIME),
        ("fail", "ops"),
        filter=f"fd.type in (file, directory) or ({OPENING} and evt.failed=true)",
        drill="processes",
        pane=4,
    ),
    View(
        "directories",
        "In which directories are the files it touches?",
        "one per directory",
        (Key("directory", "fd.directory", "path"),),
        (*moved("file"), OPS, OPENS, FAIL, Column("files", "distinct", "fd.name")),
        ("ops",),
        filter="fd.type in (file, directory) and fd.name!=''",
        drill="files",
    ),
    View(
        "connections",
        "Who talks to whom over the network, and how much?",
        "one per connection",
        (Key("connection", "fd.name", "address"), Key("proto", "fd.l4proto")),
        (*moved("net"), both_ways("net"), OPS, FAIL, PROCS, PROC),
        ("bytes",),
        filter=f"{IP} and fd.name!=''",
        drill="processes",
        pane=5,
    ),
    View(
        "talkers",
        "Which hosts does it talk to most?",
        "one per address at the other end",
        (Key("host", "fd.rip", "address"),),
        (
            *moved("net"),
            both_ways("net"),
            Column("connections", "distinct", "fd.name"),
            PROCS,
            FAIL,
        ),
        ("bytes",),
        filter=IP,
        drill="connections",
    ),
    View(
        "server-ports",
        "Which services are used, and how much?",
        "one per port of the server's side",
        (Key("port", "fd.sport", "id"),),
        (
            *moved("net"),
            both_ways("net"),
            Column("connections", "distinct", "fd.name"),
            PROCS,
            Column("ops", "count"),
            PROC,
        ),
        ("bytes",),
        filter=IP,
        drill="connections",
    ),
    View(
        "listening",
        "Which ports does a process listen on?",
        "one per listening socket of a process, as of an event",
        (Key("tid", "thread.tid", "id"), Key("fd", "fd.num", "id")),
        DESCRIPTOR,
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
)
