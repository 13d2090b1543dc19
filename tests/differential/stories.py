"""Short captures that sysdig and we must read alike."""

import signal
from collections.abc import Callable
from typing import Final

from scaptui.demo.encoding import Value, inet_address, inet_tuple
from scaptui.demo.process import AT_FDCWD, ENOENT, MS, SECOND
from tests.core.building import THREAD, inet6_tuple, poll_list, unix_tuple
from tests.core.containers import DOCKER, ID, PODMAN, SANDBOX, cgroups, metadata
from tests.differential.recorder import OldBuilding

EPERM, EBADF, ECHILD, EAGAIN, EACCES = -1, -9, -10, -11, -13
ECONNREFUSED, EINPROGRESS = -111, -115
CLONE_VM, CLONE_VFORK = 0x8000, 0x800_0000
CLIENT, SERVER = ("10.0.0.1", 54886), ("10.0.0.2", 80)
RESOLVER: Final = ("10.0.0.53", 53)


def _host(building: OldBuilding) -> None:
    """Users, an interface, and what runs at the start."""
    building.user(0, "root")
    building.user(1000, "ada")
    building.interface("127.0.0.1", "255.0.0.0")
    building.interface("10.0.0.1")
    building.process(1, "systemd", ptid=0, exepath="/sbin/init", sid=1, vpgid=1)
    building.process(
        100, "bash", ptid=1, args=["-l"], cwd="/home/ada/", uid=1000, gid=1000, sid=100, vpgid=100,
        tty=34816, env=["HOME=/home/ada", "PATH=/bin"], vmsize_kb=9000, vmrss_kb=3000,
    )  # fmt: skip
    for fd in (0, 1, 2):
        building.descriptor(100, fd, "file", "/dev/pts/0", flags=3)


def _about(tid: int, parent: int, comm: str) -> dict[str, Value]:
    return {
        "exe": comm, "comm": comm, "tid": tid, "pid": tid, "ptid": parent, "cwd": "",
        "fdlimit": 1024, "uid": 1000, "gid": 1000, "vm_size": 9000, "vm_rss": 3000, "pgft_min": 7,
    }  # fmt: skip


def _starts(
    building: OldBuilding, parent: int, child: int, call: str = "clone", comm: str = "bash",
    **values: Value,
) -> None:  # fmt: skip
    """A process starts another: it begins to, returns, and the child returns."""
    before = {**_about(parent, 1, comm), "vtid": parent, "vpid": parent}
    after = {**_about(child, parent, comm), "vtid": child, "vpid": child}
    building.enter(parent, call)
    building.exit(parent, call, res=child, **before, **values)
    building.exit(child, call, res=0, **after, **values)


def _becomes(building: OldBuilding, tid: int, comm: str, *args: str, **values: Value) -> None:
    """A process runs another program."""
    path = f"/bin/{comm}"
    about = {**_about(tid, 100, comm), "exe": path, "args": args, **values}
    building.enter(tid, "execve", filename=path)
    building.now += 3 * MS
    building.exit(tid, "execve", res=0, loginuid=1000, env=["PATH=/bin"], **about)


