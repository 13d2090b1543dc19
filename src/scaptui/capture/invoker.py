"""Who asked for a capture: the user behind sudo, as whom everything but the helper runs."""

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass

from scaptui.errors import Refused


@dataclass(frozen=True, slots=True)
class Invoker:
    """A user of this machine.

    Attributes:
        uid: Number of the user.
        gid: Number of the user's first group.
        name: Name, else the number.
        home: Home directory.
        shell: Login shell.
    """

    uid: int
    gid: int
    name: str
    home: str
    shell: str


def invoker(environment: Mapping[str, str]) -> Invoker | None:
    """The user who ran sudo; None when nobody did, or when it was root."""
    uid, gid = environment.get("SUDO_UID", ""), environment.get("SUDO_GID", "")
    if os.geteuid() != 0 or not (uid.isdecimal() and gid.isdecimal()) or int(uid) == 0:
        return None
    try:
        known = pwd.getpwuid(int(uid))
    except KeyError:
        return Invoker(int(uid), int(gid), uid, "/", "/bin/sh")
    return Invoker(int(uid), int(gid), known.pw_name, known.pw_dir, known.pw_shell)


def become(user: Invoker) -> None:
    """Give up root for this user, for good: ids, groups, and what the environment says of them.

    Call it while the process has one thread.

    Raises:
        Refused: the kernel left something of root.
    """
    os.setgroups(os.getgrouplist(user.name, user.gid) if not user.name.isdecimal() else [user.gid])
    os.setresgid(user.gid, user.gid, user.gid)
    os.setresuid(user.uid, user.uid, user.uid)
    if os.getresuid() != (user.uid,) * 3 or os.getresgid() != (user.gid,) * 3:
        raise Refused(f"the rights of root could not be given up for {user.name}")
    os.environ.update(HOME=user.home, USER=user.name, LOGNAME=user.name, SHELL=user.shell)
