"""Filters select what Debian's sysdig selects, but for filters that have a reason."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.core.asking import opened
from tests.differential.conftest import Told
from tests.differential.peer import KNOWN_TO_SYSDIG, answers, asks


@dataclass(frozen=True, slots=True)
class Different:
    """A filter that selects differently, of one story."""

    reason: str
    story: str
    text: str
    theirs: tuple[int, ...]
    ours: tuple[int, ...]


# What tells an event apart, whatever its number.
EVENT: Final = ("evt.rawtime", "thread.tid", "evt.dir")

SELECTING: Final = {
    "processes": (
        "proc.name=ls",
        "proc.name!=ls and evt.type=clone",
        "proc.name in (ls, daemon)",
        "proc.cmdline contains app.jar",
        "proc.args startswith -l and proc.exe endswith ls",
        "proc.exepath glob /bin/*a*",
        "proc.aname[1]=bash",
        "proc.apid=100",
        "proc.loginshellid=100",
        "proc.vpid>=110 and proc.vpid<112",
        "thread.ismain=false",
        "thread.tid=103 or proc.pid=110",
        "proc.cwd=/srv/ and evt.type=close",
        "proc.env contains HOME",
        "user.name=ada and user.uid!=0",
        "evt.type=execve and evt.dir=<",
        "evt.type=procexit",
        "evt.failed=true",
        "proc.pname=java and thread.ismain=true",
        "evt.res=ENOENT or evt.rawres=-11",
        "evt.arg.filename=/bin/nothing",
        "evt.rawarg.res>100",
        "evt.cpu=1 and evt.type in (vfork, clone)",
        "evt.num<=10 and evt.num!=4",
        "evt.latency>1000000",
    ),
    "descriptors": (
        "fd.num=3",
        "fd.num>10 and fd.num<=16",
        "fd.name=/etc/hosts",
        "fd.name contains eve",
        "fd.name startswith /srv and evt.dir=<",
        "fd.directory=/tmp",
        "fd.filename in (d, notes)",
        "fd.type=file and evt.is_io_write=true",
        "fd.type in (pipe, unix)",
        "fd.typechar=d",
        "evt.is_open_write=true",
        "evt.is_io=true and evt.failed=true",
        "evt.buffer contains hello",
        "evt.buffer=hi",
        "evt.io_dir=read",
        "evt.category=ipc",
        "evt.type=close and not fd.name exists",
        "evt.arg.data exists",
        "evt.arg[0]=5",
        "evt.count.error=1",
        "not (evt.type=read or evt.type=write) and fd.num=3",
        "fd.name pmatch (/tmp, /srv/www)",
    ),
    "sockets": (
        "fd.port=80 and evt.type!=connect",
        "fd.ip=10.0.0.53 and evt.dir=<",
        "fd.sport=80 and evt.is_io=true",
        "fd.cport in (54886, 1234)",
        "fd.sip=10.0.0.2",
        "fd.cip!=10.0.0.1",
        "fd.rport=53",
        "fd.l4proto=udp",
        "fd.type=ipv4 and proc.name=nginx",
        "fd.type=unix",
        "fd.sockfamily=ip",
        "fd.is_server=true",
        "evt.type=connect and evt.res=EINPROGRESS",
        "evt.rawres<0",
    ),
    "containers": (
        "container.id=host",
        "container.id!=host and evt.type=open",
        "container.name=web and evt.type!=container",
        "container.image contains nginx and evt.type!=container",
        "container.type=docker and evt.type!=container",
        "container.privileged=true and evt.type!=container",
        "container.image.repository endswith nginx and evt.type!=container",
        "k8s.pod.name=web and evt.type!=container",
        "k8s.ns.name in (shop, other) and evt.type!=container",
    ),
    "failures": (
        "evt.failed=false",
        "evt.is_wait=true",
        "evt.latency>=250000000 and evt.dir=<",
        "evt.type=switch or evt.type=getpid",
        "syscall.type=futex",
        "evt.arg.path startswith /root",
        "proc.name exists and not fd.num exists",
        "evt.deltatime>1000",
        "evt.reltime<5000",
    ),
}
OF_THE_BUNDLED: Final = (
    "proc.name=nginx and evt.failed=true",
    "k8s.pod.name startswith nginx and evt.type=execve",
    "container.id!=host and (fd.name contains certs or evt.res=EAGAIN)",
    "fd.port=6379 and evt.buffer contains PONG",
    "proc.aname=containerd-shim and evt.type in (open, openat) and fd.name endswith .conf",
    "user.name in (redis, orders) and evt.is_io_write=true",
    "evt.type=signaldeliver or evt.type=procexit",
    "evt.latency>1000000000",
)
# Filters that select differently: the numbers of events that only sysdig, and that only we select.
DIFFERENT: Final = (
    Different(
        "sysdig applies a filter before it takes in the enter event: no descriptor, no length",
        "descriptors", "evt.buflen>4", (), (4, 12, 83),
    ),
    Different(
        "the same: a read without a descriptor is of no category",
        "failures", "evt.failed=true and evt.category=file", (), (28,),
    ),
    Different(
        "sysdig compares more bytes than a flag of 8 bits has",
        "descriptors", "evt.rawarg.flags>=2", (78, 80), (),
    ),
    Different(
        "a socket has no ends before it is connected; sysdig compares what it is asked to be",
        "sockets", "fd.port=80", (13,), (),
    ),
    Different(
        "nor has one whose connection was refused",
        "sockets", "fd.net=10.0.0.0/24", (3, 13, 35, 37, 38), (),
    ),
    Different(
        "but the refusal has the ends that its name says",
        "sockets", "fd.lip=10.0.0.1", (), (36,),
    ),
    Different(
        "the parent of a thread is the parent of its process",
        "processes", "proc.pname=bash", (), (21, 22, 23, 28, 29, 36),
    ),
    Different(
        "orphans are adopted",
        "processes", "proc.aname=systemd and not proc.name=bash", (), (51, 52, 53, 54, 63, 64),
    ),
    Different(
        "a thread that ends is not counted any more",
        "processes", "proc.nthreads>1", (36,), (),
    ),
    Different(
        "a switch has no latency of its own",
        "failures", "evt.latency>=250000000", (22,), (),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("story", "text"), [(story, text) for story, texts in SELECTING.items() for text in texts]
)
def test_a_filter_selects_what_sysdig_selects(
    sysdig: str, told: Told, story: str, text: str
) -> None:
    path = told(story)
    selected = answers(opened(path), EVENT, text)
    assert selected == asks(sysdig, path, EVENT, text)
    assert selected


@pytest.mark.parametrize("different", DIFFERENT, ids=lambda different: different.text)
def test_a_filter_differs_for_a_reason_in_these_events(
    sysdig: str, told: Told, different: Different
) -> None:
    path = told(different.story)
    number = ("evt.num",)
    theirs = {int(row["evt.num"]) for row in asks(sysdig, path, number, different.text)}
    ours = {int(row["evt.num"]) for row in answers(opened(path), number, different.text)}
    assert (theirs - ours, ours - theirs) == (set(different.theirs), set(different.ours))
    assert ours & theirs


@pytest.mark.parametrize("text", OF_THE_BUNDLED)
def test_a_filter_selects_the_same_of_the_bundled_capture(
    sysdig: str, crashloop: Path, text: str
) -> None:
    selected = answers(opened(crashloop), EVENT, f"({text}) and {KNOWN_TO_SYSDIG}")
    assert selected == asks(sysdig, crashloop, EVENT, text)
    assert selected