def processes(building: OldBuilding) -> None:
    """Processes start in all ways there are, run programs, are orphaned, and end."""
    _host(building)
    _starts(building, 100, 101)
    _becomes(building, 101, "ls", "-l", "/tmp")
    building.call(101, "getcwd", res=11, path="/home/ada")
    building.call(101, "write", res=3, fd=1, size=3, data=b"a\nb")
    building.happens(101, "procexit", status=0)
    building.happens(100, "signaldeliver", spid=101, dpid=100, sig=signal.SIGCHLD)
    building.cpu = 1
    _starts(building, 100, 102, "vfork", flags=CLONE_VM | CLONE_VFORK)
    building.enter(102, "execve", filename="/bin/nothing")
    building.exit(102, "execve", res=ENOENT)
    _becomes(building, 102, "java", "-jar", "app.jar")
    building.enter(102, "clone")
    about = {**_about(102, 100, "java"), "flags": THREAD, "vtid": 102, "vpid": 102}
    building.exit(102, "clone", res=103, **about)
    building.exit(103, "clone", **{**about, "res": 0, "tid": 103, "vtid": 103})
    building.call(103, "open", fd=5, name="/app.jar", flags=1)
    building.call(102, "read", res=2, fd=5, size=9, data=b"PK")
    building.call(102, "chdir", res=0, path="/srv")
    building.call(103, "open", fd=6, name="config", flags=1)
    building.call(102, "setuid", res=0, uid=0)
    building.call(102, "setgid", res=0, gid=0)
    building.call(102, "getcwd", res=4, path="/srv")
    building.happens(103, "procexit", status=0)
    building.call(102, "close", res=0, fd=6)
    # A daemon lets its parent end and is adopted.
    _starts(building, 100, 110, "fork")
    _starts(building, 110, 111, "fork")
    building.call(111, "setsid", res=111)
    building.happens(110, "procexit", status=0)
    building.call(111, "nanosleep", res=0, interval=SECOND)
    _becomes(building, 111, "daemon")
    building.call(111, "kill", res=EPERM, pid=1, sig=signal.SIGHUP)
    building.happens(111, "procexit", status=signal.SIGSEGV)
    # Its number is given away at once.
    _starts(building, 102, 111, comm="java")
    building.call(111, "getcwd", res=4, path="/srv")
    building.enter(100, "clone")
    building.exit(100, "clone", **{**_about(100, 1, "bash"), "res": EAGAIN})
    building.happens(102, "procexit", status=256)
    building.call(111, "close", res=0, fd=0)


def descriptors(building: OldBuilding) -> None:
    """Files and pipes are opened, shared, copied, closed, and their numbers used again."""
    _host(building)
    building.descriptor(100, 7, "directory", "/srv/www")
    building.call(100, "open", fd=3, name="notes", flags=1)
    building.call(100, "read", res=5, fd=3, size=4096, data=b"hello")
    building.call(100, "lseek", res=0, fd=3, offset=0, whence=0)
    building.enter(100, "dup", fd=3)
    building.exit(100, "dup", res=4)
    building.call(100, "close", res=0, fd=3)
    building.call(100, "pread", res=5, fd=4, size=5, pos=0, data=b"hello")
    building.call(100, "close", res=0, fd=4)
    building.call(100, "close", res=EBADF, fd=4)
    for name in ("../eve/a", "/tmp/./b", "c//d"):
        building.call(100, "open", fd=3, name=name, flags=2)
        building.call(100, "write", res=1, fd=3, size=1, data=b"x")
        building.call(100, "close", res=0, fd=3)
    building.call(100, "openat", fd=3, dirfd=AT_FDCWD, name="here", flags=0x4002, mode=0o644)
    building.call(100, "openat", fd=5, dirfd=7, name="index.html", flags=1)
    building.call(100, "openat", fd=6, dirfd=7, name="/etc/hosts", flags=1)
    building.call(100, "openat", fd=ENOENT, dirfd=AT_FDCWD, name="nothing", flags=1)
    building.call(100, "open", fd=EACCES, name="/etc/shadow", flags=1)
    building.call(100, "creat", fd=8, name="/tmp/new", mode=0o600)
    building.call(100, "fstat", res=0, fd=8)
    building.call(100, "writev", res=4, fd=8, size=4, data=b"a\0\xffb")
    building.call(100, "readv", res=0, fd=5, size=0)
    building.call(100, "fchdir", res=0, fd=7)
    building.call(100, "open", fd=9, name="style.css", flags=1)
    building.call(100, "pipe", res=0, fd1=10, fd2=11, ino=4711)
    building.call(100, "fcntl", res=12, fd=11, cmd=1)
    _starts(building, 100, 101)
    building.call(101, "close", res=0, fd=10)
    building.call(101, "write", res=2, fd=11, size=2, data=b"hi")
    building.call(100, "read", res=2, fd=10, size=512, data=b"hi")
    building.call(100, "read", res=EAGAIN, fd=10, size=512)
    building.call(100, "poll", res=1, fds=poll_list(10, 5), timeout=100)
    building.call(100, "socketpair", res=0, fd1=13, fd2=14, source=0xABC, peer=0xDEF, domain=1)
    building.call(100, "write", res=1, fd=13, size=1, data=b"!")
    building.call(100, "inotify_init", res=15, flags=0)
    building.call(100, "timerfd_create", res=16, clockid=1)
    building.call(100, "read", res=8, fd=16, size=8, data=b"\1" + bytes(7))
    building.call(100, "read", res=EBADF, fd=99, size=8)
    building.call(100, "mmap", res=0x7F00_0000_0000, addr=0, length=4096, prot=1, flags=2, fd=9)
    building.call(100, "munmap", res=0, addr=0x7F00_0000_0000, length=4096)
    building.call(100, "brk", res=0x55D0_1000_0000, addr=0, vm_size=9100, vm_rss=3100)
    building.call(100, "write", res=100, fd=1, size=100, data=b"0123456789" * 10)


