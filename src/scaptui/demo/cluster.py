"""The machine of the story: a Kubernetes node, and what ran on it when the recording began."""

import hashlib
import json
from typing import Final

from scaptui._core import Writer
from scaptui.demo.process import Process
from scaptui.demo.recorder import Recorder

START: Final = 1_795_166_100_000_000_000  # 2026-11-20 09:15:00 UTC, ns since the epoch
BOOT: Final = START - 86_400_000_000_000

POD: Final = "nginx-7c5b7f6d9-x2x9l"
POD_UID: Final = "3f2c9a1e-7b64-4c0e-9d53-0a1b2c3d4e5f"
POD_CGROUP: Final = f"/kubepods/burstable/pod{POD_UID}"
POD_IP: Final = "10.244.1.23"
IMAGE: Final = "docker.io/library/nginx:1.27"

REDIS_PORT: Final = 6379
ORDERS_PORT: Final = 52_344  # the port of the orders service at its connection to redis

USERS: Final = (
    (0, 0, "root", "/root", "/bin/bash"),
    (33, 33, "www-data", "/var/www", "/usr/sbin/nologin"),
    (110, 115, "redis", "/var/lib/redis", "/usr/sbin/nologin"),
    (1000, 1000, "orders", "/srv/orders", "/bin/sh"),
)
GROUPS: Final = ((0, "root"), (33, "www-data"), (115, "redis"), (1000, "orders"))


def container_id(run: int) -> str:
    """The 64 digits of the container of one run; run 0 is the pod's sandbox."""
    return hashlib.sha256(f"{POD_UID} {run}".encode()).hexdigest()


def container_json(run: int, started: int) -> str:
    """What the container runtime tells about the container of one run."""
    full = container_id(run)
    sandbox = run == 0
    name = "POD" if sandbox else "nginx"
    labels = {
        "io.kubernetes.container.name": name,
        "io.kubernetes.pod.name": POD,
        "io.kubernetes.pod.namespace": "default",
        "io.kubernetes.pod.uid": POD_UID,
    }
    return json.dumps(
        {
            "container": {
                "id": full[:12],
                "full_id": full,
                "type": 7,
                "name": f"k8s_{name}_{POD}_default_{POD_UID}_{max(run - 1, 0)}",
                "image": "registry.k8s.io/pause:3.10" if sandbox else IMAGE,
                "imageid": hashlib.sha256(b"pause" if sandbox else b"nginx").hexdigest(),
                "imagerepo": "registry.k8s.io/pause" if sandbox else "docker.io/library/nginx",
                "imagetag": "3.10" if sandbox else "1.27",
                "imagedigest": "",
                "privileged": False,
                "is_pod_sandbox": sandbox,
                "lookup_state": 1,
                "created_time": started // 1_000_000_000,
                "ip": POD_IP,
                "Mounts": []
                if sandbox
                else [
                    {
                        "Source": f"/var/lib/kubelet/pods/{POD_UID}/volumes/config",
                        "Destination": "/etc/nginx/conf.d",
                        "Mode": "",
                        "RW": False,
                        "Propagation": "private",
                    }
                ],
                "port_mappings": [],
                "labels": labels,
                "env": [],
                "memory_limit": 134_217_728,
                "swap_limit": 0,
                "cpu_shares": 102,
                "cpu_quota": 0,
                "cpu_period": 100_000,
                "cpuset_cpu_count": 0,
                "mesos_task_id": "",
                "metadata_deadline": 0,
                "pod_sandbox_id": container_id(0),
                "pod_sandbox_labels": {
                    "app": "nginx",
                    "io.kubernetes.pod.name": POD,
                    "io.kubernetes.pod.namespace": "default",
                    "io.kubernetes.pod.uid": POD_UID,
                    "pod-template-hash": "7c5b7f6d9",
                },
            }
        },
        separators=(",", ":"),
    )


