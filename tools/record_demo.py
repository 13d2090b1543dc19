"""Records the bundled capture, as root on a Debian with nginx: `python -m tools.record_demo`.

A pod's nginx misses its certificate. What starts it is a shell script that goes on as the runtime
of a Kubernetes node does: a new container each time, after twice as long. Containers are namespaces
and control groups, named as the kubelet names them. All of it runs in a small root directory of its
own, so that nothing of this machine is in the file. Not part of a build.
"""

import gzip
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from scaptui._core import Writer
from tools.reduced import INTERFACES, USERS, blocks, reduced

HOST: Final = "node1"
POD: Final = "nginx-7c5b7f6d9-x2x9l"
POD_UID: Final = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"
RUNS: Final = 5
SCAPTUI: Final = Path(sys.executable).with_name("scaptui")
OUTPUT: Final = Path("src/scaptui/demo/crashloop.scap.gz")

_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
_PROGRAMS: Final = ("/bin/sh", "/usr/sbin/nginx", "/usr/bin/unshare", "/bin/sleep", "/usr/bin/env")
_GROUPS: Final = Path("/sys/fs/cgroup")
_FILES: Final = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\n",
    "etc/group": "root:x:0:\nwww-data:x:33:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/ld.so.conf": "/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n",
    "etc/nginx/nginx.conf": """\
user  www-data;
worker_processes  2;
error_log  /var/log/nginx/error.log notice;
pid  /run/nginx.pid;
events { worker_connections  64; }
http {
    access_log  /var/log/nginx/access.log;
    include  /etc/nginx/conf.d/*.conf;
}
""",
    "etc/nginx/conf.d/shop.conf": """\
server {
    listen  443 ssl;
    server_name  shop.example.org;
    ssl_certificate  /etc/nginx/certs/tls.crt;
    ssl_certificate_key  /etc/nginx/certs/tls.key;
}
""",
    "docker-entrypoint.sh": """\
#!/bin/sh
# Tests the configuration first, so that a broken one is told before the port is taken.
set -u
echo "$0: testing the configuration"
if ! nginx -t -c /etc/nginx/nginx.conf; then
    echo "$0: configuration test failed, not starting" >&2
    exit 1
fi
exec "$@"
""",
    "runtime": f"""\
#!/bin/sh
# Starts the container again whenever it ends, each time after twice as long.
read go < /run/go
wait=1
run=0
while read id; do
    (
        for group in /sys/fs/cgroup/*; do echo 0 > $group/kubepods/burstable/pod{POD_UID}/$id/cgroup.procs; done
        exec > /var/log/pods/nginx_$run.log 2>&1
        exec unshare --mount --uts --ipc --net --pid --fork /bin/sh -c 'echo {POD} > /proc/sys/kernel/hostname; exec env -i PATH={_PATH} HOSTNAME={POD} NGINX_VERSION=1.22.1 /docker-entrypoint.sh nginx -g "daemon off;"'
    )
    sleep $wait
    wait=$((wait * 2))
    run=$((run + 1))
done < /run/containers
""",  # noqa: E501
}


def container_ids() -> list[str]:
    """The 64 digits of the container of each run."""
    return [hashlib.sha256(f"{POD_UID} {run}".encode()).hexdigest() for run in range(1, RUNS + 1)]


def make_root(root: Path) -> None:
    """Fill a directory with what the containers need, and no more."""
    folders = ("dev", "proc", "run", "sys/fs/cgroup", "etc/nginx/conf.d", "var/log/nginx",
               "var/log/pods", "var/lib/nginx")  # fmt: skip
    for folder in folders:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for program in _PROGRAMS:
        _copy(root, program)
        told = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"(/\S+) \(0x", told):
            _copy(root, library)
    for name, text in _FILES.items():
        path = root / name
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
    subprocess.run(["ldconfig", "-r", root], check=True)
    (root / "run/containers").write_text("".join(f"{name}\n" for name in container_ids()))
    os.mkfifo(root / "run/go")


def _copy(root: Path, path: str) -> None:
    to = root / path.lstrip("/")
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(path).resolve(), to)


def hierarchies() -> list[Path]:
    """The directories of control groups: one, or one for each controller."""
    if (_GROUPS / "cgroup.controllers").exists():
        return [_GROUPS]
    return sorted(path for path in _GROUPS.iterdir() if path.is_dir() and not path.is_symlink())


