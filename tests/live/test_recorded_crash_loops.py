"""A loop for each cause, recorded on this kernel: the report of crashes names what was done."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import IN_CI
from tests.recording import Recorder
from tests.running import run_program

pytestmark = [
    pytest.mark.usefixtures("kernel"),
    pytest.mark.probe,
    pytest.mark.xdist_group("record"),
]
RUNS = 3
PYTHON = f"{sys.executable} -I -S -c"
GROUPS = Path("/sys/fs/cgroup")
# Of a container's id the first twelve digits are shown.
REST = "0" * 52
# Out of the container that tests may run in, where others crash, too, as far as that is allowed.
OUTSIDE = "for procs in /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs"
OUTSIDE += "; do echo 0 > $procs; done"
Report = dict[str, Any]


class Loop:
    """Runs a command of a shell again and again, recorded; its report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, command: str, *, status: int = 0) -> Report:
        file = self.folder / "loop.scap"
        again = "while [ $i -lt {} ]; do i=$((i+1)); {}; sleep 0.1; done"
        recorder = Recorder("-o", file)
        script = f"{OUTSIDE}; i=0; " + again.format(RUNS, command)
        subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        time.sleep(0.1)
        assert recorder.end(signal.SIGTERM) == 0
        assert recorder.summary[4:] == ("0", "complete")
        said = run_program("report", "crashes", file, "--json")
        assert said.status == status, said.out + said.err
        told: Report = json.loads(said.out)
        return told


@pytest.fixture
def loop(tmp_path: Path) -> Loop:
    return Loop(tmp_path)


def only(told: Report, word: str) -> Report:
    """The program whose command has this word; its one cause is that of all its runs."""
    named = [each for each in told["programs"] if word in each["command"]]
    assert len(named) == 1, [each["command"] for each in told["programs"]]
    program = named[0]
    assert len(program["runs"]) == RUNS
    (cause,) = program["causes"]
    assert [run["cause"]["rule"] for run in program["runs"]] == [cause["rule"]] * RUNS
    found: Report = cause
    return found


