"""The capture helper: where it is, what it may do, and what it finds on this kernel.

Files are only looked at; the helper is run to ask it, without any privileges but those it has.
"""

import json
import os
import shutil
import stat
import struct
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PROGRAM: Final = "scaptui-probe"
# Where a copy with capabilities lives: a folder that only root may change.
INSTALLED: Final = f"/usr/local/bin/{PROGRAM}"
# It answers within milliseconds; a host that swaps may take its time.
_PATIENCE: Final = 20.0

# capability.h: numbers of bits.
CAP_DAC_READ_SEARCH: Final = 2
CAP_SYS_PTRACE: Final = 19
CAP_SYS_ADMIN: Final = 21
CAP_SYS_RESOURCE: Final = 24
CAP_PERFMON: Final = 38
CAP_BPF: Final = 39


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something the helper tried. `errno` is the kernel's refusal, 0 when it worked."""

    errno: int = 0

    @property
    def worked(self) -> bool:
        """Whether the kernel allowed it."""
        return self.errno == 0


@dataclass(frozen=True, slots=True)
class Answers:
    """What the helper answers to `--check`; what it did not try is None.

    Attributes:
        version: Its version.
        capabilities: Effective capabilities it runs with, a bit each.
        ring_buffer: Making a ring buffer.
        program: Loading a program that reads kernel memory.
        tracepoint: Attaching it to raw_syscalls/sys_exit.
    """

    version: str = ""
    capabilities: int = 0
    ring_buffer: Attempt | None = None
    program: Attempt | None = None
    tracepoint: Attempt | None = None


@dataclass(frozen=True, slots=True)
class Helper:
    """The helper as it lies on disk.

    Attributes:
        path: Where it is.
        answers: What it says; None when it could not be run.
        why_not: Why it could not be run, in the system's words.
        capabilities: Permitted capabilities that the file carries, a bit each.
        owner: Name of the owner, or the number.
        group: Name of the group, or the number.
        mode: Permission bits.
        nosuid: Whether its file system takes no notice of capabilities of files.
        open_folders: Folders above it that others than root may change.
    """

    path: Path
    answers: Answers | None = None
    why_not: str = ""
    capabilities: int = 0
    owner: str = "root"
    group: str = "root"
    mode: int = 0o755
    nosuid: bool = False
    open_folders: tuple[Path, ...] = field(default=())


def find_helper() -> Helper | None:
    """The helper that captures: one that carries capabilities, else the one beside this program.

    Where there is none beside it, the search path is looked through.
    """
    beside = Path(sys.executable).parent / PROGRAM
    names = [os.fspath(beside), shutil.which(PROGRAM), INSTALLED]
    paths = list(dict.fromkeys(Path(name) for name in names if name and Path(name).is_file()))
    if not paths:
        return None
    return look_at(next((path for path in paths if file_capabilities(path)), paths[0]))


def look_at(path: Path) -> Helper:
    """What can be seen of the helper at this path, and what it answers."""
    facts = path.stat()
    answers, why_not = _ask(path)
    return Helper(
        path=path,
        answers=answers,
        why_not=why_not,
        capabilities=file_capabilities(path),
        owner=_user(facts.st_uid),
        group=_group(facts.st_gid),
        mode=stat.S_IMODE(facts.st_mode),
        nosuid=bool(os.statvfs(path).f_flag & os.ST_NOSUID),
        open_folders=tuple(folder for folder in path.resolve().parents if _is_open(folder)),
    )


def file_capabilities(path: Path) -> int:
    """Permitted capabilities of a file, a bit each; 0 when it has none."""
    try:
        value = os.getxattr(path, "security.capability")
    except OSError:
        return 0
    # Version and flags, then permitted and inheritable: 32 bits each, later the upper 32.
    words = struct.unpack(f"<{len(value) // 4}I", value[: len(value) // 4 * 4])
    return (words[1] if len(words) > 1 else 0) | (words[3] << 32 if len(words) > 3 else 0)


def parse_answers(text: str) -> Answers:
    """Answers out of the helper's lines of JSON; lines of other kinds are passed over."""
    version, capabilities = "", 0
    tried: dict[str, Attempt] = {}
    for line in text.splitlines():
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            fact = json.loads(line)
            match name := fact["fact"]:
                case "version":
                    version = str(fact["value"])
                case "capabilities":
                    capabilities = int(fact["value"])
                case _:
                    tried[name] = Attempt(0 if fact["ok"] is True else int(fact["errno"]) or -1)
    return Answers(version, capabilities, *map(tried.get, ("ring buffer", "program", "tracepoint")))


def _ask(path: Path) -> tuple[Answers | None, str]:
    try:
        done = subprocess.run(
            [os.fspath(path), "--check"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except OSError as error:
        return None, error.strerror or "unknown error"
    except subprocess.TimeoutExpired:
        return None, f"no answer within {_PATIENCE:.0f} s"
    answers = parse_answers(done.stdout.decode("utf-8", "replace"))
    if not answers.version:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        return None, said[-1] if said else f"it ended with status {done.returncode}"
    return answers, ""


def _is_open(folder: Path) -> bool:
    """Whether others than root may put another file in place of one in this folder."""
    facts = folder.stat()
    sticky = facts.st_mode & stat.S_ISVTX
    others = facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not sticky
    return facts.st_uid != 0 or bool(others)


def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    import grp

    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
