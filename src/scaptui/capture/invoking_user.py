"""Who asked for it: after the helper is started nothing else runs with root's privileges."""

import os
import pwd
from collections.abc import Mapping


def invoking_user(environment: Mapping[str, str]) -> int | None:
    """The user who started this through sudo; None when nobody did, or root."""
    told = environment.get("SUDO_UID", "")
    return int(told) if told.isascii() and told.isdigit() and 0 < int(told) < 1 << 32 else None


def become_invoking_user() -> None:
    """Give up root's privileges for good where sudo gave them; else nothing changes."""
    uid = invoking_user(os.environ)
    if os.geteuid() != 0 or uid is None:
        return
    told = os.environ.get("SUDO_GID", "")
    try:
        user = pwd.getpwuid(uid)
    except KeyError:
        # Without an entry there is no list of groups to take.
        gid, groups = int(told) if told.isascii() and told.isdigit() else uid, []
    else:
        gid, groups = user.pw_gid, os.getgrouplist(user.pw_name, user.pw_gid)
        os.environ["HOME"] = user.pw_dir
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
