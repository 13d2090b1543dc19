"""A process of the story: what it is, and the calls it can make."""

import posixpath
from dataclasses import dataclass, field, replace
from typing import Final

from scaptui.demo.encoding import Value
from scaptui.demo.recorder import Recorder

US: Final = 1_000
MS: Final = 1_000_000
SECOND: Final = 1_000_000_000

ENOENT: Final = -2
EAGAIN: Final = -11

# Open flags as captures have them, not as the kernel does.
O_RDONLY: Final = 0x1
O_WRONLY: Final = 0x2
O_CREAT: Final = 0x4
O_APPEND: Final = 0x8
O_NONBLOCK: Final = 0x40
O_DIRECTORY: Final = 0x400
O_CLOEXEC: Final = 0x1000
AT_FDCWD: Final = -100

CLONE_NEWNS: Final = 0x20
CLONE_NEWPID: Final = 0x40
CLONE_CHILD_CLEARTID: Final = 0x800000
CLONE_CHILD_SETTID: Final = 0x1000000
CLONE_CHILD_IN_PIDNS: Final = 0x20000000

PROT_READ: Final = 1
PROT_WRITE: Final = 2
PROT_EXEC: Final = 4
MAP_PRIVATE: Final = 2
MAP_ANONYMOUS: Final = 8
MAP_DENYWRITE: Final = 0x400

DEVICE: Final = 0xFE00
SIGCHLD: Final = 17
NOBODY_LOGGED_IN: Final = 0xFFFF_FFFF

# The first bytes of every shared library, as read() shows them.
ELF: Final = (b"\x7fELF\x02\x01\x01\x03" + bytes(8) + b"\x03\x00>\x00\x01\x00\x00\x00").ljust(
    832, b"\0"
)


