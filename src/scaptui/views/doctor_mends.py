"""What mends a host that cannot capture: sentences, and commands that were checked on it."""

import errno
import shlex
from dataclasses import dataclass
from typing import Final

from scaptui.capture.helper import (
    CAP_BPF,
    CAP_PERFMON,
    CAP_SYS_ADMIN,
    CAP_SYS_RESOURCE,
    INSTALLED,
    PROGRAM,
    Helper,
)
from scaptui.capture.host import Host

# What the kernel answers to those who lack the privilege.
REFUSALS: Final = (errno.EPERM, errno.EACCES)
ALL_CAPABILITIES: Final = "cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search"
GROUP: Final = "scaptui"


@dataclass(frozen=True, slots=True)
class Mend:
    """A sentence, commands ready to copy (one may have several lines), and what they mean."""

    before: str
    commands: tuple[str, ...] = ()
    after: str = ""


MACHINE: Final = Mend("Captures of this machine can be read here, and made on another one only.")
KERNEL: Final = Mend("A kernel since 5.8 is needed; every distribution has had one since 2021.")
BTF: Final = Mend(
    "The kernel must be built with CONFIG_DEBUG_INFO_BTF=y. How this one was built says:",
    ('grep -h BTF /boot/config-"$(uname -r)"',),
)
BPF: Final = Mend(
    "The kernel must be built with CONFIG_BPF_SYSCALL=y. How this one was built says:",
    ('grep -h BPF /boot/config-"$(uname -r)"',),
)
TRACEPOINTS: Final = Mend(
    "The kernel must be built with CONFIG_FTRACE_SYSCALLS=y. How this one was built says:",
    ('grep -h FTRACE_SYSCALLS /boot/config-"$(uname -r)"',),
)
LOCKDOWN: Final = Mend(
    "Lockdown cannot be left while the kernel runs: start it with lockdown=integrity in place of "
    "lockdown=confidentiality. Its command line now:",
    ("cat /proc/cmdline",),
)
FORBIDDEN: Final = Mend(
    "Something besides capabilities forbids bpf(2) here, a seccomp filter or a security module:",
    ("grep Seccomp /proc/self/status; cat /sys/kernel/security/lsm",),
)
LOCKED: Final = Mend("As root, before the capture:", ("ulimit -l unlimited",))
MEMORY: Final = Mend("Smaller buffers are enough for a quiet host:", ("scaptui live --buffer 8M",))
HELPER: Final = Mend(
    "The helper is part of scaptui. Install scaptui again, in its source folder:", ("make install",)
)
CONTAINER: Final = Mend(
    "Inside a container the kernel names processes by the host's ids, and /proc by the "
    "container's. Start the container with",
    ("--privileged --pid=host",),
    "and scaptui in it captures the whole host.",
)
USERS: Final = Mend(
    "Root in a user namespace is not root of the host, and the kernel lets only that one capture. "
    "Run scaptui on the host, or in a container that is started with",
    ("--privileged --pid=host --userns=host",),
)


def capabilities_of(host: Host) -> int:
    """Capabilities the helper runs with when this user starts it; 0 when that is not known."""
    return host.helper.answers.capabilities if host.helper and host.helper.answers else 0


def has(capabilities: int, bit: int) -> bool:
    """Whether the set has the capability."""
    return bool(capabilities >> bit & 1)


def may_capture(capabilities: int) -> bool:
    """Whether the set is enough to load programs for tracepoints."""
    both = has(capabilities, CAP_BPF) and has(capabilities, CAP_PERFMON)
    return both or has(capabilities, CAP_SYS_ADMIN)


def has_resource(capabilities: int) -> bool:
    """Whether limits of resources do not hold for the set."""
    return has(capabilities, CAP_SYS_RESOURCE)


def gain_privileges(host: Host) -> Mend:
    """How this user gets what the helper needs; only ways that this host has."""
    ways: list[str] = []
    if host.sudo:
        ways.append("sudo scaptui live" if host.on_sudo_path else "scaptui live")
    carry = _carry(host)
    if len(ways) + bool(carry) == 0:
        return Mend("As root:", ("scaptui live",))
    before = "Either of these is enough:" if ways and carry else "This is enough:"
    if not host.sudo:
        before = "This is enough, as root:"
    notes = []
    if ways:
        which = "first" if carry else "command"
        viewer = "drops to your user" if host.on_sudo_path else "stays your user's"
        notes.append(f"The {which} keeps root in the small helper only; the viewer {viewer}.")
    if carry and not _is_kept_by_root(host.helper):
        which = "second lets" if ways else "commands let"
        notes.append(f"The {which} members of the group {GROUP} capture, after their next login.")
    return Mend(before, (*ways, *carry), " ".join(notes))


def careful(helper: Helper) -> Mend | None:
    """What is wrong with a helper that carries capabilities and is not kept for root or a group."""
    if not helper.capabilities:
        return None
    what = []
    if helper.owner != "root":
        what.append(f"belongs to {helper.owner}")
    if helper.mode & 0o001:
        what.append("may be run by everybody")
    if helper.mode & 0o022:
        what.append("may be changed by others than its owner")
    if helper.open_folders:
        what.append(f"lies in {helper.open_folders[0]}, which others than root may change")
    if not what:
        return None
    return Mend(
        f"Careful: {helper.path} carries capabilities, and {', '.join(what)}. "
        "Whoever may run it sees everybody's data. This keeps it for a group:",
        _installed(helper, prefix="sudo "),
    )


def helper_does_not_run(host: Host, helper: Helper) -> Mend:
    """How a user gets to run the helper."""
    if helper.mode & 0o010 and not helper.mode & 0o001 and helper.group != "root":
        prefix = "sudo " if host.sudo else ""
        return Mend(
            f"It is for the group {helper.group}. To become a member, from the next login on:",
            (f"{prefix}usermod -aG {shlex.quote(helper.group)} {shlex.quote(host.user)}",),
        )
    return HELPER


def _carry(host: Host) -> tuple[str, ...]:
    """Commands that let the file itself carry the capabilities."""
    helper = host.helper
    if helper is None or helper.answers is None or not (host.setcap or host.installer):
        return ()
    prefix = "sudo " if host.sudo else ""
    first = () if host.setcap else (prefix + host.installer,)
    if _is_kept_by_root(helper):
        return (*first, _setcap(prefix, f'"$(command -v {PROGRAM})"'))
    return (
        *first,
        *_installed(helper, prefix),
        f"{prefix}usermod -aG {GROUP} {shlex.quote(host.user)}",
    )


def _is_kept_by_root(helper: Helper | None) -> bool:
    """Whether capabilities can be put on the file where it is: nobody else changes or runs it."""
    return (
        helper is not None
        and helper.owner == "root"
        and not helper.open_folders
        and not helper.mode & 0o023
        and not helper.nosuid
    )


def _installed(helper: Helper, prefix: str) -> tuple[str, ...]:
    path = shlex.quote(str(helper.path))
    place = (
        (f"{prefix}chown root:{GROUP} {path}", f"{prefix}chmod 0750 {path}")
        if str(helper.path) == INSTALLED
        else (f"{prefix}install -o root -g {GROUP} -m 0750 {path} {INSTALLED}",)
    )
    return (f"{prefix}groupadd --force --system {GROUP}", *place, _setcap(prefix, INSTALLED))


def _setcap(prefix: str, path: str) -> str:
    return f"{prefix}setcap {ALL_CAPABILITIES}+ep \\\n    {path}"
