"""The crash loop of the bundled capture: `python -m scaptui.demo.story FILE` writes it.

A pod's nginx misses its certificate. The entrypoint script tests the configuration, nginx finds
the file missing, the script gives up, the container ends with status 1, and the node starts it
again, each time after twice as long. Beside it a service asks redis, and cron checks that redis
answers. No randomness and no clock: each run of this program writes the same bytes.
"""

import sys
from typing import Final

from scaptui._core import Writer
from scaptui.demo.background import background
from scaptui.demo.cluster import (
    PATH,
    POD,
    POD_CGROUP,
    POD_UID,
    START,
    Node,
    container_id,
    container_json,
)
from scaptui.demo.process import O_APPEND, O_CREAT, O_WRONLY, SECOND, SIGCHLD, US, Process
from scaptui.demo.programs import clock_text, drain, entrypoint_fails
from scaptui.demo.recorder import Recorder

# Seconds the node waits before it starts the container again: twice as long each time.
BACK_OFF: Final = (10, 20, 40, 80)
FIRST_PID: Final = 4_101


def tell() -> tuple[Recorder, Node]:
    """The whole story, taken down."""
    recorder = Recorder()
    node = Node(recorder)
    # The runtime told of the pod's sandbox before the first call was recorded.
    sandbox = {"json": container_json(0, START - 600 * SECOND)}
    recorder.happened("container", START, -1, 0, {**sandbox})
    at = START + 600_000_000
    for run, wait in enumerate([*BACK_OFF, 0], start=1):
        ended = _run(node, run, at)
        if wait:
            _back_off(node.kubelet, run, ended + SECOND // 2, wait)
        at = ended + wait * SECOND + 340_000_000
    background(node, START, node.shim.now + SECOND)
    return recorder, node


def _run(node: Node, run: int, at: int) -> int:
    """One life of the container; when it ended."""
    shim = node.shim
    shim.now = at
    pid = FIRST_PID + 40 * run
    out = _pipe(shim, 0)
    err = _pipe(shim, 1)
    entry = shim.fork(pid, vpid=1, new_namespace=True, us=310)
    _enter_container(entry, run, out[1], err[1])
    for fd in (out[1], err[1]):
        shim.close(fd)
    texts = entrypoint_fails(entry, pid + 6)
    shim.signalled(entry, SIGCHLD)
    shim.wait_for(entry)
    _keep_output(shim, run, {"stdout": out[0], "stderr": err[0]}, texts)
    return shim.now


def _pipe(shim: Process, number: int) -> tuple[int, int]:
    reads = shim.lowest_free()
    shim.open_fds.add(reads)
    writes = shim.lowest_free()
    shim.open_fds.add(writes)
    shim.call("pipe2", 0, us=6, fd1=reads, fd2=writes, ino=90_000 + number, flags=0x1040)
    return reads, writes


def _enter_container(entry: Process, run: int, out: int, err: int) -> None:
    """The child of the shim becomes the container's first process."""
    recorder = entry.recorder
    entry.call("setsid", 1, us=1)
    for old, new in ((out, 1), (err, 2)):
        entry.call("dup3", new, us=0.8, oldfd=old, newfd=new, flags=0)
    entry.open_fds = {0, 1, 2}
    entry.call("chdir", 0, us=2, path="/")
    entry.cwd = "/"
    entry.cgroup = f"{POD_CGROUP}/{container_id(run)}"
    entry.pause(900 * US)
    recorder.happened(
        "container", entry.now, -1, entry.cpu, {"json": container_json(run, entry.now)}
    )
    entry.pause(200 * US)
    entry.exec(
        "/docker-entrypoint.sh",
        ["/bin/sh", "/docker-entrypoint.sh", "nginx", "-g", "daemon off;"],
        env=["PATH=" + PATH, f"HOSTNAME={POD}", "NGINX_VERSION=1.27.2", "HOME=/root"],
        exepath="/usr/bin/dash",
    )


def _keep_output(
    shim: Process, run: int, pipes: dict[str, int], texts: list[tuple[str, bytes]]
) -> None:
    """The shim keeps what the container wrote, a line each, where `kubectl logs` finds it."""
    path = f"/var/log/pods/default_{POD}_{POD_UID}/nginx/{run - 1}.log"
    log = shim.open(path, O_WRONLY | O_CREAT | O_APPEND)
    for stream, text in texts:
        drain(shim, pipes[stream], text)
        head = f"{clock_text(shim.now, '%Y-%m-%dT%H:%M:%SZ')} {stream} F ".encode()
        shim.write(log, b"".join(head + line for line in text.splitlines(keepends=True)))
    for fd in (log, *pipes.values()):
        shim.close(fd)


def _back_off(kubelet: Process, run: int, at: int, wait: int) -> None:
    """The node's agent notices, and waits before the next start."""
    kubelet.now = at
    pod = f"{POD}_default({POD_UID})"
    path = f"/var/lib/kubelet/pods/{POD_UID}/etc-hosts"
    kubelet.call("stat", 0, us=9, path=path)
    stamp = clock_text(kubelet.now, "E%m%d %H:%M:%S")
    kubelet.write(
        3,
        f'{stamp} pod_workers.go:1301] "Error syncing pod, skipping" err="failed to '
        f'\\"StartContainer\\" for \\"nginx\\" with CrashLoopBackOff: \\"back-off {wait}s '
        f'restarting failed container=nginx pod={pod}\\"" restarts={run}\n'.encode(),
        us=18,
    )


def write_story(path: str) -> int:
    """Write the capture; how many events it holds."""
    recorder, node = tell()
    writer = Writer(path)
    node.write_tables(writer)
    count = recorder.write_to(writer)
    writer.close()
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{write_story(sys.argv[1]):,} events\n")
