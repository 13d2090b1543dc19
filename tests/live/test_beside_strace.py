"""A program that makes each call once, seen by strace and recorded: both tell the same."""

import errno
import json
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import IN_CI
from tests.recording import Recorder
from tests.running import run_program

pytestmark = [
    pytest.mark.usefixtures("kernel"),
    pytest.mark.probe,
    pytest.mark.xdist_group("record"),
]
PROGRAM = Path(__file__).with_name("calls.c")
SNAPLEN: Final = 80
# The only calls whose events have another name.
NAMES: Final = {"pread": "pread64", "pwrite": "pwrite64", "prlimit": "prlimit64"}
_LINE: Final = re.compile(r"(\w+)\((.*)\)\s+= (-?\w+|\?)(?: (E\w+))?.*")
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?:\.\.\.)?')


@dataclass(frozen=True, slots=True)
class Call:
    """A call as strace tells it."""

    name: str
    arguments: list[str]
    result: int | None


def parsed(line: str) -> Call | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    name, arguments, result, error = found.groups()
    number = None if result == "?" else int(result, 0)
    if error:
        number = -getattr(errno, error)
    return Call(name, split(arguments), number)


def split(arguments: str) -> list[str]:
    """At the commas that are in no string and no bracket."""
    parts, depth, start, at = [], 0, 0, 0
    while at < len(arguments):
        if string := _STRING.match(arguments, at):
            at = string.end()
            continue
        depth += {"[": 1, "{": 1, "(": 1, "]": -1, "}": -1, ")": -1}.get(arguments[at], 0)
        if arguments[at] == "," and depth == 0:
            parts.append(arguments[start:at].strip())
            start = at + 1
        at += 1
    return [*parts, arguments[start:].strip()] if arguments else []


# How an argument of strace's is compared with ours: each gives both sides in one form.
Ours = dict[str, Any]
Compare = Callable[[str, Ours, str], tuple[object, object]]


def number(theirs: str, ours: Ours, name: str) -> tuple[object, object]:
    return value(theirs), ours[f"evt.rawarg.{name}"]


def value(text: str) -> int:
    """A number as C writes it, or the symbols of a socket's family and type."""
    known = {"NULL": 0, "AT_FDCWD": -100, "RLIM64_INFINITY": -1, "CLOCK_MONOTONIC": 1}
    if re.fullmatch(r"\d+\*1024", text):
        return int(text.removesuffix("*1024")) * 1024
    if re.fullmatch(r"0\d+", text):
        return int(text, 8)
    if re.fullmatch(r"-?(0x[0-9a-f]+|\d+)", text):
        return int(text, 0)
    return sum(known[part] if part in known else getattr(socket, part) for part in text.split("|"))


def flags(theirs: str, ours: Ours, name: str) -> tuple[object, object]:
    symbols = set() if re.fullmatch("[0x]+", theirs) else set(theirs.split("|"))
    if futex := re.fullmatch(r"(FUTEX_\w+)_PRIVATE", theirs):
        symbols = {futex[1], "FUTEX_PRIVATE_FLAG"}
    symbols = {re.sub(r"^(MS|MNT|EFD|TFD|IN|SOCK)_(?=[A-Z])", "", symbol) for symbol in symbols}
    told = set((ours[f"evt.arg.{name}"] or "").split("|"))
    if told <= {"0"}:
        told = set()
    if theirs.startswith(("EFD", "IN")):
        told = {symbol.removeprefix("O_") for symbol in told}
    # What the open made is not among the arguments.
    return symbols, told - {"", "O_NONE", "O_F_CREATED"}


def text(theirs: str, ours: Ours, name: str) -> tuple[object, object]:
    found = _STRING.fullmatch(theirs)
    # A pointer that could not be read is printed as a number.
    return (unescaped(found[1]).decode() if found else None), ours[f"evt.rawarg.{name}"]


def data(theirs: str, ours: Ours, name: str) -> tuple[object, object]:
    moved = b"".join(unescaped(found[1]) for found in _STRING.finditer(theirs))[:SNAPLEN]
    shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in moved)
    told = ours[f"evt.rawarg.{name}"]
    # Nothing was read from a bad pointer.
    return shown, "" if told in (None, "NULL") else told


def unescaped(string: str) -> bytes:
    return string.encode().decode("unicode_escape").encode("latin-1")


def address(theirs: str, ours: Ours, name: str) -> tuple[object, object]:
    told = ours[f"evt.arg.{name}"]
    if path := re.search(r'sun_path="(.*?)"', theirs):
        return path[1], told
    port = re.search(r"htons\((\d+)\)", theirs)
    host = re.search(r'(?:inet_addr\(|AF_INET6, )"(.*?)"', theirs)
    assert port, theirs
    assert host, theirs
    return f"{host[1]}:{port[1]}", told


def within(pattern: str) -> Compare:
    """The number at a place of a structure."""

    def compare(theirs: str, ours: Ours, name: str) -> tuple[object, object]:
        found = re.search(pattern, theirs)
        assert found, theirs
        return value(found[1]), ours[f"evt.rawarg.{name}"]

    return compare


