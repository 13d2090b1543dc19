"""Fields say what Debian's sysdig says, but for differences that have a reason."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from tests.core.asking import opened
from tests.differential.conftest import Told
from tests.differential.differences import (
    DIFFERENCES,
    OF_NEWER_RECORDERS,
    Difference,
    Unlike,
    unlike,
)
from tests.differential.peer import KNOWN_TO_SYSDIG, answers, asks
from tests.differential.stories import STORIES

# Left out: what of this sysdig is in no capture but in its memory (fd.dev of pipes,
# proc.is_exe_writable of threads nobody spoke of) or is written for other readers.
FIELDS: Final = (
    "evt.num", "evt.time", "evt.rawtime", "evt.reltime", "evt.deltatime", "evt.type", "evt.dir",
    "evt.cpu", "evt.category", "evt.args", "evt.res", "evt.rawres", "evt.failed", "evt.latency",
    "evt.latency.human", "evt.wait_latency", "evt.count.error", "evt.buflen", "evt.buffer",
    "evt.is_io", "evt.is_io_read", "evt.is_io_write", "evt.io_dir", "evt.is_wait",
    "evt.is_open_read", "evt.is_open_write", "evt.rawarg.res",
    "proc.pid", "proc.name", "proc.exe", "proc.exepath", "proc.args", "proc.cmdline",
    "proc.exeline", "proc.cwd", "proc.ppid", "proc.pname", "proc.pcmdline", "proc.apid[1]",
    "proc.apid[2]", "proc.aname[0]", "proc.aname[1]", "proc.aname[2]", "proc.loginshellid",
    "proc.nthreads", "proc.nchilds", "proc.duration", "proc.fdopencount", "proc.fdlimit",
    "proc.fdusage", "proc.vmsize", "proc.vmrss", "proc.vmswap", "thread.pfminor",
    "thread.pfmajor", "proc.tty", "proc.sid", "proc.sname", "proc.vpid", "proc.vpgid",
    "thread.tid", "thread.vtid", "thread.ismain",
    "user.uid", "user.name", "user.homedir", "user.shell", "user.loginuid", "user.loginname",
    "group.gid", "group.name",
    "fd.num", "fd.type", "fd.typechar", "fd.name", "fd.directory", "fd.filename", "fd.cip",
    "fd.sip", "fd.lip", "fd.rip", "fd.cport", "fd.sport", "fd.lport", "fd.rport", "fd.l4proto",
    "fd.sockfamily", "fd.is_server", "fd.connected", "fd.name_changed", "fd.uid",
    "container.id", "container.name", "container.type", "container.image", "container.image.id",
    "container.image.repository", "container.image.tag", "container.privileged",
    "k8s.pod.name", "k8s.ns.name", "k8s.pod.id",
)  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_a_field_says_what_sysdig_says_or_differs_for_a_reason(
    sysdig: str, told: Told, story: str
) -> None:
    unexplained, _ = _compared(sysdig, told(story), FIELDS, DIFFERENCES)
    assert not unexplained, "\n".join(map(str, unexplained))


def test_fields_of_the_bundled_capture_differ_for_a_reason_only(
    sysdig: str, crashloop: Path
) -> None:
    numbered_by_both = tuple(field for field in FIELDS if field != "evt.num")
    unexplained, seen = _compared(
        sysdig, crashloop, numbered_by_both, DIFFERENCES + OF_NEWER_RECORDERS, KNOWN_TO_SYSDIG
    )
    assert not unexplained, "\n".join(map(str, unexplained))
    assert set(OF_NEWER_RECORDERS) <= seen


def test_every_difference_is_there(sysdig: str, told: Told, crashloop: Path) -> None:
    seen = _compared(sysdig, crashloop, FIELDS, DIFFERENCES, KNOWN_TO_SYSDIG)[1]
    for story in STORIES:
        seen |= _compared(sysdig, told(story), FIELDS, DIFFERENCES)[1]
    assert [difference.reason for difference in DIFFERENCES if difference not in seen] == []


def _compared(
    sysdig: str,
    path: Path,
    fields: Sequence[str],
    differences: Sequence[Difference],
    text: str = "",
) -> tuple[list[Unlike], set[Difference]]:
    """What nothing explains, and the differences that explain something.

    The text selects among our events those of types that sysdig knows.
    """
    unexplained, explaining = [], set[Difference]()
    pairs = zip(asks(sysdig, path, FIELDS), answers(opened(path), FIELDS, text), strict=True)
    for at in chain.from_iterable(unlike(them, us, fields) for them, us in pairs):
        reasons = {difference for difference in differences if difference.explains(at)}
        explaining |= reasons
        if not reasons:
            unexplained.append(at)
    return unexplained, explaining
