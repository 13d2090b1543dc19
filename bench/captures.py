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

# Event blocks: type and length of the block, cpu (u16), in some flags (u32), then the time in ns
# (u64), the thread (u64), the event's length (u32) and its type (u16).
_HEAD: Final = struct.Struct("<II")
_TIME: Final = struct.Struct("<Q")
_TIME_AT: Final = {0x204: 10, 0x208: 14, 0x216: 10, 0x217: 14, 0x221: 10, 0x222: 14}
_TYPE: Final = struct.Struct("<H")
_TYPE_BEHIND_TIME: Final = 20
# Events that tell of what was there before, processes and containers; in front they stay there.
_STATE_EVENTS: Final = frozenset({228, 234, 272, 324})
_PAUSE_NS: Final = 1_000_000


def source() -> str:
    """What captures are made of now, as part of a file's name."""
    return Path(SAMPLE if os.environ.get("SCAPTUI_CAPTURES") else BUNDLED).name.partition(".")[0]


def build(path: Path, events: int) -> str:
    """Write a capture of about so many events, and beside it PATH.gz. Returns what it is made of.

    The events are repeated, each time later than before, so that programs start again and again;
    the lists in front of them are not.
    """
    made_of = build_plain(path, events)
    with path.open("rb") as plain, gzip.open(f"{path}.gz", "wb", compresslevel=6) as into:
        shutil.copyfileobj(plain, into, 1 << 20)
    return made_of


def build_plain(path: Path, events: int) -> str:
    """Write a capture of about so many events. Returns what it is made of."""
    folder = os.environ.get("SCAPTUI_CAPTURES")
    if folder:
        name, data = SAMPLE, Path(folder, SAMPLE).read_bytes()
    else:
        name, data = (
            "the bundled capture",
            gzip.decompress((files("scaptui.demo") / BUNDLED).read_bytes()),
        )
    return f"{name} {_repeat(data, path, events):,} times"


def _blocks(data: bytes) -> list[tuple[int, int, int]]:
    """Type, start and stop of each block."""
    blocks = []
    at = 0
    while at + _HEAD.size <= len(data):
        kind, length = _HEAD.unpack_from(data, at)
        blocks.append((kind, at, at + length))
        at += length
    return blocks


def _repeat(data: bytes, path: Path, events: int) -> int:
    found = [block for block in _blocks(data) if block[0] in _TIME_AT]
    while _event_type(data, found[0]) in _STATE_EVENTS:
        found.pop(0)
    head = found[0][1]
    body = bytearray(data[head:])
    places = [start - head + _TIME_AT[kind] for kind, start, _ in found]
    moments = [_TIME.unpack_from(body, place)[0] for place in places]
    step = max(moments) - min(moments) + _PAUSE_NS
    times = max(1, round(events / len(moments)))
    with path.open("wb") as into:
        into.write(data[:head])
        for turn in range(times):
            for place, moment in zip(places, moments, strict=True):
                _TIME.pack_into(body, place, moment + turn * step)
            into.write(body)
    return times


def _event_type(data: bytes, block: tuple[int, int, int]) -> int:
    kind, start, _ = block
    (event_type,) = _TYPE.unpack_from(data, start + _TIME_AT[kind] + _TYPE_BEHIND_TIME)
    return int(event_type)