def fact(cause: Report) -> tuple[str, str, str]:
    return cause["rule"], cause["about"], cause["error"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(mounted.stderr)
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_program_that_is_not_there(loop: Loop) -> None:
    cause = only(loop("sh -c 'exec /no/such/program --serve'"), "/no/such/program")
    assert fact(cause) == ("exec failed", "/no/such/program", "ENOENT")


def test_a_fault(loop: Loop) -> None:
    cause = only(loop(f"{PYTHON} 'import ctypes; ctypes.string_at(0)'"), "ctypes")
    assert cause["rule"] == "killed by signal"
    assert "SIGSEGV, a fault of its own" in cause["what"]


def test_a_signal_and_who_sent_it(loop: Loop) -> None:
    runs = "until grep -q sleep /proc/$sleeper/comm; do sleep 0.02; done"
    told = loop(f"sleep 77 & sleeper=$!; {runs}; /bin/kill -TERM $sleeper; wait $sleeper")
    cause = only(told, "sleep 77")
    assert cause["rule"] == "killed by signal"
    assert "SIGTERM" in cause["what"]
    assert cause["about"].startswith("kill ")


def test_memory_that_ran_out(loop: Loop) -> None:
    in_v2 = (GROUPS / "cgroup.controllers").exists()
    group = (GROUPS if in_v2 else GROUPS / "memory") / f"scaptui-loop-{os.getpid()}"
    try:
        group.mkdir()
        limit = "memory.max" if in_v2 else "memory.limit_in_bytes"
        (group / limit).write_text(str(30 << 20))
    except OSError as error:
        with suppress(OSError):
            group.rmdir()
        pytest.skip(str(error))
    try:
        takes = f"{PYTHON} 'x = bytearray(200 << 20)'"
        told = loop(f"(sh -c 'echo $$ > {group}/cgroup.procs; exec \"$@\"' in {takes})")
        cause = only(told, "bytearray")
        assert cause["rule"] == "out of memory"
    finally:
        group.rmdir()


def test_an_address_in_use(loop: Loop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        serves = f'import socket; socket.socket().bind(("127.0.0.1", {port}))'
        cause = only(loop(f"{PYTHON} '{serves}'"), "bind")
    assert fact(cause) == ("address in use", f"127.0.0.1:{port}", "EADDRINUSE")


def test_a_missing_file(loop: Loop) -> None:
    cause = only(loop("cat /etc/no-such.conf"), "no-such.conf")
    assert fact(cause) == ("missing file", "/etc/no-such.conf", "ENOENT")


def test_a_missing_library(loop: Loop, tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        assert not IN_CI, "CI installs cc"
        pytest.skip("cc is not installed")
    for name, text in (
        ("gone", "int gone;"),
        ("uses", "extern int gone; int main() {return gone;}"),
    ):
        (tmp_path / f"{name}.c").write_text(text)
    library = tmp_path / "libgone.so.1"
    subprocess.run(["cc", "-shared", "-o", library, tmp_path / "gone.c"], check=True)
    program = tmp_path / "uses-a-library"
    subprocess.run(["cc", "-o", program, tmp_path / "uses.c", library], check=True)
    library.unlink()
    cause = only(loop(f"{program}"), "uses-a-library")
    assert cause["rule"] == "missing library"
    assert cause["about"].endswith("libgone.so.1")


def test_a_permission(loop: Loop) -> None:
    told = loop("setpriv --reuid=65534 --regid=65534 --clear-groups cat /etc/shadow")
    assert fact(only(told, "cat shadow")) == ("permission", "/etc/shadow", "EACCES")


def test_a_connection_refused(loop: Loop) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        asks = f'import socket; socket.create_connection(("127.0.0.1", {port}))'
        cause = only(loop(f"{PYTHON} '{asks}'"), "create_connection")
    assert cause["rule"] == "connection"
    assert cause["about"].endswith(f"127.0.0.1:{port}")
    assert cause["error"] == "ECONNREFUSED"


def test_a_name_that_nobody_looks_up(loop: Loop) -> None:
    asks = 'import socket; socket.create_connection(("db.example", 5432))'
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(tried.stderr)
    cause = only(loop(f"unshare -n {PYTHON} '{asks}'"), "db.example")
    assert cause["rule"] == "name lookup"
    assert cause["about"].endswith((":53", ":domain"))


def test_a_full_disk(loop: Loop, disk: Path) -> None:
    cause = only(loop(f"dd if=/dev/zero of={disk}/data bs=4k count=100"), "dd ")
    assert fact(cause) == ("disk full", f"{disk}/data", "ENOSPC")


def test_a_file_system_that_cannot_be_written(loop: Loop, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    cause = only(loop(f"touch {disk}/data"), "touch")
    assert fact(cause) == ("read-only", f"{disk}/data", "EROFS")


@pytest.fixture
def pod() -> Iterator[Path]:
    """A control group named as that of a pod, with one for each of its containers."""
    in_v2 = (GROUPS / "cgroup.controllers").exists()
    top = GROUPS if in_v2 else GROUPS / "pids"
    made = [top / "kubepods", top / f"kubepods/pod3f2c9a1e-7b64-4c0e-9d53-{os.getpid():012}"]
    made += [made[1] / f"{number:012x}{REST}" for number in range(0xABC0, 0xABC0 + RUNS)]
    try:
        for group in made:
            group.mkdir(exist_ok=True)
    except OSError as error:
        pytest.skip(str(error))
    yield made[1]
    for group in reversed(made):
        with suppress(OSError):
            group.rmdir()


def test_a_server_that_ends_as_if_all_were_well(loop: Loop, pod: Path) -> None:
    tried = subprocess.run(["unshare", "-pf", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(tried.stderr)
    numbers = f"id=$(printf %012x $(({0xABC0 - 1} + i))){REST}"
    enter = (
        f"sh -c 'echo 0 > {pod}/'$id'/cgroup.procs; exec unshare -pf sh -c \"sleep 0.05; true\"'"
    )
    told = loop(f"{numbers}; {enter}")
    (program,) = [each for each in told["programs"] if each["kind"] == "pod"]
    assert program["identity"] == pod.name.removeprefix("pod")
    assert [run["exit"] for run in program["runs"]] == [0] * RUNS
    assert len({run["container"] for run in program["runs"]}) == RUNS
    (cause,) = program["causes"]
    assert cause["rule"] == "normal exit"


def test_programs_that_do_what_they_should(loop: Loop) -> None:
    told = loop("cat /etc/hostname; grep root /etc/passwd; true", status=1)
    assert told["programs"] == []
