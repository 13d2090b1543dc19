"""The captures that are measured: a small one, repeated to millions of events."""

import gzip
import os
import shutil
import struct
from importlib.resources import files
from pathlib import Path
from typing import Final

# The sample that is repeated where the folder with real captures is at hand.
SAMPLE: Final = "502Error.scap"
BUNDLED: Final = "crashloop.scap.gz"

# Event blocks of the writer's layout (event v2, large or not): type and length of the block, then
# cpu (u16) and flags (u32), then the time in ns (u64).
_HEAD: Final = struct.Struct("<II")
_TIME: Final = struct.Struct("<Q")
_TIME_AT: Final = 14
_EVENTS: Final = frozenset({0x216, 0x217, 0x221, 0x222})
_OLD_EVENTS: Final = frozenset({0x204, 0x208})
_WITHOUT_FLAGS: Final = frozenset({0x216, 0x221})
_PAUSE_NS: Final = 1_000_000


def source() -> str:
    """What captures are made of now, as part of a file's name."""
    return Path(SAMPLE if os.environ.get("SCAPTUI_CAPTURES") else BUNDLED).name.partition(".")[0]


def build(path: Path, events: int) -> str:
    """Write a capture of about so many events, and beside it PATH.gz. Returns what it is made of.

    Real captures repeat as they are, one section behind the other. The bundled one repeats its
    events only, each time later than before, because its lists are long beside its events.
    """
    made_of = build_plain(path, events)
    with path.open("rb") as plain, gzip.open(f"{path}.gz", "wb", compresslevel=6) as into:
        shutil.copyfileobj(plain, into, 1 << 20)
    return made_of


def build_plain(path: Path, events: int) -> str:
    """Write a capture of about so many events. Returns what it is made of."""
    folder = os.environ.get("SCAPTUI_CAPTURES")
    if folder:
        times = _repeat_sections(Path(folder, SAMPLE).read_bytes(), path, events)
        name = SAMPLE
    else:
        packed = (files("scaptui.demo") / BUNDLED).read_bytes()
        times = _repeat_events(gzip.decompress(packed), path, events)
        name = "the bundled capture"
    return f"{name} {times:,} times"


def _blocks(data: bytes) -> list[tuple[int, int, int]]:
    """Type, start and stop of each block."""
    blocks = []
    at = 0
    while at + _HEAD.size <= len(data):
        kind, length = _HEAD.unpack_from(data, at)
        blocks.append((kind, at, at + length))
        at += length
    return blocks


def _repeat_sections(data: bytes, path: Path, events: int) -> int:
    times = max(1, round(events / _event_blocks(data)))
    with path.open("wb") as into:
        for _ in range(times):
            into.write(data)
    return times


def _event_blocks(data: bytes) -> int:
    return sum(kind in _EVENTS | _OLD_EVENTS for kind, _, _ in _blocks(data))


def _repeat_events(data: bytes, path: Path, events: int) -> int:
    found = [block for block in _blocks(data) if block[0] in _EVENTS]
    start = found[0][1]
    body = bytearray(data[start:])
    places = [at - start + _TIME_AT - (4 if kind in _WITHOUT_FLAGS else 0) for kind, at, _ in found]
    moments = [_TIME.unpack_from(body, place)[0] for place in places]
    step = max(moments) - min(moments) + _PAUSE_NS
    times = max(1, round(events / len(found)))
    with path.open("wb") as into:
        into.write(data[:start])
        for turn in range(times):
            for place, moment in zip(places, moments, strict=True):
                _TIME.pack_into(body, place, moment + turn * step)
            into.write(body)
    return times
