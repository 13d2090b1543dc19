"""A capture reduced to a family of processes: nothing of the rest of the machine stays in it.

Blocks are those of the newest layout, as `scaptui record` writes them. Events are kept as they are.
"""

import struct
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

SECTION: Final = 0x0A0D0D0A
MACHINE: Final = 0x201
PROCESSES: Final = 0x215
FDS: Final = 0x218
INTERFACES: Final = 0x219
USERS: Final = 0x220
# Where the thread id stands in blocks of events: behind cpu, flags where there are some, time.
EVENTS: Final = {0x216: 18, 0x221: 18, 0x217: 22, 0x222: 22}

# What the machine is said to have, in bytes.
MEMORY: Final = 8 << 30
_HEAD: Final = 8


class Block(NamedTuple):
    """A block: its type, and the bytes of all of it."""

    kind: int
    data: bytes

    @property
    def body(self) -> bytes:
        """The bytes between its head and the copy of its length."""
        return self.data[_HEAD:-4]


def blocks(data: bytes) -> Iterator[Block]:
    """The blocks of a plain capture."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        yield Block(kind, data[at : at + length])
        at += length


def entries(body: bytes) -> Iterator[bytes]:
    """The entries of a list, each with the four bytes of its length in front."""
    at = 0
    while len(body) - at > 4:
        (length,) = struct.unpack_from("<I", body, at)
        if length == 0:
            return
        yield body[at : at + length]
        at += length


def block(kind: int, body: bytes) -> bytes:
    """A block around a body."""
    body += b"\0" * (-len(body) % 4)
    length = len(body) + _HEAD + 4
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def reduced(data: bytes, threads: Collection[int], host: str, lists: bytes) -> bytes:
    """The capture with these threads alone.

    `host` takes the place of the machine's name, and the blocks `lists` that of its interfaces and
    users. A parent that is not among the threads becomes 1.
    """
    kept: list[bytes] = []
    for found in blocks(data):
        body = found.body
        if found.kind == SECTION:
            kept.append(found.data)
        elif found.kind == MACHINE:
            named = bytearray(found.data)
            named[_HEAD + 4 : _HEAD + 12] = struct.pack("<Q", MEMORY)
            named[_HEAD + 20 : _HEAD + 148] = host.encode().ljust(128, b"\0")
            kept += [bytes(named), lists]
        elif found.kind == PROCESSES:
            kept.append(block(PROCESSES, b"".join(_threads(body, threads))))
        elif found.kind == FDS:
            # The list of one thread: its id stands first.
            if struct.unpack_from("<q", body)[0] in threads:
                kept.append(found.data)
        elif found.kind in EVENTS:
            if struct.unpack_from("<q", found.data, EVENTS[found.kind])[0] in threads:
                kept.append(found.data)
        elif found.kind not in (INTERFACES, USERS):
            raise ValueError(f"a block of type {found.kind:#x} is not expected")
    return b"".join(kept)


def _threads(body: bytes, threads: Collection[int]) -> Iterator[bytes]:
    for entry in entries(body):
        tid, _pid, parent = struct.unpack_from("<qqq", entry, 4)
        if tid in threads:
            known = parent if parent in threads else 1
            yield entry[:20] + struct.pack("<q", known) + entry[28:]
