"""Control groups whose paths name a container or a pod, for the kernel to decide by."""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path("/sys/fs/cgroup")
# What is there where one hierarchy has all controllers, and each process one group.
_UNIFIED: Final = "cgroup.controllers"
# The kernel's number for the namespace in which all groups can be seen.
_FIRST_NAMESPACE: Final = "cgroup:[4026531835]"


@dataclass(frozen=True, slots=True)
class Group:
    """The group that holds all whose paths have the texts that were looked for.

    Attributes:
        path: Its path below `ROOT`, with a slash before it.
        newest: Inode of a group; whatever is made from now on has a greater one.
    """

    path: str
    newest: int


def group_of(texts: Collection[str], root: Path = ROOT) -> Group | None:
    """The innermost group that holds all groups that have one of these texts in their names.

    What belongs to a text later is made later: a group of another path, for a container that is
    started again, is not in this one, but new. None where there is none, where it would be that of
    all processes, where not all groups can be seen, and where processes are in several hierarchies,
    each with paths of its own.
    """
    if not (root / _UNIFIED).is_file() or not _sees_all():
        return None
    try:
        return _found(texts, root)
    except OSError:
        return None


def _found(texts: Collection[str], root: Path) -> Group | None:
    # The newest comes first: what is made while the others are looked for is newer than that.
    newest = max((inode for _, inode in _groups(root)), default=0)
    # Slices of systemd have no dashes in their names but those between their parts.
    wanted = {form for text in texts for form in (text, text.replace("-", "_"))}
    found = [path for path, _ in _groups(root) if any(w in Path(path).name for w in wanted)]
    if not newest or not found:
        return None
    inner = Path(os.path.commonpath(found))
    return None if inner == root else Group(f"/{inner.relative_to(root)}", newest)


def _sees_all() -> bool:
    try:
        return str(Path("/proc/self/ns/cgroup").readlink()) == _FIRST_NAMESPACE
    except OSError:
        return False


def _groups(folder: Path) -> Iterator[tuple[str, int]]:
    """Directory and inode of each group below; one that goes meanwhile is left out.

    Raises:
        OSError: one cannot be read.
    """
    for path, folders, _ in os.walk(folder, onerror=_unless_gone):
        for name in folders:
            inner = f"{path}/{name}"
            with suppress(FileNotFoundError):
                yield inner, os.lstat(inner).st_ino


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
