"""The bundled capture is a recording, and holds nothing of the machine it was made on."""

import gzip
import re
from pathlib import Path

from tests.running import Run
from tools.record_demo import HOST, POD_UID, RUNS, container_ids
from tools.reduced import PROCESSES, block, blocks, entries

NAMES = {"runtime", "sh", "unshare", "env", "docker-entrypoi", "nginx", "sleep"}
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENTS = {
    f"PATH={PATH}",
    "PWD=/",
    "HOSTNAME=nginx-7c5b7f6d9-x2x9l",
    "NGINX_VERSION=1.22.1",
}


def values(scaptui: Run, path: Path, field: str, text: str = "") -> list[str]:
    said = scaptui("print", path, "--fields", field, *(["-f", text] if text else []))
    return said.lines[1:]


def test_it_is_small_enough_to_be_bundled(bundled: Path) -> None:
    assert bundled.stat().st_size < 400_000


def test_every_process_is_one_of_the_story(bundled: Path, scaptui: Run) -> None:
    assert set(values(scaptui, bundled, "proc.name")) == NAMES
    assert set(values(scaptui, bundled, "proc.pname")) <= NAMES | {"<NA>"}
    assert set(values(scaptui, bundled, "user.name")) == {"root"}
    shown = set(" ".join(values(scaptui, bundled, "proc.env")).split())
    assert shown - {"<NA>"} <= ENVIRONMENTS


def test_the_machine_has_no_name_of_its_own(bundled: Path, scaptui: Run) -> None:
    assert set(values(scaptui, bundled, "evt.hostname")) == {HOST}
    data = gzip.decompress(bundled.read_bytes())
    assert b"/docker-entrypoint.sh" in data
    foreign = rb"/home/|/root/|/tmp/|/work|/usr/local/|/old/|python|pytest|scaptui|sudo|ssh|\.cargo"
    assert re.findall(foreign, data) == []


def test_containers_are_those_of_the_pod(bundled: Path, scaptui: Run) -> None:
    ids = set(values(scaptui, bundled, "container.id"))
    assert ids == {"host", *(name[:12] for name in container_ids())}
    groups = set(re.findall(r"=(/\S*)", " ".join(values(scaptui, bundled, "thread.cgroups"))))
    pod = f"/kubepods/burstable/pod{POD_UID}"
    service = "/system.slice/containerd.service"
    assert groups - {"/"} == {service, *(f"{pod}/{name}" for name in container_ids())}


def test_nginx_misses_its_certificate_in_every_run(bundled: Path, scaptui: Run) -> None:
    missed = values(
        scaptui, bundled, "fs.path.name", "proc.name=nginx and evt.failed=true and evt.type=openat"
    )
    assert missed.count("/etc/nginx/certs/tls.crt") == RUNS
    ended = values(scaptui, bundled, "evt.arg.ret", "proc.name=nginx and evt.type=procexit")
    assert ended == ["1"] * RUNS
    said = values(scaptui, bundled, "evt.buffer", "proc.name=nginx and evt.type=write")
    assert sum("cannot load certificate" in line for line in said) == RUNS


def test_sysdig_reads_nothing_of_another_kind(bundled: Path, scaptui: Run) -> None:
    assert values(scaptui, bundled, "evt.type", "evt.type=drop") == []
    assert "note:" not in scaptui("print", bundled).err


def test_a_list_keeps_the_threads_that_are_asked_for() -> None:
    def thread(tid: int, parent: int) -> bytes:
        body = b"".join(number.to_bytes(8, "little") for number in (tid, tid, parent))
        return (len(body) + 4).to_bytes(4, "little") + body

    from tools.reduced import reduced

    listed = block(PROCESSES, thread(7, 3) + thread(8, 7) + thread(9, 1))
    [found] = blocks(reduced(listed, {7, 8}, HOST, b""))
    assert list(entries(found.body)) == [thread(7, 1), thread(8, 7)]
