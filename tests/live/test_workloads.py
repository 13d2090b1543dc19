"""Programs hard at work are recorded whole: names, ends, requests; sysdig reads it."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import IN_CI
from tests.recording import Recorder
from tests.running import Run

pytestmark = [
    pytest.mark.usefixtures("kernel"),
    pytest.mark.probe,
    pytest.mark.xdist_group("record"),
]
SHORT = 10_000
SETS = 20_000
CONNECTIONS = 8
NGINX = """\
daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "a page of no interest"; }} }}
}}
"""


def needs(*programs: str) -> None:
    """Skip where one is not installed; CI has them all."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    if missing := [name for name in programs if shutil.which(name, path=path) is None]:
        assert not IN_CI, f"CI installs {missing}"
        pytest.skip(f"not installed: {', '.join(missing)}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(words: Sequence[str | Path], port: int) -> Iterator[None]:
    """A server that answers, ended politely."""
    environment = {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment) as server:
        for _ in range(200):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None
            time.sleep(0.05)
        yield
        server.terminate()
        server.wait(10)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The same work recorded twice: as newest readers have it, and as sysdig 0.29 reads it."""

    newest: Path
    old: Path

    @property
    def both(self) -> tuple[Path, Path]:
        return self.newest, self.old


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator["Recordings"]:
    recordings = Recordings(tmp_path)
    yield recordings
    for recorder in recordings.recorders:
        recorder.leave()
    for file in recordings.files.both:
        file.unlink(missing_ok=True)


class Recordings:
    """Records what is done inside `with`, without a loss."""

    def __init__(self, folder: Path) -> None:
        self.files = Recorded(folder / "newest.scap", folder / "old.scap")
        self.recorders: list[Recorder] = []

    def __enter__(self) -> Recorded:
        for words in (("-o", self.files.newest), ("-o", self.files.old, "--compat", "0.29")):
            self.recorders.append(Recorder(*words, "--buffer", "128M"))
        return self.files

    def __exit__(self, *_: object) -> None:
        time.sleep(0.2)
        statuses = [recorder.end() for recorder in self.recorders]
        assert statuses == [0, 0]
        assert [recorder.summary[4:] for recorder in self.recorders] == [("0", "complete")] * 2


def count(scaptui: Run, file: Path, text: str, fields: str = "evt.num") -> list[list[str]]:
    result = scaptui("print", file, "--fields", fields, "-f", text)
    assert result.status in (0, 1), result.err
    return [line.split("\t") for line in result.lines[1:]]


def check_names_and_ends(scaptui: Run, file: Path, names: Sequence[str]) -> None:
    """Every event has a name, and every thread of these programs that began has its end."""
    assert count(scaptui, file, '(not proc.name exists or proc.name="<NA>")') == []
    of_these = f"proc.name in ({', '.join(names)})"
    began = "evt.type in (clone, clone3, fork, vfork) and evt.rawres=0 and evt.dir=<"
    born = {row[0] for row in count(scaptui, file, f"{began} and {of_these}", "thread.tid")}
    ended = [row[0] for row in count(scaptui, file, "evt.type=procexit", "thread.tid")]
    assert born
    assert born <= set(ended)


def read_by_sysdig(sysdig: str, file: Path, text: str) -> list[str]:
    """What sysdig prints of the events; it must come to the end of the file without a complaint."""
    words = [sysdig, "-r", str(file), "-p", "%proc.name %proc.pname", text]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_web_server_under_load(
    tmp_path: Path, scaptui: Run, sysdig: str, recorded: Recordings
) -> None:
    needs("nginx", "wrk")
    port = free_port()
    config = tmp_path / "nginx.conf"
    config.write_text(NGINX.format(folder=tmp_path, port=port))
    tmp_path.chmod(0o755)
    with recorded as files:
        time.sleep(0.1)
        with serving(["nginx", "-c", config, "-e", tmp_path / "start.log"], port):
            load = [
                "wrk",
                "-t",
                "1",
                "-c",
                str(CONNECTIONS),
                "-d",
                "2s",
                f"http://127.0.0.1:{port}/",
            ]
            said = subprocess.run(load, capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+) requests in", said)
    assert found, said
    requests = int(found[1])
    assert requests > 1000
    for file in files.both:
        check_names_and_ends(scaptui, file, ("nginx", "wrk"))
        answered = 'proc.name=nginx and evt.dir=< and evt.buffer startswith "HTTP/1.1 200"'
        answers = len(count(scaptui, file, answered))
        # Some are under way when the load ends.
        assert requests <= answers <= requests + CONNECTIONS, file.name
        master = count(scaptui, file, "proc.name=nginx and evt.type=procexit", "proc.pid,evt.args")
        assert len(master) == 3
        assert all("status=0" in row[1] for row in master)
    lines = read_by_sysdig(sysdig, files.old, "proc.name=nginx and evt.type=procexit")
    assert len(lines) == 3


def test_a_store_under_its_benchmark(
    tmp_path: Path, scaptui: Run, sysdig: str, recorded: Recordings
) -> None:
    needs("redis-server", "redis-benchmark")
    port = free_port()
    words = ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    with recorded as files, serving(words, port):
        load = ["redis-benchmark", "-p", str(port), "-t", "set", "-n", str(SETS), "-c", "20", "-q"]
        subprocess.run(load, stdout=subprocess.DEVNULL, check=True)
    for file in files.both:
        check_names_and_ends(scaptui, file, ("redis-server", "redis-benchmark"))
        stored = 'proc.name=redis-server and evt.dir=< and evt.buffer startswith "+OK"'
        assert len(count(scaptui, file, stored)) == SETS, file.name
        asked = 'proc.name=redis-server and evt.dir=< and evt.buffer contains "SET"'
        assert len(count(scaptui, file, asked)) >= SETS, file.name
    assert read_by_sysdig(sysdig, files.old, "proc.name=redis-server and evt.type=procexit")


def test_a_compile(tmp_path: Path, scaptui: Run, sysdig: str, recorded: Recordings) -> None:
    needs("cc")
    sources = [tmp_path / f"part{number}.c" for number in range(3)]
    for number, source in enumerate(sources):
        main = "int main(void) { return 7; }" if number == 0 else ""
        source.write_text(f"#include <stdio.h>\nint part{number}(void) {{ return 1; }}\n{main}\n")
    made = tmp_path / "made"
    steps = ("cc1", "as", "collect2", "ld", "made")
    with recorded as files:
        subprocess.run(["cc", "-o", made, *sources], check=True)
        assert subprocess.run([made], check=False).returncode == 7
    for file in files.both:
        check_names_and_ends(scaptui, file, steps)
        executed = count(
            scaptui, file, "evt.type=execve and evt.dir=< and evt.rawres=0", "proc.name"
        )
        names = [row[0] for row in executed]
        assert [names.count(name) for name in steps] == [3, 3, 1, 1, 1]
        opened = count(
            scaptui, file, "proc.name=cc1 and evt.type=openat and fd.name endswith .c", "fd.name"
        )
        assert {row[0] for row in opened} >= {str(source) for source in sources}
        (end,) = count(scaptui, file, "evt.type=procexit and proc.name=made", "evt.args")
        assert "status=1792" in end[0]
    assert read_by_sysdig(sysdig, files.old, "proc.name=made and evt.type=procexit")


def test_thousands_of_short_processes(scaptui: Run, sysdig: str, recorded: Recordings) -> None:
    script = f"i=0; while [ $i -lt {SHORT} ]; do /bin/true; i=$((i+1)); done"
    with recorded as files:
        subprocess.run(["/bin/sh", "-c", script], env={}, check=True)
    of_these = "proc.name=true and proc.pname=sh"
    for file in files.both:
        executed = count(
            scaptui, file, f"{of_these} and evt.type=execve and evt.dir=<", "proc.pid,evt.rawres"
        )
        ended = count(scaptui, file, f"{of_these} and evt.type=procexit", "proc.pid,evt.args")
        assert len(executed) == len(ended) == SHORT, file.name
        assert {row[1] for row in executed} == {"0"}
        assert [row[0] for row in executed] == [row[0] for row in ended]
        assert all("status=0" in row[1] for row in ended)
    ended_by_sysdig = Counter(read_by_sysdig(sysdig, files.old, "evt.type=procexit"))
    assert ended_by_sysdig["true sh"] == SHORT, ended_by_sysdig
