"""Facts about this host that decide whether it can capture, gathered without changing anything."""

import os
import resource
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scaptui.capture.helper import Helper, find_helper

BTF: Final = Path("/sys/kernel/btf/vmlinux")
# The type that the kernel has for programs on the tracepoint.
_TRACEPOINT_TYPE: Final = b"btf_trace_sys_exit\0"
_TRACEPOINT_FOLDERS: Final = (
    Path("/sys/kernel/tracing/events/raw_syscalls/sys_exit"),
    Path("/sys/kernel/debug/tracing/events/raw_syscalls/sys_exit"),
)
# Inodes that the kernel gives to the first namespaces, whatever the machine.
_FIRST_PID_NAMESPACE: Final = "pid:[4026531836]"
_FIRST_USER_NAMESPACE: Final = "user:[4026531837]"
_RUNTIMES: Final = (
    ("docker", Path("/run/docker.sock")),
    ("containerd", Path("/run/containerd/containerd.sock")),
    ("CRI-O", Path("/run/crio/crio.sock")),
    ("podman", Path("/run/podman/podman.sock")),
    ("k3s", Path("/run/k3s/containerd/containerd.sock")),
)
# Where sudo looks for commands unless its configuration says otherwise.
_SUDO_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_INSTALLERS: Final = (
    ("apt-get", "apt-get install libcap2-bin"),
    ("dnf", "dnf install libcap"),
    ("zypper", "zypper install libcap-progs"),
    ("apk", "apk add libcap-setcap"),
    ("pacman", "pacman -S libcap"),
)


@dataclass(frozen=True, slots=True)
class Runtime:
    """A container runtime: its name, its socket, and whether we may talk to it."""

    name: str
    socket: str
    usable: bool


@dataclass(frozen=True, slots=True)
class Host:
    """What is known of this host; None where it could not be found out, unless told otherwise.

    Attributes:
        release: The kernel's release, `6.18.0-1-amd64`.
        machine: Its processors, `x86_64`.
        btf_bytes: Size of the kernel's type information; None when there is none.
        tracepoint: Whether the kernel has raw_syscalls/sys_exit.
        lockdown: none, integrity or confidentiality.
        cpus: Processors, each of which has a buffer.
        free_bytes: Memory that can be had, within the limit of the control group.
        locked_bytes: Memory that may be locked; None without a limit.
        uid: Effective user.
        user: Name of the user.
        helper: The helper; None when there is none.
        version: Version of the viewer.
        sudo: Whether there is sudo.
        on_sudo_path: Whether sudo finds `scaptui`.
        setcap: Whether there is setcap.
        installer: The command that installs setcap; empty when that is not known.
        runtime: A container runtime; None when there is none.
        own_pids: Whether process ids here are not the host's, as inside a container.
        own_users: Whether user ids here are not the host's.
    """

    release: str
    machine: str
    btf_bytes: int | None
    tracepoint: bool | None
    lockdown: str
    cpus: int
    free_bytes: int | None
    locked_bytes: int | None
    uid: int
    user: str
    helper: Helper | None
    version: str
    sudo: bool
    on_sudo_path: bool
    setcap: bool
    installer: str
    runtime: Runtime | None
    own_pids: bool
    own_users: bool


def look_around(version: str) -> Host:
    """Gather the facts. `version` is the viewer's."""
    system = os.uname()
    locked = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    return Host(
        release=system.release,
        machine=system.machine,
        btf_bytes=_size(BTF),
        tracepoint=_has_tracepoint(),
        lockdown=lockdown_of(_read("/sys/kernel/security/lockdown")),
        cpus=os.cpu_count() or 1,
        free_bytes=_free_bytes(),
        locked_bytes=None if locked == resource.RLIM_INFINITY else locked,
        uid=os.geteuid(),
        user=_user_name(),
        helper=find_helper(),
        version=version,
        sudo=shutil.which("sudo") is not None,
        on_sudo_path=shutil.which("scaptui", path=_SUDO_PATH) is not None,
        setcap=shutil.which("setcap", path=f"{os.environ.get('PATH', '')}:{_SUDO_PATH}")
        is not None,
        installer=next((command for name, command in _INSTALLERS if shutil.which(name)), ""),
        runtime=_runtime(),
        own_pids=_namespace("pid") not in ("", _FIRST_PID_NAMESPACE),
        own_users=_namespace("user") not in ("", _FIRST_USER_NAMESPACE),
    )


def lockdown_of(text: str) -> str:
    """The level in brackets of `none [integrity] confidentiality`; none where there is no level."""
    inside = text.partition("[")[2].partition("]")
    return inside[0] if inside[1] else "none"


def available_memory(meminfo: str) -> int | None:
    """Bytes that can be had without swapping, of the text of /proc/meminfo."""
    for line in meminfo.splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    return None


def _free_bytes() -> int | None:
    free = available_memory(_read("/proc/meminfo"))
    # Inside a container these are its own limits; elsewhere the root group has no such files.
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        with suppress(ValueError):
            left = max(int(_read(limit)) - int(_read(used)), 0)
            free = left if free is None else min(free, left)
    return free


def _has_tracepoint() -> bool | None:
    if any(folder.is_dir() for folder in _TRACEPOINT_FOLDERS if _may_look(folder)):
        return True
    try:
        with BTF.open("rb") as file:
            return _TRACEPOINT_TYPE in file.read()
    except OSError:
        return None


def _runtime() -> Runtime | None:
    for name, socket in _RUNTIMES:
        if _may_look(socket) and socket.is_socket():
            return Runtime(name, os.fspath(socket), os.access(socket, os.R_OK | os.W_OK))
    return None


def _may_look(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True


def _namespace(kind: str) -> str:
    try:
        return str(Path(f"/proc/self/ns/{kind}").readlink())
    except OSError:
        return ""


def _user_name() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