def sockets(building: OldBuilding) -> None:
    """A client asks a name server, connects, and is served; others are refused."""
    _host(building)
    building.process(200, "nginx", uid=0)
    building.descriptor(200, 3, "ip-listen", sip="0.0.0.0", sport=80, l4="tcp")
    building.descriptor(
        200, 4, "ip", sip="10.0.0.2", sport=80, dip="10.0.0.9", dport=4444, l4="tcp"
    )
    building.descriptor(200, 5, "unix", "/run/log")
    question, answer = (
        inet_tuple(("10.0.0.1", 40000), RESOLVER),
        inet_tuple(RESOLVER, ("10.0.0.1", 40000)),
    )
    building.call(100, "socket", fd=3, domain=2, type=2, proto=17)
    building.call(100, "connect", res=0, fd=3, tuple=question, addr=inet_address(*RESOLVER))
    building.call(100, "sendto", res=4, fd=3, size=4, data=b"name", tuple=question)
    building.call(100, "recvfrom", res=4, fd=3, size=512, data=b"addr", tuple=answer)
    building.call(100, "close", res=0, fd=3)
    ends = inet_tuple(CLIENT, SERVER)
    building.call(100, "socket", fd=3, domain=2, type=1, proto=6)
    building.call(100, "connect", res=EINPROGRESS, fd=3, tuple=ends, addr=inet_address(*SERVER))
    building.cpu = 1
    building.call(200, "accept", fd=6, tuple=ends)
    building.cpu = 0
    building.call(100, "write", res=5, fd=3, size=5, data=b"GET /")
    building.call(200, "read", res=5, fd=6, size=99, data=b"GET /")
    building.call(200, "write", res=2, fd=6, size=2, data=b"OK")
    building.call(200, "read", res=9, fd=4, size=99, data=b"keepalive")
    building.call(100, "read", res=2, fd=3, size=99, data=b"OK")
    building.call(100, "shutdown", res=0, fd=3, how=1)
    building.call(100, "close", res=0, fd=3)
    building.call(200, "close", res=0, fd=6)
    building.call(100, "socket", fd=3, domain=2, type=1, proto=6)
    refused = inet_tuple(("10.0.0.1", 54888), ("10.0.0.3", 81))
    building.call(
        100, "connect", res=ECONNREFUSED, fd=3, tuple=refused, addr=inet_address("10.0.0.3", 81)
    )
    building.call(100, "close", res=0, fd=3)
    building.call(100, "socket", fd=3, domain=2, type=1, proto=6)
    building.call(100, "bind", res=0, fd=3, addr=inet_address("0.0.0.0", 8080))
    building.call(100, "listen", res=0, fd=3, backlog=5)
    building.call(100, "accept", fd=4, tuple=inet_tuple(("10.0.0.7", 1234), ("10.0.0.1", 8080)))
    building.call(100, "recvmsg", res=3, fd=4, size=3, data=b"abc")
    building.call(100, "sendmsg", res=3, fd=4, size=3, data=b"abc")
    building.call(100, "accept", fd=EAGAIN)
    building.call(100, "socket", fd=5, domain=10, type=1, proto=6)
    six = inet6_tuple(("fe80::1", 5555), ("fe80::2", 443))
    building.call(100, "connect", res=0, fd=5, tuple=six)
    building.call(100, "write", res=1, fd=5, size=1, data=b"\x16")
    building.call(100, "socket", fd=6, domain=1, type=1, proto=0)
    building.call(100, "connect", res=0, fd=6, tuple=unix_tuple("/run/app", 0xFF01, 0xFF02))
    building.call(100, "write", res=2, fd=6, size=2, data=b"hi")
    building.call(200, "write", res=2, fd=5, size=2, data=b"ok")