def make_groups() -> list[Path]:
    """Make the control groups of the runtime and of each container; gives them, inner ones last."""
    pod = f"kubepods/burstable/pod{POD_UID}"
    names = ["system.slice", "system.slice/containerd.service", "kubepods", "kubepods/burstable",
             pod, *(f"{pod}/{name}" for name in container_ids())]  # fmt: skip
    made = []
    for top in hierarchies():
        for name in names:
            group = top / name
            if not group.exists():
                group.mkdir()
                made.append(group)
            for setting in ("cpuset.cpus", "cpuset.mems"):
                if (group / setting).exists() and not (group / setting).read_text().strip():
                    (group / setting).write_text((group.parent / setting).read_text())
    return made


def record(folder: Path) -> tuple[Path, int]:
    """Let it happen and record it. Gives the file and the process id of the runtime."""
    root, file = folder / "root", folder / "whole.scap"
    inside = f"""
        for group in {" ".join(map(str, hierarchies()))}; do
            echo 0 > $group/system.slice/containerd.service/cgroup.procs
        done
        mount -t tmpfs tmpfs {root} && cp -a {root}.made/. {root} || exit 1
        mknod -m 666 {root}/dev/null c 1 3
        mount -t proc proc {root}/proc || exit 1
        mount --rbind /sys/fs/cgroup {root}/sys/fs/cgroup || exit 1
        cd {root} && mkdir old && pivot_root . old && cd / || exit 1
        exec /usr/bin/env -i PATH={_PATH} /runtime < /dev/null > /dev/null 2>&1
    """
    root.mkdir()
    make_root(folder / "root.made")
    started = subprocess.Popen(
        ["unshare", "--mount", "--uts", "--propagation", "private", "/bin/sh", "-c", inside],
        env={"PATH": os.environ["PATH"]},
        start_new_session=True,
    )
    time.sleep(1)
    recorder = subprocess.Popen(
        [
            Path(sys.executable).with_name("scaptui"),
            "record",
            "-o",
            file,
            "--no-env",
            "--for",
            "20s",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert recorder.stderr is not None
    print(recorder.stderr.readline(), end="")
    Path(f"/proc/{started.pid}/root/run/go").write_text("go\n")
    print(recorder.stderr.read(), end="")
    recorder.wait()
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    time.sleep(0.5)
    return file, started.pid


def family(file: Path, runtime: int) -> set[int]:
    """The threads of the runtime and of all that it started."""
    told = subprocess.run(
        [SCAPTUI, "print", file, "--fields", "thread.tid",
         f"proc.pid={runtime} or proc.apid={runtime}"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return {int(tid) for tid in told[1:]}


def lists(folder: Path) -> bytes:
    """The interfaces and users of the node, as blocks."""
    path = folder / "lists.scap"
    writer = Writer(str(path))
    writer.machine(cpus=2, memory=8 << 30, host=HOST.encode(), boot_ns=0)
    writer.interface(name=b"lo", address="127.0.0.1", netmask="255.0.0.0")
    writer.user(uid=0, gid=0, name=b"root", home=b"/root", shell=b"/bin/sh")
    writer.user(uid=33, gid=33, name=b"www-data", home=b"/var/www", shell=b"/bin/false")
    writer.group(gid=0, name=b"root")
    writer.group(gid=33, name=b"www-data")
    writer.event(1, 0, 0, [])
    writer.close()
    found = blocks(path.read_bytes())
    return b"".join(block.data for block in found if block.kind in (INTERFACES, USERS))


def main() -> None:
    """Record, reduce, and put the file into its place."""
    made = make_groups()
    try:
        with tempfile.TemporaryDirectory(prefix="demo-", dir="/tmp") as name:
            folder = Path(name)
            file, runtime = record(folder)
            small = reduced(file.read_bytes(), family(file, runtime), HOST, lists(folder))
    finally:
        for group in reversed(made):
            group.rmdir()
    OUTPUT.write_bytes(gzip.compress(small, 9, mtime=0))
    print(f"{OUTPUT}  {len(small):,} bytes, {OUTPUT.stat().st_size:,} packed")


if __name__ == "__main__":
    main()