class Node:
    """The processes that run when the recording begins."""

    def __init__(self, recorder: Recorder) -> None:
        def service(pid: int, path: str, *argv: str, **more: object) -> Process:
            comm = path.rpartition("/")[2][:15]
            slice_name = f"/system.slice/{comm}.service"
            facts = {
                "cgroup": slice_name,
                "cpu": 1,
                "now": START,
                "env": ["LANG=C", "PATH=" + PATH],
            }
            return Process(recorder, pid, comm, list(argv), path, **{**facts, **more})  # type: ignore[arg-type]

        self.init = service(
            1, "/usr/lib/systemd/systemd", "/sbin/init", cgroup="/init.scope", parent=0
        )
        self.cron = service(640, "/usr/sbin/cron", "/usr/sbin/cron", "-f", cwd="/var/spool/cron/")
        self.redis = service(
            812, "/usr/bin/redis-server", "/usr/bin/redis-server 127.0.0.1:6379",
            uid=110, gid=115, cwd="/var/lib/redis/", vm_kb=61_204, rss_kb=11_820,
        )  # fmt: skip
        self.kubelet = service(
            1105, "/usr/bin/kubelet", "/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml",
            vm_kb=1_904_332, rss_kb=98_112,
        )  # fmt: skip
        self.orders = service(
            1430, "/usr/bin/python3.11", "python3", "/srv/orders/orders.py",
            uid=1000, gid=1000, cwd="/srv/orders/", vm_kb=32_880, rss_kb=21_540,
        )  # fmt: skip
        self.orders.comm = "python3"
        self.shim = service(
            2150, "/usr/bin/containerd-shim-runc-v2", "/usr/bin/containerd-shim-runc-v2",
            "-namespace", "k8s.io", "-id", container_id(0), cpu=0,
            cgroup="/system.slice/containerd.service",
            cwd=f"/run/containerd/io.containerd.runtime.v2.task/k8s.io/{container_id(0)[:12]}/",
            vm_kb=1_238_016, rss_kb=14_336,
        )  # fmt: skip
        self.pause = service(
            2171, "/pause", "/pause", parent=2150, vpid=1, uid=65_535, gid=65_535,
            cgroup=f"{POD_CGROUP}/{container_id(0)}", namespace_start=START - 600_000_000_000,
            vm_kb=972, rss_kb=4,
        )  # fmt: skip
        self.cron.open_fds |= {3}
        self.redis.open_fds |= {3, 4, 5, 6, 7, 8}
        self.orders.open_fds |= {3, 4}
        self.shim.open_fds |= {3, 4, 5, 6, 7, 8, 9, 10, 11}
        self.processes = [
            self.init, self.cron, self.redis, self.kubelet, self.orders, self.shim, self.pause,
        ]  # fmt: skip

    def write_tables(self, writer: Writer) -> None:
        """Write what a capture says before its first event."""
        writer.machine(cpus=2, memory=8_321_499_136, host=b"node-1", boot_ns=BOOT)
        writer.interface(name=b"lo", address="127.0.0.1", netmask="255.0.0.0")
        writer.interface(name=b"eth0", address="192.168.10.21", netmask="255.255.255.0")
        for uid, gid, name, home, shell in USERS:
            writer.user(
                uid=uid, gid=gid, name=name.encode(), home=home.encode(), shell=shell.encode()
            )
        for gid, name in GROUPS:
            writer.group(gid=gid, name=name.encode())
        for process in self.processes:
            writer.process(_entry(process))
        for process in self.processes:
            for fd in (0, 1, 2):
                writer.descriptor(
                    process.pid,
                    {"fd": fd, "type": "file", "name": b"/dev/null", "flags": 3, "ino": 5},
                )
        loopback: dict[str, int | bytes | str] = {
            "sip": "127.0.0.1",
            "sport": ORDERS_PORT,
            "dip": "127.0.0.1",
            "dport": REDIS_PORT,
        }
        tables: list[tuple[Process, dict[str, int | bytes | str]]] = [
            (self.redis, {"fd": 5, "type": "eventpoll", "name": b"", "ino": 12}),
            (self.redis, {"fd": 6, "type": "ip-listen", "sip": "127.0.0.1", "sport": REDIS_PORT,
                          "l4": "tcp", "ino": 21_001}),
            (self.redis, {"fd": 8, "type": "ip", "l4": "tcp", "ino": 21_377, **loopback}),
            (self.orders, {"fd": 3, "type": "file", "name": b"/srv/orders/orders.log",
                           "flags": 0xE, "ino": 301_442}),
            (self.orders, {"fd": 4, "type": "ip", "l4": "tcp", "ino": 21_376, **loopback}),
            (self.kubelet, {"fd": 3, "type": "file", "name": b"/var/log/kubelet.log",
                            "flags": 0xE, "ino": 412_070}),
            (self.cron, {"fd": 3, "type": "file", "name": b"/run/crond.pid", "flags": 3,
                         "ino": 877}),
        ]  # fmt: skip
        for process, entry in tables:
            writer.descriptor(process.pid, entry)


PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _entry(process: Process) -> dict[str, int | bytes | list[bytes]]:
    return {
        "tid": process.pid,
        "pid": process.pid,
        "ptid": process.parent,
        "sid": process.vpid or process.pid,
        "vpgid": process.vpid or process.pid,
        "pgid": process.pid,
        "comm": process.comm.encode(),
        "exe": process.argv[0].encode(),
        "exepath": process.exepath.encode(),
        "args": [text.encode() for text in process.argv[1:]],
        "cwd": process.cwd.encode(),
        "fdlimit": 1_048_576,
        "uid": process.uid,
        "gid": process.gid,
        "vmsize_kb": process.vm_kb,
        "vmrss_kb": process.rss_kb,
        "env": [text.encode() for text in process.env],
        "vtid": process.vpid or process.pid,
        "vpid": process.vpid or process.pid,
        "cgroups": [text.encode() for text in process.cgroups],
        "root": b"/",
        "pidns_init_start_ts": process.namespace_start or BOOT,
    }