def containers(building: OldBuilding) -> None:
    """Processes in containers of several engines, told of before, later, and never."""
    _host(building)
    building.process(300, "docker", uid=1000, cgroups=cgroups(f"/docker/{ID}"))
    building.process(301, "pod", cgroups=cgroups(f"/kubepods/burstable/pod1/{SANDBOX}"))
    building.process(302, "lxc", cgroups=cgroups("/lxc/box"))
    building.process(303, "podman", cgroups=cgroups(f"/machine.slice/libpod-{'e' * 64}.scope"))
    building.call(100, "close", res=0, fd=9)
    for tid in (300, 301, 302, 303):
        building.call(tid, "open", fd=3, name="/etc/hosts", flags=1)
    building.happens(
        -1, "container", json=metadata(engine=DOCKER, image="repo/nginx:1.2", imageid="feed",
        imagerepo="repo/nginx", imagetag="1.2", privileged=True, ip="172.17.0.2"),
    )  # fmt: skip
    labels = {"io.kubernetes.pod.name": "web", "io.kubernetes.pod.namespace": "shop",
              "io.kubernetes.pod.uid": "u-1", "app": "web"}  # fmt: skip
    building.happens(-1, "container", json=metadata(SANDBOX, labels=labels))
    building.happens(-1, "container", json=metadata("e" * 64, PODMAN, name="pm"))
    for tid in (300, 301, 302, 303):
        building.call(tid, "read", res=1, fd=3, size=1, data=b"x")
    _starts(building, 300, 310, comm="docker", cgroups=cgroups(f"/docker/{ID}"))
    building.call(310, "close", res=0, fd=3)
    _starts(building, 100, 311)
    _becomes(building, 311, "runc", cgroups=cgroups(f"/docker/{ID}"))
    building.call(311, "mkdir", res=0, path="/x", mode=0o755)


def failures(building: OldBuilding) -> None:
    """Calls that fail, last, are interrupted, begin or end unseen; threads nobody spoke of."""
    _host(building)
    building.call(100, "stat", res=ENOENT, path="/nothing")
    building.call(100, "access", res=EACCES, name="/root", mode=4)
    building.call(100, "unlink", res=0, path="/tmp/x")
    building.call(100, "mkdir", res=EACCES, path="/root/x", mode=0o700)
    building.call(100, "rename", res=0, oldpath="/tmp/a", newpath="/tmp/b")
    building.call(100, "link", res=EPERM, oldpath="a", newpath="b")
    building.call(100, "rmdir", res=-39, path="/tmp")
    building.call(100, "futex", res=EAGAIN, addr=0x1000, op=0, val=1)
    building.enter(100, "nanosleep", interval=5 * SECOND)
    building.now += 5 * SECOND
    building.exit(100, "nanosleep", res=-4)
    building.enter(100, "epoll_wait", maxevents=10)
    building.now += 250 * MS
    building.exit(100, "epoll_wait", res=0)
    building.other_call(100, "getpid")
    building.happens(100, "switch", next=1, pgft_min=9, vm_size=9200, vm_rss=3200)
    building.call(100, "setuid", res=EPERM, uid=0)
    building.call(100, "prlimit", res=0, pid=0, resource=7, newcur=4096, newmax=4096)
    building.call(100, "read", res=-5, fd=0, size=1)
    building.call(999, "open", fd=3, name="/who", flags=1)
    building.call(999, "read", res=0, fd=3, size=1)
    building.happens(999, "procexit", status=9)


STORIES: Final[dict[str, Callable[[OldBuilding], None]]] = {
    story.__name__: story for story in (processes, descriptors, sockets, containers, failures)
}
