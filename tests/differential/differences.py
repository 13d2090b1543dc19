"""Where sysdig 0.29.3 and we differ, and why.

Most are what the libraries of sysdig have changed since 2022; some are defects of that version.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from tests.differential.peer import ABSENT, Row

# Of a thread and whatever it belongs to.
OF_THREADS: Final = ("proc.", "thread.", "user.", "group.", "container.", "k8s.")
PARENT: Final = (
    "proc.ppid", "proc.pname", "proc.pcmdline", "proc.apid[1]", "proc.aname[1]", "proc.apid[2]",
    "proc.aname[2]", "proc.sname", "proc.loginshellid",
)  # fmt: skip
ENDS: Final = (
    "fd.cip", "fd.sip", "fd.lip", "fd.rip", "fd.cport", "fd.sport", "fd.lport", "fd.rport",
    "fd.l4proto",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unlike:
    """A value that the two print in different ways; of `evt.args`, one argument."""

    field: str
    theirs: str
    ours: str
    them: Row  # all that sysdig says about the event
    us: Row

    def __str__(self) -> str:
        event = f"{self.them['evt.num']} {self.them['evt.dir']}{self.them['evt.type']}"
        return f"{event} {self.field}: {self.theirs!r}, we say {self.ours!r}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One way to differ: in fields whose names begin so, where a test holds."""

    reason: str
    fields: tuple[str, ...]
    of: Callable[[Unlike], bool]

    def explains(self, unlike: Unlike) -> bool:
        """Whether it is why the two say different things."""
        return unlike.field.startswith(self.fields) and self.of(unlike)


def unlike(them: Row, us: Row, fields: Sequence[str]) -> Iterator[Unlike]:
    """All that the two say differently about an event."""
    for field in fields:
        if them[field] == us[field]:
            continue
        if field != "evt.args":
            yield Unlike(field, them[field], us[field], them, us)
            continue
        for theirs, ours in zip_longest(*map(_arguments, (them[field], us[field])), fillvalue=""):
            if theirs != ours:
                yield Unlike(field, theirs, ours, them, us)


def _arguments(text: str) -> list[str]:
    """The arguments, each with its name. sysdig 0.29 writes a blank behind the last, too."""
    return re.split(r" (?=[a-z_0-9]+=)", text.removesuffix(" "))


def _is(*names: str) -> Callable[[Unlike], bool]:
    """Of these types of events."""
    return lambda at: at.them["evt.type"] in names


def _but_for(text: str) -> Callable[[Unlike], bool]:
    """We say what sysdig says and one thing more."""
    return lambda at: at.theirs == at.ours.replace(text, "")


