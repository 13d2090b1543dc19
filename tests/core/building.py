"""Captures for tests, written event by event."""

import ipaddress
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from scaptui._core import EventType, Writer, event_types, syscall_names
from scaptui.demo.encoding import Value, parameter
from scaptui.demo.process import US

Text = str | bytes
Entry = int | Text | Sequence[Text]

START: Final = 1_700_000_000_000_000_000  # 2023-11-14 22:13:20 UTC, ns since the epoch

# Clone flags as captures have them: a thread shares its process' descriptors.
CLONE_FILES: Final = 0x1
CLONE_THREAD: Final = 0x2000
THREAD: Final = CLONE_FILES | CLONE_THREAD

_TABLE: Final = {row.id: row for row in event_types()}
_EXITS: Final = {row.name: row for row in _TABLE.values() if row.is_exit and not row.old}
_OTHERS: Final = {row.name: row for row in _TABLE.values() if not row.is_exit and not row.old}
_CODES: Final = {name: code for code, name in enumerate(syscall_names())}


class Building:
    """A capture that grows by a call a line; its clock moves on a microsecond with each event.

    Values are named as the event table names parameters; those not named are zero or empty.
    """

    exits: Mapping[str, EventType] = _EXITS  # the event type of each call's end

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = START  # time of the event before
        self.cpu = 0  # where events happen
        self._writer = Writer(str(path))

    def machine(self, host: str) -> None:
        """The machine that was recorded."""
        self._writer.machine(cpus=2, memory=1 << 30, host=host.encode(), boot_ns=START - 1)

    def process(self, tid: int, comm: Text = "cat", **entry: Entry) -> None:
        """A thread that was there when the recording began, by default a process of its own."""
        facts: dict[str, Entry] = {
            "tid": tid, "pid": tid, "ptid": 1, "comm": comm, "exe": comm, "cwd": "/",
            "exepath": b"/bin/" + _bytes(comm), "fdlimit": 1024, **entry,
        }  # fmt: skip
        facts = {"vtid": tid, "vpid": facts["pid"], **facts}
        self._writer.process({name: _stored(value) for name, value in facts.items()})

    def thread(self, tid: int, pid: int, comm: Text = "cat", **entry: Entry) -> None:
        """Another thread of a process."""
        self.process(tid, comm, pid=pid, **{"flags": THREAD, **entry})

    def descriptor(
        self, tid: int, fd: int, kind: str, name: Text = b"", **entry: int | str
    ) -> None:
        """A descriptor that was open when the recording began."""
        self._writer.descriptor(tid, {"fd": fd, "type": kind, "name": _bytes(name), **entry})

    def user(self, uid: int, name: Text) -> None:
        """A user of the host."""
        self._writer.user(uid=uid, gid=uid, name=_bytes(name), home=b"/", shell=b"/bin/sh")

    def interface(self, address: str, netmask: str = "255.255.255.0") -> None:
        """A network interface of the host."""
        self._writer.interface(name=b"eth0", address=address, netmask=netmask)

    def enter(self, tid: int, call: str, /, **values: Value) -> None:
        """A call begins."""
        self._add(tid, _TABLE[self.exits[call].id - 1], values)

    def exit(self, tid: int, call: str, /, **values: Value) -> None:
        """A call ends."""
        self._add(tid, self.exits[call], values)

    def call(self, tid: int, call: str, /, **values: Value) -> None:
        """A call begins and ends."""
        enter = _TABLE[self.exits[call].id - 1]
        names = {name for name, _ in enter.parameters}
        self._add(tid, enter, {name: value for name, value in values.items() if name in names})
        self.exit(tid, call, **values)

    def other_call(self, tid: int, call: str) -> None:
        """A call without an event type of its own ends: it is recorded by its code."""
        self.exit(tid, "syscall", ID=_CODES[call])

    def happens(self, tid: int, name: str, /, **values: Value) -> None:
        """Something that is no call: procexit, signaldeliver, container."""
        self._add(tid, _OTHERS[name], values)

    def clone(self, tid: int, child: int, comm: str = "cat", **values: Value) -> None:
        """A process starts another: the exit in the parent, then the exit in the child."""
        about = {"exe": comm, "comm": comm, **values}
        self.exit(tid, "clone", res=child, tid=tid, pid=tid, vtid=tid, vpid=tid, **about)
        self.exit(
            child, "clone", res=0, tid=child, pid=child, ptid=tid, vtid=child, vpid=child, **about
        )

    def recorded(self, kind: EventType) -> Sequence[tuple[str, str]]:
        """The parameters that are written, name and type: all of them."""
        return kind.parameters

    def _add(self, tid: int, kind: EventType, values: dict[str, Value]) -> None:
        unknown = values.keys() - {name for name, _ in kind.parameters}
        if unknown:
            raise KeyError(f"{kind.name} has no parameter {unknown}")
        self.now += US
        params = [parameter(ty, values.get(name)) for name, ty in self.recorded(kind)]
        self._writer.event(self.now, tid, kind.id, params, cpu=self.cpu)

    def close(self) -> Path:
        """Write the file."""
        self._writer.close()
        return self.path


def inet6_tuple(source: tuple[str, int], target: tuple[str, int]) -> bytes:
    """Both ends of an IPv6 connection."""
    ends = [ipaddress.IPv6Address(address).packed + struct.pack("<H", port)
            for address, port in (source, target)]  # fmt: skip
    return bytes([10]) + b"".join(ends)


def unix_tuple(path: str, source: int = 1, peer: int = 2) -> bytes:
    """Both ends of a unix socket: kernel addresses and a path."""
    return struct.pack("<BQQ", 1, source, peer) + path.encode() + b"\0"


def poll_list(*numbers: int, events: int = 1) -> bytes:
    """The descriptors a poll waits for."""
    return struct.pack("<H", len(numbers)) + b"".join(
        struct.pack("<qh", number, events) for number in numbers
    )


def _bytes(text: Text) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _stored(value: Entry) -> int | bytes | list[bytes]:
    if isinstance(value, int):
        return value
    return _bytes(value) if isinstance(value, str | bytes) else [_bytes(item) for item in value]
