"""Captures whose every name was chosen by someone who wants the terminal to obey."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.core.building import Building
from tests.core.containers import CONTAINERD, ID, cgroups

NAMES: Final[Mapping[str, bytes]] = {
    "escapes": b"\x1b]0;owned\x07\x1b[2J\x1bP1$r\x1b\\\x1b[?1049l\x1bc",
    "clipboard": b"\x1b]52;c;b3duZWQ=\x07\x9d52;c;eA==\x9c",
    "markup": b"[bold red]markup[/] [@click=app.quit]x[/] [/nope] $accent {x}",
    "direction": "a\u202egpj.exe\u200b\u2028\ufeff\u2066\U000e0041".encode(),
    "no text": b"\xff\xfe\x9b31m\xc3(\xed\xa0\x80",
    "wide": "漢字e\u0301👨\u200d👩".encode(),
    "lines": b"new\nline\r\ttab\x08\x7f\x0e\x0f",
    "long": b"A" * 1_000_000,
}
POD: Final = "/kubepods/besteffort/pod3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"
# What fits where: a thread's entry, an event's parameter, a short name of the kernel's tables.
_ENTRY, _PARAMETER, _SHORT = 1_000, 60_000, 200


def hostile_capture(path: Path, *names: bytes) -> Path:
    """A capture in which programs, files, users, containers and payload have these names."""
    building = Building(path)
    for add in (_add_tables, _add_events):
        for place, name in enumerate(names):
            add(building, 10 * (place + 1), name)
    return building.close()


def _add_tables(building: Building, tid: int, name: bytes) -> None:
    entry, parameter, short = name[:_ENTRY], name[:_PARAMETER], name[:_SHORT]
    building.user(tid, short)
    building.process(
        tid, short, uid=tid, cwd=entry, args=[parameter[:20_000], b"x"], env=[b"A=" + entry, entry]
    )
    cgroup = cgroups(f"{POD}/{_container_id(tid)}")
    building.process(tid + 1, short, uid=tid, ptid=tid, cwd=entry, cgroups=cgroup)
    building.descriptor(tid, 4, "file", entry)


def _add_events(building: Building, tid: int, name: bytes) -> None:
    entry, parameter, short = name[:_ENTRY], name[:_PARAMETER], name[:_SHORT]
    beside, child = tid + 1, tid + 2
    building.happens(-1, "container", json=_container(tid, name.decode("utf-8", "replace")))
    building.exit(tid, "openat", fd=-2, dirfd=-100, name=parameter)
    building.exit(tid, "openat", fd=3, dirfd=-100, name=parameter)
    building.exit(tid, "write", fd=3, res=len(parameter), data=parameter)
    building.clone(tid, child)
    building.exit(
        child, "execve", res=0, exe=entry, comm=short, cwd=entry, tid=child, pid=child, ptid=tid,
        args=entry + b"\0x\0", env=b"A=" + entry + b"\0",
    )  # fmt: skip
    building.exit(child, "openat", fd=-13, dirfd=-100, name=entry)
    building.exit(beside, "close", res=-9, fd=4)
    building.happens(child, "procexit", status=11)


def _container_id(tid: int) -> str:
    return f"{tid:012x}" + ID[12:]


def _container(tid: int, name: str) -> str:
    full_id = _container_id(tid)
    labels = {"io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": name, name: name}
    about = {"id": full_id[:12], "full_id": full_id, "type": CONTAINERD}
    told = {"container": {**about, "name": name, "image": name, "labels": labels}}
    return json.dumps(told, ensure_ascii=False)