DIFFERENCES: Final = (
    Difference(
        "the event of a container is of no thread; sysdig makes one up",
        OF_THREADS,
        _is("container"),
    ),
    Difference(
        "an empty buffer reads NULL; sysdig prints nothing",
        ("evt.args", "evt.buffer"),
        _but_for("NULL"),
    ),
    Difference(
        "an absent text reads <NA>; sysdig prints nothing",
        ("evt.args",),
        _but_for(ABSENT),
    ),
    Difference(
        "an absent address reads <NA>; sysdig prints NULL",
        ("evt.args",),
        lambda at: at.theirs.replace("NULL", ABSENT) == at.ours,
    ),
    Difference("files that were created are marked so", ("evt.args",), _but_for("|O_F_CREATED")),
    Difference("AF_LOCAL has its other name too", ("evt.args",), _but_for("|AF_UNIX")),
    Difference(
        "the user at login has a name",
        ("evt.args",),
        lambda at: at.theirs == re.sub(r"^(loginuid=-?\d+)\(.+\)$", r"\1", at.ours),
    ),
    Difference(
        "the group of processes is the one in the namespace",
        ("evt.args",),
        lambda at: "v" + at.theirs == at.ours,
    ),
    Difference(
        "the result of mmap is a number: an error or an address",
        ("evt.args",),
        lambda at: (
            _is("mmap")(at)
            and at.ours.startswith("res=")
            and at.theirs == f"res={int(at.ours[4:]):X}"
        ),
    ),
    Difference(
        "sysdig cuts buffers to 80 characters",
        ("evt.args", "evt.buffer"),
        lambda at: at.theirs.endswith("...") and at.ours.startswith(at.theirs.removesuffix("...")),
    ),
    Difference(
        "the parent of a vfork does not know the child yet: its own event tells of it",
        ("evt.args",),
        lambda at: _is("vfork")(at) and at.theirs.startswith(f"{at.ours}("),
    ),
    Difference(
        "a child of a vfork begins with its own event",
        ("proc.duration",),
        lambda at: int(at.theirs) == int(at.ours) + 1000,
    ),
    Difference(
        "children of one that ended are adopted; sysdig leaves them the number of their parent",
        PARENT,
        lambda at: at.them["proc.aname[1]"] == ABSENT != at.us["proc.aname[1]"],
    ),
    Difference(
        "the parent of a thread is the parent of its process, and it has siblings, no children",
        ("proc.pname", "proc.pcmdline", "proc.nchilds"),
        lambda at: at.us["thread.ismain"] == "false",
    ),
    Difference(
        "a thread that ends is not counted any more",
        ("proc.nthreads",),
        lambda at: _is("procexit")(at) and int(at.theirs) == int(at.ours) + 1,
    ),
    Difference(
        "of a thread nobody spoke of only its number is known",
        ("proc.pid", "proc.nthreads", "proc.fdopencount", "thread.ismain"),
        lambda at: at.them["proc.name"] == ABSENT and at.us["proc.pid"] == "-1",
    ),
    Difference(
        "newer lists of processes have two values before the user at login: sysdig reads these",
        ("user.loginuid", "user.loginname", "proc.tty"),
        lambda at: (
            at.us["user.loginuid"] == "-1" or (at.theirs, at.us["proc.tty"]) == ("0", "34816")
        ),
    ),
    Difference(
        "sysdig reads 8 bytes where 4 are the group of a thread",
        ("group.",),
        lambda at: int(at.them["group.gid"]) >= 2**32,
    ),
    Difference(
        "group 0 is root, listed or not",
        ("group.name",),
        lambda at: (at.us["group.gid"], at.ours) == ("0", "root"),
    ),
    Difference(
        "a switch is no call and has no latency; sysdig prints that of the call before",
        ("evt.latency",),
        _is("switch"),
    ),
    Difference(
        "a latency of 0 reads 0ns; sysdig prints the text before",
        ("evt.latency.human",),
        lambda at: (at.us["evt.latency"], at.ours) == ("0", "0ns"),
    ),
    Difference(
        "seconds behind minutes have two digits",
        ("evt.latency.human",),
        lambda at: at.theirs == re.sub(r"^(\d+:)0(\d)$", r"\1\2", at.ours),
    ),
    Difference(
        "a call without a type of its own is of the category other",
        ("evt.category",),
        lambda at: at.ours == "other",
    ),
    Difference(
        "a call that makes a descriptor has none yet; sysdig shows the kind it will have",
        ("fd.typechar",),
        lambda at: _is("inotify_init")(at) and at.them["evt.dir"] == ">",
    ),
    Difference(
        "a refused connection has the ends that its name says",
        ENDS,
        lambda at: _is("connect")(at) and at.them["fd.name"].startswith(at.us["fd.cip"] + ":"),
    ),
    Difference(
        "a failed accept has no name",
        ("fd.name",),
        lambda at: (at.theirs, at.ours) == ("NULL", ""),
    ),
    Difference(
        "what has no client has no port of one; sysdig says 0",
        ("fd.cport",),
        lambda at: (at.theirs, at.ours) == ("0", ABSENT),
    ),
    Difference(
        "the control group tells podman; sysdig takes it for lxc until it is told",
        ("container.type",),
        lambda at: (at.theirs, at.ours) == ("lxc", "podman"),
    ),
    Difference(
        "whether a container is privileged is known once it was told",
        ("container.privileged",),
        lambda at: (at.them["container.image"], at.ours) == (ABSENT, ABSENT),
    ),
)

# Of the bundled capture, which a newer recorder wrote.
OF_NEWER_RECORDERS: Final = (
    Difference(
        "recorders have added arguments since",
        ("evt.args",),
        lambda at: at.theirs == "" and (at.them["evt.dir"] == "<" or _is("procexit")(at)),
    ),
    Difference(
        "a socket that is not connected serves nobody",
        ("fd.is_server",),
        lambda at: (at.theirs, at.us["fd.connected"]) == ("true", "false"),
    ),
    Difference(
        "sysdig has never heard of pipe2: the descriptors are unknown",
        ("evt.args", "evt.category", "evt.buflen", "fd."),
        lambda at: (at.them["fd.type"], at.us["fd.type"]) == (ABSENT, "pipe"),
    ),
    Difference(
        "nor of dup3: what is written to a pipe it holds for a file",
        ("proc.fdopencount",),
        lambda at: at.theirs != ABSENT,
    ),
    Difference(
        "a mapping is about the file that is mapped",
        ("fd.",),
        lambda at: _is("mmap")(at) and at.theirs == ABSENT and at.them["evt.dir"] == "<",
    ),
    Difference(
        "a clone within a namespace is marked so", ("evt.args",), _but_for("|CLONE_CHILD_IN_PIDNS")
    ),
    Difference(
        "a number of a process is one of its namespace; sysdig takes it for the host's",
        ("proc.sname",),
        lambda at: at.theirs == "systemd",
    ),
    Difference(
        "a script runs its interpreter, which newer recorders tell",
        ("proc.exepath",),
        lambda at: at.ours.startswith("/usr/bin/"),
    ),
    Difference(
        "calls that cannot fail succeed",
        ("evt.res", "evt.rawres"),
        lambda at: at.theirs == ABSENT and at.us["evt.res"] == "SUCCESS",
    ),
)