@dataclass(slots=True)
class Process:
    """A process with one thread. `now` is its own clock: each call moves it on."""

    recorder: Recorder
    pid: int
    comm: str
    argv: list[str]
    exepath: str
    now: int  # ns since the epoch
    cpu: int = 0
    parent: int = 1
    vpid: int = 0  # in its own pid namespace; 0: it is in the host's
    cwd: str = "/"
    cgroup: str = "/"
    env: list[str] = field(default_factory=list)
    uid: int = 0
    gid: int = 0
    namespace_start: int = 0
    vm_kb: int = 2_560
    rss_kb: int = 1_024
    open_fds: set[int] = field(default_factory=lambda: {0, 1, 2})

    @property
    def cgroups(self) -> list[str]:
        """The control groups as recorders list them."""
        return [f"{name}={self.cgroup}" for name in ("cpuset", "cpu", "cpuacct", "memory", "pids")]

    def call(
        self, name: str, result: int, /, us: float = 1.5, *, until: int = 0, **values: Value
    ) -> int:
        """Make a call: its enter event, the time it takes, its exit event. Answers `result`.

        A call that waits ends soon after the time `until`.
        """
        enter = {key: value for key, value in values.items() if key not in {"data", "tuple"}}
        self.recorder.enter(name, self.now, self.pid, self.cpu, enter)
        self.now = max(self.now, until) + self.recorder.jitter(int(us * US))
        first = self.recorder.result_name(name)
        self.recorder.exit(name, self.now, self.pid, self.cpu, {first: result, **values})
        self.now += self.recorder.jitter(700)
        return result

    def other_call(self, name: str, us: float = 0.6) -> None:
        """A call without an event type of its own: recorded by its code."""
        code = self.recorder.code(name)
        self.recorder.enter("syscall", self.now, self.pid, self.cpu, {"ID": code})
        self.now += self.recorder.jitter(int(us * US))
        self.recorder.exit("syscall", self.now, self.pid, self.cpu, {"ID": code})
        self.now += self.recorder.jitter(500)

    def pause(self, ns: int) -> None:
        """Do something that takes time and no call."""
        self.now += self.recorder.jitter(ns)

    # Files

    def open(
        self, path: str, flags: int = O_RDONLY | O_CLOEXEC, error: int = 0, ino: int = 0
    ) -> int:
        """Open a file; answers the descriptor, or the error."""
        fd = error or self.lowest_free()
        self.call(
            "openat", fd, us=4, dirfd=AT_FDCWD, name=path, flags=flags,
            mode=0o644 if flags & O_CREAT else 0,
            dev=0 if error else DEVICE, ino=0 if error else ino or _inode(path),
        )  # fmt: skip
        if not error:
            self.open_fds.add(fd)
        return fd

    def read(self, fd: int, data: bytes, size: int = 4096, us: float = 2) -> bytes:
        """Read from a descriptor; nothing means its end."""
        self.call("read", len(data), us=us, fd=fd, size=size, data=data)
        return data

    def write(self, fd: int, data: bytes, us: float = 5) -> None:
        """Write all to a descriptor."""
        self.call("write", len(data), us=us, fd=fd, size=len(data), data=data)

    def close(self, fd: int) -> None:
        """Close a descriptor."""
        self.call("close", 0, us=0.8, fd=fd)
        self.open_fds.discard(fd)

    def lowest_free(self) -> int:
        """The number the kernel gives the next descriptor."""
        fd = 0
        while fd in self.open_fds:
            fd += 1
        return fd

    def slurp(self, path: str, content: bytes) -> None:
        """Open, read to the end, close."""
        fd = self.open(path)
        self.call("fstat", 0, us=0.7, fd=fd)
        self.read(fd, content)
        self.read(fd, b"")
        self.close(fd)

    def map(self, length: int, protection: int, flags: int, fd: int = -1) -> None:
        """Map memory or a file."""
        self.vm_kb += length // 1024
        self.rss_kb += length // 8192
        address = 0x7F3A_4000_0000 + self.vm_kb * 1024 & ~0xFFF
        self.call(
            "mmap", address, us=5, addr=0, length=length, prot=protection, flags=flags, fd=fd,
            offset=0, vm_size=self.vm_kb, vm_rss=self.rss_kb,
        )  # fmt: skip

    def load(self, libraries: dict[str, int]) -> None:
        """What the dynamic loader does before main(): libraries by path, with their lengths."""
        heap = 0x55D0_1000_0000
        self.call("brk", heap, us=0.7, addr=0, vm_size=self.vm_kb, vm_rss=self.rss_kb)
        self.call("access", ENOENT, us=3, name="/etc/ld.so.preload", mode=4)
        fd = self.open("/etc/ld.so.cache")
        self.call("fstat", 0, us=0.7, fd=fd)
        self.map(44_387, PROT_READ, MAP_PRIVATE, fd)
        self.close(fd)
        for path, length in libraries.items():
            fd = self.open(path)
            self.read(fd, ELF, size=832)
            self.map(length, PROT_READ, MAP_PRIVATE | MAP_DENYWRITE, fd)
            self.map(length // 2, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_DENYWRITE, fd)
            self.close(fd)
        self.other_call("arch_prctl")
        self.other_call("set_tid_address")
        self.other_call("set_robust_list")

    # Life

    def fork(
        self, pid: int, *, vpid: int = 0, new_namespace: bool = False, us: float = 90
    ) -> "Process":
        """Start a child; its clock begins where the parent's call ends."""
        in_namespace = bool(vpid)
        flags = CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID
        flags |= CLONE_CHILD_IN_PIDNS if in_namespace else 0
        flags |= CLONE_NEWPID | CLONE_NEWNS if new_namespace else 0
        self.recorder.enter("clone", self.now, self.pid, self.cpu, {})
        self.now += self.recorder.jitter(int(us * US))
        # A parent inside the namespace is told the child's number there.
        answer = vpid if in_namespace and not new_namespace else pid
        self.recorder.exit("clone", self.now, self.pid, self.cpu, self._clone(answer, flags))
        child = replace(
            self, pid=pid, vpid=vpid, parent=self.pid, now=self.now + self.recorder.jitter(40 * US),
            open_fds=set(self.open_fds),
            namespace_start=self.now if new_namespace else self.namespace_start,
        )  # fmt: skip
        self.recorder.exit("clone", child.now, pid, child.cpu, child._clone(0, flags))
        child.now += self.recorder.jitter(15 * US)
        self.now += self.recorder.jitter(2 * US)
        return child

    def _clone(self, result: int, flags: int) -> dict[str, Value]:
        return {
            "res": result, "exe": self.argv[0], "args": self.argv[1:], "tid": self.pid,
            "pid": self.pid, "ptid": self.parent, "fdlimit": 1_048_576,
            "pgft_min": self.rss_kb // 4, "vm_size": self.vm_kb, "vm_rss": self.rss_kb,
            "comm": self.comm, "cgroups": self.cgroups, "flags": flags, "uid": self.uid,
            "gid": self.gid, "vtid": self.vpid or self.pid, "vpid": self.vpid or self.pid,
            "pidns_init_start_ts": self.namespace_start,
        }  # fmt: skip

    def exec(
        self, path: str, argv: list[str], *, env: list[str] | None = None, exepath: str = ""
    ) -> None:
        """Become another program. `exepath` is the interpreter where `path` is a script."""
        self.recorder.enter("execve", self.now, self.pid, self.cpu, {"filename": path})
        self.now += self.recorder.jitter(420 * US)
        self.argv, self.exepath = argv, exepath or path
        self.comm = posixpath.basename(path)[:15]
        self.env = self.env if env is None else env
        self.vm_kb, self.rss_kb = 1_736, 4
        self.recorder.exit(
            "execve", self.now, self.pid, self.cpu,
            {
                "res": 0, "exe": argv[0], "args": argv[1:], "tid": self.pid, "pid": self.pid,
                "ptid": self.parent, "fdlimit": 1_048_576, "pgft_min": 49, "vm_size": self.vm_kb,
                "vm_rss": self.rss_kb, "comm": self.comm, "cgroups": self.cgroups,
                "env": self.env, "vpgid": self.vpid or self.pid, "loginuid": NOBODY_LOGGED_IN,
                "exe_ino": _inode(self.exepath), "uid": self.uid, "gid": self.gid,
                "trusted_exepath": self.exepath, "pgid": self.pid, "filename": path,
                "cap_permitted": 0xA80425FB, "cap_effective": 0xA80425FB,
            },
        )  # fmt: skip
        self.now += self.recorder.jitter(30 * US)

    def exit(self, status: int, reaper: int) -> None:
        """End with a status."""
        code = self.recorder.code("exit_group")
        self.recorder.enter("syscall", self.now, self.pid, self.cpu, {"ID": code})
        self.now += self.recorder.jitter(60 * US)
        self.recorder.happened(
            "procexit", self.now, self.pid, self.cpu,
            {"status": status << 8, "ret": status, "sig": 0, "core": 0, "reaper_tid": reaper},
        )  # fmt: skip

    def wait_for(self, child: "Process") -> None:
        """Wait until a child has ended."""
        code = self.recorder.code("wait4")
        self.recorder.enter("syscall", self.now, self.pid, self.cpu, {"ID": code})
        self.now = max(self.now, child.now) + self.recorder.jitter(35 * US)
        self.recorder.exit("syscall", self.now, self.pid, self.cpu, {"ID": code})
        self.now += self.recorder.jitter(4 * US)

    def signalled(self, sender: "Process", number: int) -> None:
        """Get a signal once its sender has ended or sent it."""
        self.now = max(self.now, sender.now) + self.recorder.jitter(12 * US)
        self.recorder.happened(
            "signaldeliver", self.now, self.pid, self.cpu,
            {"spid": sender.pid, "dpid": self.pid, "sig": number},
        )  # fmt: skip
        self.now += self.recorder.jitter(3 * US)


def _inode(path: str) -> int:
    """An inode that is always the same for a path."""
    number = 2_166_136_261
    for byte in path.encode():
        number = (number ^ byte) * 16_777_619 & 0xFFFF_FFFF
    return 100_000 + number % 8_000_000
