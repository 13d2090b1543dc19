"""Failures that mean nothing wherever they happen: what is asked for in case it is there."""

import re
from typing import Final, NamedTuple


class Harmless(NamedTuple):
    """A row of the table.

    Attributes:
        errors: Names of the errors.
        calls: What names of the calls begin with; empty for any.
        about: Which paths, whole; None where it need not be about one.
        why: The reason, for people.
    """

    errors: frozenset[str]
    calls: tuple[str, ...]
    about: re.Pattern[bytes] | None
    why: str


def _row(errors: str, calls: str, about: bytes | None, why: str) -> Harmless:
    pattern = None if about is None else re.compile(about, re.DOTALL)
    return Harmless(frozenset(errors.split()), tuple(calls.split()), pattern, why)


HARMLESS: Final = (
    _row("ENOTTY ESPIPE", "", None, "an answer to a question"),
    _row("EBADF", "fcntl", None, "asks whether it is open"),
    _row("EINVAL", "prctl", None, "asks what this kernel has"),
    _row("EOPNOTSUPP ENOTSUP", "ioctl getxattr fgetxattr lgetxattr listxattr", None,
         "asks what this file system can do"),
    _row("ENODATA", "getxattr fgetxattr lgetxattr", None, "has no such attribute"),
    _row("EEXIST", "mkdir", None, "it is there already"),
    _row("ENXIO", "open", rb"/dev/tty", "it has no terminal"),
    _row("ENOENT", "", rb"/etc/ld\.so\.(preload|nohwcap)", "the loader asks everywhere"),
    _row("ENOENT", "", rb".*/glibc-hwcaps(/.*)?"
         rb"|/(usr/)?lib(64)?(/[\w-]+-linux-gnu)?/(tls|x86_64|haswell)(/.*)?",
         "the loader looks for faster libraries"),
    _row("ENOENT", "", rb"/etc/selinux(/config)?|/(sys/fs/)?selinux(/.*)?",
         "asks whether there is SELinux"),
    _row("ENOENT", "", rb"(/var)?/run/nscd/socket", "no cache of names runs"),
    _row("ENOENT", "", rb"(.*/)?userdb(/.*)?", "user records of systemd are optional"),
    _row("ENOENT", "", rb"/etc/(nsswitch|gai|host|resolv)\.conf", "looking up names has defaults"),
    _row("ENOENT", "connect", rb"/dev/log", "no system log runs"),
    _row("ENOENT", "", rb"/var/run/utmpx?|/var/log/(wtmp|btmp|lastlog)", "sessions are not kept"),
    _row("ENOENT", "", rb"/usr/(local/)?(share|lib)/locale(-langpack)?/.*"
         rb"|.*/gconv/gconv-modules(\.\w+)?", "there is no such translation"),
    _row("ENOENT", "", rb"/etc/localtime|/usr/share/zoneinfo/posixrules", "times are then in UTC"),
    _row("ENOENT", "", rb"/.*/openssl\.cnf|/etc/gnutls/config|/etc/crypto-policies/.*",
         "libraries for TLS have defaults"),
    _row("ENOENT", "", rb"/sys/devices/system/(cpu|node)(/.*)?"
         rb"|/sys/kernel/mm/transparent_hugepage/.*"
         rb"|/proc/sys/(crypto/fips_enabled|vm/overcommit_memory)", "asks what this machine has"),
    _row("ENOENT", "", rb"/etc/malloc\.conf", "jemalloc has defaults"),
    _row("ENOENT", "", rb".*/\.?terminfo(/.*)?", "terminals are described in other places"),
    _row("ENOENT", "", rb".*/(pyvenv\.cfg|pybuilddir\.txt|python\d+\.zip|__pycache__(/.*)?)"
         rb"|.*\.(pyc|_pth)", "Python asks in case it is there"),
    _row("ENOENT", "", rb".*/\.([\w-]*rc|bash_\w+|profile|gitconfig|less\w*|netrc|config/.*)"
         rb"|.*/\.ssh/config|(/usr(/local)?)?/etc/(gitconfig|inputrc)",
         "settings of a user are optional"),
)  # fmt: skip


def harmless(call: str, error: str, about: bytes) -> str:
    """Why a failure means nothing; empty where that cannot be said of it alone."""
    for row in HARMLESS:
        if (
            error in row.errors
            and (not row.calls or call.startswith(row.calls))
            and (row.about is None or row.about.fullmatch(about))
        ):
            return row.why
    return ""