def polled(theirs: str, ours: Ours, name: str) -> tuple[object, object]:
    asked = re.findall(r"fd=(\d+)", theirs)
    return asked, re.findall(r"(\d+):", ours[f"evt.arg.{name}"])


FIRST, SECOND = within(r"\[(\d+)"), within(r"\[\d+, (\d+)")
SOFT, HARD = within(r"rlim_cur=([\w*]+)"), within(r"rlim_max=([\w*]+)")
_PATH = ((0, "path", text),)
_FD = ((0, "fd", number),)
_MOVED = (*_FD, (1, "data", data), (2, "size", number))
_PLACED = (*_MOVED, (3, "pos", number))
_RENAMED = (
    (0, "olddirfd", number),
    (1, "oldpath", text),
    (2, "newdirfd", number),
    (3, "newpath", text),
)

# Which argument of strace's is which of ours.
ARGUMENTS: Final[dict[str, tuple[tuple[int, str, Compare], ...]]] = {
    "execve": ((0, "filename", text),),
    "openat": ((0, "dirfd", number), (1, "name", text), (2, "flags", flags)),
    "open": ((0, "name", text), (1, "flags", flags)),
    "creat": ((0, "name", text), (1, "mode", number)),
    "close": _FD,
    "read": _MOVED,
    "write": _MOVED,
    "pread64": _PLACED,
    "pwrite64": _PLACED,
    "readv": (*_FD, (1, "data", data)),
    "writev": (*_FD, (1, "data", data)),
    "lseek": (*_FD, (1, "offset", number), (2, "whence", flags)),
    "fstat": _FD,
    "newfstatat": ((0, "dirfd", number), (1, "path", text), (3, "flags", flags)),
    "access": ((0, "name", text), (1, "mode", flags)),
    "chmod": ((0, "filename", text), (1, "mode", number)),
    "fchmod": (*_FD, (1, "mode", number)),
    "fchmodat": ((0, "dirfd", number), (1, "filename", text), (2, "mode", number)),
    "chown": (*_PATH, (1, "uid", number), (2, "gid", number)),
    "fchown": (*_FD, (1, "uid", number), (2, "gid", number)),
    "rename": ((0, "oldpath", text), (1, "newpath", text)),
    "renameat": _RENAMED,
    "renameat2": (*_RENAMED, (4, "flags", flags)),
    "link": ((0, "oldpath", text), (1, "newpath", text)),
    "linkat": (
        (0, "olddir", number), (1, "oldpath", text), (2, "newdir", number), (3, "newpath", text),
        (4, "flags", flags),
    ),
    "symlink": ((0, "target", text), (1, "linkpath", text)),
    "symlinkat": ((0, "target", text), (1, "linkdirfd", number), (2, "linkpath", text)),
    "unlink": _PATH,
    "unlinkat": ((0, "dirfd", number), (1, "name", text), (2, "flags", flags)),
    "mkdir": (*_PATH, (1, "mode", number)),
    "mkdirat": ((0, "dirfd", number), (1, "path", text), (2, "mode", number)),
    "rmdir": _PATH,
    "getcwd": _PATH,
    "chdir": _PATH,
    "fchdir": _FD,
    "dup": ((0, "oldfd", number),),
    "dup2": ((0, "oldfd", number), (1, "newfd", number)),
    "dup3": ((0, "oldfd", number), (1, "newfd", number), (2, "flags", flags)),
    "fcntl": (*_FD, (1, "cmd", flags)),
    "flock": (*_FD, (1, "operation", flags)),
    "umount2": ((0, "name", text), (1, "flags", flags)),
    "mount": ((0, "dev", text), (1, "dir", text), (2, "type", text), (3, "flags", flags)),
    "pipe2": ((0, "fd1", FIRST), (0, "fd2", SECOND), (1, "flags", flags)),
    "pipe": ((0, "fd1", FIRST), (0, "fd2", SECOND)),
    "poll": ((0, "fds", polled), (2, "timeout", number)),
    "eventfd2": ((0, "initval", number), (1, "flags", flags)),
    "timerfd_create": ((0, "clockid", number),),
    "inotify_init1": ((0, "flags", flags),),
    "epoll_create1": ((0, "flags", flags),),
    "memfd_create": ((0, "name", text), (1, "flags", flags)),
    "nanosleep": ((0, "interval", within(r"tv_nsec=(\d+)")),),
    "futex": ((0, "addr", number), (1, "op", flags), (2, "val", number)),
    "socket": ((0, "domain", number), (1, "type", number)),
    "setsockopt": (
        *_FD, (1, "level", flags), (2, "optname", flags), (3, "val", within(r"\[(\d+)\]")),
        (4, "optlen", number),
    ),
    "getsockopt": (
        *_FD, (1, "level", flags), (2, "optname", flags), (3, "val", within(r"\[(\d+)\]")),
        (4, "optlen", within(r"\[(\d+)\]")),
    ),
    "connect": (*_FD, (1, "addr", address)),
    "bind": (*_FD, (1, "addr", address)),
    "listen": (*_FD, (1, "backlog", number)),
    "accept4": ((3, "flags", number),),
    "socketpair": (
        (0, "domain", number), (1, "type", number), (3, "fd1", FIRST), (3, "fd2", SECOND),
    ),
    "sendto": _MOVED,
    "recvfrom": _MOVED,
    "sendmsg": (*_FD, (1, "data", data)),
    "recvmsg": (*_FD, (1, "data", data)),
    "shutdown": (*_FD, (1, "how", flags)),
    "kill": ((0, "pid", number), (1, "sig", number)),
    "tgkill": ((0, "pid", number), (1, "tid", number), (2, "sig", number)),
    "getrlimit": ((0, "resource", flags), (1, "cur", SOFT), (1, "max", HARD)),
    "prlimit64": (
        (0, "pid", number), (1, "resource", flags), (3, "oldcur", SOFT), (3, "oldmax", HARD),
    ),
    "prctl": ((0, "option", flags), (1, "arg2_str", text)),
    "getuid": (),
    "geteuid": (),
    "getgid": (),
    "getegid": (),
    "setpgid": ((0, "pid", number), (1, "pgid", number)),
    "setuid": ((0, "uid", number),),
    "setgid": ((0, "gid", number),),
    "unshare": ((0, "flags", flags),),
    "brk": ((0, "addr", number),),
    "mmap": (
        (0, "addr", number), (1, "length", number), (2, "prot", flags), (3, "flags", flags),
        (4, "fd", number), (5, "offset", number),
    ),
    "mprotect": ((0, "addr", number), (1, "length", number), (2, "prot", flags)),
    "munmap": ((0, "addr", number), (1, "length", number)),
}  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Call], list[Ours]]:
    """The calls of one run by strace, and the exit events of the recording of it."""
    if missing := [name for name in ("strace", "cc") if shutil.which(name) is None]:
        assert not IN_CI, f"CI installs {missing}"
        pytest.skip(f"not installed: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("calls")
    program, told, file = folder / "calls", folder / "told", folder / "calls.scap"
    subprocess.run(["cc", "-O1", "-w", "-o", program, PROGRAM], check=True)
    (folder / "work").mkdir()
    recorder = Recorder("-o", file, "--snaplen", str(SNAPLEN))
    words = ["strace", "-v", "-s", str(SNAPLEN), "-o", *map(str, (told, program, folder / "work"))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    time.sleep(0.2)
    assert recorder.end(signal.SIGTERM) == 0
    if "ptrace" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 7
    calls = [call for line in told.read_text().splitlines() if (call := parsed(line))]
    return calls, exits(file)


def exits(file: Path) -> list[Ours]:
    names = sorted({name for each in ARGUMENTS.values() for _, name, _ in each})
    arguments = [f"evt.{kind}.{name}" for name in names for kind in ("arg", "rawarg")]
    fields = ",".join(["evt.type", "evt.rawres", "thread.tid", *arguments])
    words = ("print", str(file), "--format", "json", "--fields", fields)
    began = run_program(*words, "-f", "evt.type=execve and evt.rawres=0 and proc.name=calls")
    tid = json.loads(began.lines[0])["thread.tid"]
    shown = run_program(*words, "-f", f"thread.tid={tid} and evt.dir=<")
    events = [json.loads(line) for line in shown.lines]
    first = next(at for at, event in enumerate(events) if is_execve(event))
    return [event for event in events[first:] if event["evt.type"] != "procexit"]


def is_execve(event: Ours) -> bool:
    return bool(event["evt.type"] == "execve" and event["evt.rawres"] == 0)


def test_every_call_is_recorded_in_its_order(both: tuple[list[Call], list[Ours]]) -> None:
    calls, events = both
    returned = [call.name for call in calls if call.result is not None]
    assert [NAMES.get(event["evt.type"], event["evt.type"]) for event in events] == returned
    assert len(set(returned)) > 80


def test_results_and_arguments_are_the_same(both: tuple[list[Call], list[Ours]]) -> None:
    calls, events = both
    wrong = []
    for call, event in zip(calls, events, strict=False):
        if event["evt.rawres"] is None:  # an event without parameters
            assert call.name not in ARGUMENTS, call
            continue
        assert call.name in ARGUMENTS, call
        results = call.result, event["evt.rawres"]
        if results[0] != results[1]:
            wrong.append(f"{call.name} = {results}")
        for index, name, compare in ARGUMENTS[call.name]:
            # strace leaves out a mode that has no meaning, and prints where unread memory is.
            theirs = call.arguments[index]
            is_unread = compare is data and call.result is not None and call.result < 0
            told, recorded = compare("" if is_unread else theirs, event, name)
            if told != recorded:
                wrong.append(f"{call.name} {name}: {told!r} by strace, {recorded!r} recorded")
    assert wrong == []
