"""`scaptui record` on this kernel: real recordings, read back by scaptui and by sysdig."""

import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

import scaptui as scaptui_package
from tests.recording import ENVIRONMENT, READY, SUMMARY, Recorder
from tests.running import SCAPTUI, Run

pytestmark = [pytest.mark.probe, pytest.mark.xdist_group("record")]


@pytest.fixture(scope="module", autouse=True)
def _can_capture(scaptui: Run) -> None:
    """Skip with the kernel's own words where it refuses."""
    tried = scaptui("record", "-o", "-", "--for", "0.1s", "--events", "1")
    if tried.status == 2:
        pytest.skip(tried.err or "this host cannot capture")


def cat(path: str, times: int = 1) -> None:
    for _ in range(times):
        subprocess.run(["cat", path], stdout=subprocess.DEVNULL, check=True)


def compare(file: str, times: int = 1) -> None:
    """Run a program that writes nothing and has no descriptor of another name than ours."""
    for _ in range(times):
        subprocess.run(["cmp", file, file], check=True)


def rows(scaptui: Run, path: Path, fields: str, text: str = "") -> list[list[str]]:
    result = scaptui("print", path, "--fields", fields, *(["-f", text] if text else []))
    return [line.split("\t") for line in result.lines[1:]]


@pytest.fixture
def server() -> Iterator[str]:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a page of no interest")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("suffix", ["scap", "scap.gz", "scap.zst"])
def test_what_happens_is_in_the_file(
    tmp_path: Path, scaptui: Run, server: str, suffix: str
) -> None:
    file = tmp_path / f"all.{suffix}"
    recorder = Recorder("-o", file)
    helper = recorder.helper
    cat("/etc/hostname")
    assert urlopen(server).read() == b"a page of no interest"
    time.sleep(0.1)
    assert recorder.end(signal.SIGINT) == 0
    ready = READY.fullmatch(recorder.lines[0])
    assert ready is not None
    assert ready.groups() == ("everything", "80", "64")
    assert re.fullmatch(r"stopped   00:00:0\d, interrupted", recorder.lines[-2])
    name, events, _, bytes_, _, state = recorder.summary
    assert (name, state) == (file.name, "complete")
    assert int(bytes_.replace(",", "")) == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = rows(scaptui, file, "proc.name,evt.type,fd.name,evt.res,evt.buffer")
    assert len(shown) == int(events.replace(",", ""))
    assert any(row[:3] == ["cat", "read", "/etc/hostname"] for row in shown)
    port = server.rpartition(":")[2].rstrip("/")
    page = [row for row in shown if row[4].endswith("a page of no interest")]
    assert page
    assert all(row[2].endswith(f"->127.0.0.1:{port}") for row in page)
    # Neither the recorder nor its helper is in it.
    assert not rows(scaptui, file, "evt.num", f"proc.pid in ({recorder.process.pid}, {helper})")


def test_short_processes_have_names_and_ends(tmp_path: Path, scaptui: Run) -> None:
    file = tmp_path / "short.scap.gz"
    recorder = Recorder("-o", file, "proc.name in (true, cat) and evt.type in (execve, procexit)")
    for _ in range(100):
        subprocess.run(["/bin/true"], check=True)
    time.sleep(0.1)
    assert recorder.end() == 0
    shown = rows(scaptui, file, "proc.name,evt.type,evt.dir,proc.exepath,proc.pid")
    assert {row[0] for row in shown} == {"true"}
    executed = {row[4] for row in shown if row[1:3] == ["execve", "<"]}
    ended = {row[4] for row in shown if row[1] == "procexit"}
    assert len(executed) == 100
    assert ended == executed
    assert "calls and names in the kernel" in recorder.lines[0]


@pytest.mark.parametrize(
    ("text", "in_kernel"),
    [
        ("proc.name=cmp", " (names in the kernel)"),
        ("proc.name=cmp and evt.type=read", " (calls and names in the kernel)"),
        ("fd.name=/etc/hostname and proc.name=cmp", " (names in the kernel, the rest here)"),
        ("proc.name=cmp or evt.type=chdir", ""),
        ("user.uid=0 and proc.name=cmp", " (names and users in the kernel)"),
        ("proc.name=cmp and evt.failed=true", " (names in the kernel, the rest here)"),
    ],
)
def test_the_file_holds_what_the_filter_selects_with_its_names(
    tmp_path: Path, scaptui: Run, text: str, in_kernel: str
) -> None:
    everything, file = tmp_path / "all.scap", tmp_path / "some.scap"
    whole, recorder = Recorder("-o", everything), Recorder("-o", file, text)
    compare("/etc/hostname", 3)
    time.sleep(0.3)
    assert recorder.end() == 0
    assert whole.end() == 0
    assert f"capturing {text}{in_kernel}, snaplen" in recorder.lines[0]
    fields = "proc.name,proc.pid,proc.cmdline,proc.pname,evt.type,evt.dir,evt.res,fd.name,user.name"
    of_cmp = " and proc.name=cmp"
    some = rows(scaptui, file, fields, f"({text}){of_cmp}")
    assert some
    assert some == rows(scaptui, everything, fields, f"({text}){of_cmp}")
    assert len(rows(scaptui, file, "evt.num")) == int(recorder.summary[1].replace(",", ""))


# Threads that name themselves, as those of many servers do; one names itself back.
_RENAMING = """
import ctypes, os, sys, threading
def name(text):
    ctypes.CDLL(None).prctl(15, text, 0, 0, 0)
def work(number):
    name(b"worker-%d" % number)
    for _ in range(10):
        os.close(os.open(sys.argv[1], os.O_RDONLY))
threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
name(b"worker-0")
if os.fork() == 0:
    name(b"forked")
    work(7)
    os._exit(0)
os.wait()
os.execlp("sh", "sh", "-c", 'read line < "$0"; exec cat "$0"', sys.argv[1])
"""


@pytest.mark.parametrize("name", ["python3", "worker-0", "sh"])
def test_threads_that_name_themselves_are_in_the_file_under_their_first_name(
    tmp_path: Path, scaptui: Run, name: str
) -> None:
    everything, file = tmp_path / "all.scap", tmp_path / "some.scap"
    read = tmp_path / "read"
    read.write_text("line\n")
    text = f"proc.name={name}"
    whole, recorder = Recorder("-o", everything), Recorder("-o", file, text)
    renaming = subprocess.Popen(["python3", "-c", _RENAMING, read], stdout=subprocess.DEVNULL)
    assert renaming.wait() == 0
    time.sleep(0.3)
    assert recorder.end() == 0
    assert whole.end() == 0
    fields = "proc.name,thread.tid,evt.type,evt.dir,evt.res,fd.name"
    told = f"(fd.name={read} or evt.type in (execve, prctl, procexit))"
    of_file = f"{text} and {told} and (proc.pid={renaming.pid} or proc.ppid={renaming.pid})"
    # Of two threads at once each recording has its own order.
    some = sorted(rows(scaptui, file, fields, of_file))
    assert some
    assert some == sorted(rows(scaptui, everything, fields, of_file))


def test_rotated_files_are_whole_captures_and_the_newest_stay(tmp_path: Path, scaptui: Run) -> None:
    def read_by(size: str, *words: str) -> list[Path]:
        folder = tmp_path / size
        folder.mkdir()
        recorder = Recorder("-o", folder / "r.scap.gz", *words)
        with (tmp_path / "open").open("w") as held:
            for _ in range(60):
                cat("/etc/hostname")
                held.write("x")
                held.flush()
                time.sleep(0.02)
        assert recorder.end() == 0
        return sorted(folder.iterdir())

    files = read_by("by-size", "--max-size", "100k", "--rotate", "2", "--no-env")
    assert len(files) == 2
    assert int(files[0].name[6:10]) > 1
    for file in [*files, *read_by("by-time", "--every", "0.4s", "--rotate", "0")]:
        assert re.fullmatch(r"r\.scap\d{4}\.gz", file.name)
        shown = rows(scaptui, file, "proc.name,fd.name,evt.type,proc.exepath")
        written = [row for row in shown if row[1].endswith("/open") and row[2] == "write"]
        # Opened before the file began, by a process that was there before.
        assert written
        assert all(row[0] not in ("", "<NA>") and row[3].startswith("/") for row in written)


def test_old_sysdig_reads_it_to_the_end(tmp_path: Path, scaptui: Run, sysdig: str) -> None:
    plain = Recorder("-o", tmp_path / "c.scap.gz", "--compat", "0.29")
    some = Recorder(
        "-o", tmp_path / "s.scap.gz", "--compat", "0.29", "proc.name=cat and evt.type!=brk"
    )
    many = Recorder(
        "-o", tmp_path / "m.scap", "--compat", "0.29", "--rotate", "0", "--every", "0.3s"
    )
    for _ in range(10):
        cat("/etc/hostname")
        time.sleep(0.1)
    assert [recorder.end() for recorder in (plain, some, many)] == [0, 0, 0]
    files = sorted(tmp_path.iterdir())
    assert len(files) > 4
    found = dict.fromkeys("csm", "")
    for file in files:
        line = "%evt.type %proc.name %fd.name"
        read = subprocess.run(
            [sysdig, "-r", file, "-p", line, "proc.name=cat and evt.type=read"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (read.returncode, read.stderr) == (0, "")
        found[file.name[0]] += read.stdout
    assert all("read cat /etc/hostname" in lines for lines in found.values())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_loses_nothing(
    tmp_path: Path, scaptui: Run, number: signal.Signals
) -> None:
    file = tmp_path / "signal.scap.zst"
    recorder = Recorder("-o", file)
    cat("/etc/hostname")
    assert recorder.end(number) == 0
    assert recorder.summary[-1] == "complete"
    assert ["cat", "/etc/hostname"] in rows(scaptui, file, "proc.name,fd.name", "evt.type=read")


@pytest.mark.parametrize("suffix", ["scap", "scap.gz", "scap.zst"])
def test_a_sudden_end_loses_at_most_the_last_second(
    tmp_path: Path, scaptui: Run, suffix: str
) -> None:
    file = tmp_path / f"killed.{suffix}"
    recorder = Recorder("-o", file)
    helper = recorder.helper
    time.sleep(0.5)
    cat("/etc/hostname")
    time.sleep(1)
    assert recorder.end(signal.SIGKILL) == -signal.SIGKILL
    assert ["cat", "/etc/hostname"] in rows(scaptui, file, "proc.name,fd.name", "evt.type=read")
    for _ in range(50):  # nobody reads: it ends by itself
        if not Path(f"/proc/{helper}/exe").exists():
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the helper goes on")


def test_the_end_of_the_helper_is_told(tmp_path: Path, scaptui: Run) -> None:
    file = tmp_path / "helper.scap.gz"
    recorder = Recorder("-o", file)
    cat("/etc/hostname")
    time.sleep(0.3)
    os.kill(recorder.helper, signal.SIGKILL)
    assert recorder.end(None) == 2
    assert recorder.lines[-2].endswith("the helper was ended by SIGKILL")
    assert recorder.summary[-1] == "incomplete"
    assert ["cat", "/etc/hostname"] in rows(scaptui, file, "proc.name,fd.name", "evt.type=read")


@pytest.mark.parametrize("suffix", ["scap", "scap.gz", "scap.zst"])
def test_a_full_disk_leaves_a_readable_file(tmp_path: Path, scaptui: Run, suffix: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    size = "size=300k"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(mounted.stderr)
    try:
        file = disk / f"full.{suffix}"
        recorder = Recorder("-o", file, "--snaplen", "2000")
        random = "with open('/dev/urandom', 'rb') as f:\n while True: f.read(2000)"
        busy = subprocess.Popen([sys.executable, "-c", random])
        assert recorder.end(None) == 2
        busy.kill()
        busy.wait()
        assert recorder.lines[-2].endswith("no space left on device")
        _, events, _, bytes_, _, state = SUMMARY.fullmatch(
            recorder.lines[-1].replace("at most ", "")
        ).groups()  # type: ignore[union-attr]
        assert state == "cut"
        assert int(bytes_.replace(",", "")) == file.stat().st_size
        read = rows(scaptui, file, "evt.num")
        assert 100 < len(read) <= int(events.replace(",", ""))
        if suffix == "scap":  # whole blocks, all of which can be read
            assert len(read) == int(events.replace(",", ""))
            assert "note:" not in scaptui("print", file).err
    finally:
        subprocess.run(["umount", disk], check=True)


def test_limits_and_statuses(tmp_path: Path, scaptui: Run) -> None:
    file = tmp_path / "limited.scap"
    by_time = scaptui("record", "-o", file, "--for", "0.5s", "proc.name=nobody")
    assert by_time.status == 1
    assert "time is up" in by_time.err
    assert re.search(
        r"limited\.scap  0 events(?: and [\d,]+ for names)?, [\d,]+ bytes, drops 0, complete",
        by_time.err,
    )
    again = scaptui("record", "-o", file)
    assert (again.status, again.err.splitlines()[0]) == (
        2,
        f"scaptui: '{file}' exists already",
    )
    link = tmp_path / "link.scap"
    link.symlink_to(tmp_path / "aim")
    assert scaptui("record", "-o", link).status == 2
    assert not (tmp_path / "aim").exists()
    assert scaptui("record", "-o", tmp_path / "none" / "x.scap", "--for", "1s").status == 2


def test_standard_output_is_a_file_like_others(scaptui: Run) -> None:
    busy = subprocess.Popen(["/bin/sh", "-c", "while :; do /bin/true; done"])
    try:
        recorded = subprocess.Popen(
            [SCAPTUI, "record", "-o", "-", "--events", "500"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )
        out, err = recorded.communicate(timeout=20)
    finally:
        busy.kill()
        busy.wait()
    assert recorded.returncode == 0
    assert b"standard output  500 events, " in err
    printed = scaptui("print", "-", "--fields", "evt.num", stdin=out)
    assert len(printed.lines) == 501


@pytest.fixture
def ordinary_user() -> Iterator[str]:
    """A user who may use sudo without a password, with a copy of the program on the search path."""
    if os.geteuid() != 0:
        pytest.skip("needs root to add a user")
    if shutil.which("sudo") is None or shutil.which("useradd") is None:
        assert not os.environ.get("CI"), "CI installs sudo"
        pytest.skip("sudo is not installed")
    name = f"scaptui-{os.getpid()}"
    rule = Path("/etc/sudoers.d") / name
    subprocess.run(["useradd", "--no-create-home", name], check=True)
    try:
        rule.write_text(f"{name} ALL=(ALL) NOPASSWD: ALL\n")
        rule.chmod(0o440)
        yield name
    finally:
        rule.unlink(missing_ok=True)
        subprocess.run(["userdel", name], check=True)


@pytest.fixture
def for_anyone() -> Iterator[str]:
    """The program with an interpreter that any user can reach."""
    packages = [str(Path(module.__file__ or "").parents[1]) for module in (scaptui_package, psutil)]
    python = Path("/usr/bin/python3")
    if not python.exists() or not all(reachable(path) for path in [*map(Path, packages), SCAPTUI]):
        pytest.skip("other users cannot reach the program")
    launcher = Path(f"/tmp/scaptui-for-anyone-{os.getpid()}")
    launcher.write_text(
        f"#!{python}\nimport os, sys\nsys.path[:0] = {packages!r}\n"
        f"os.environ['PATH'] += ':{SCAPTUI.parent}'\nfrom scaptui.__main__ import run\nrun()\n"
    )
    launcher.chmod(0o755)
    yield str(launcher)
    launcher.unlink()


def reachable(path: str | Path) -> bool:
    """Whether any user may look at what lies there."""
    return all(folder.stat().st_mode & 0o001 for folder in Path(path).absolute().parents)


@pytest.mark.parametrize("through", ["sudo scaptui", "scaptui"])
def test_nothing_but_the_helper_is_root(
    scaptui: Run, ordinary_user: str, for_anyone: str, through: str
) -> None:
    user = pwd.getpwnam(ordinary_user)
    folder = Path(f"/tmp/{ordinary_user}-{through.partition(' ')[0]}")
    folder.mkdir()
    try:
        os.chown(folder, user.pw_uid, user.pw_gid)
        sudo = ("sudo",) if through.startswith("sudo") else ()
        as_user = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups")
        file = folder / "user.scap.gz"
        recorder = Recorder("-o", file, program=(*as_user, *sudo, for_anyone))
        processes = {
            path.parent.name: (path.parent / "status").read_text()
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if str(file).encode() in path.read_bytes()
        }
        ours = [
            status
            for status in processes.values()
            if not status.startswith(("Name:\tsudo", "Name:\tsetpriv"))
        ]
        assert len(ours) == 1
        ids = re.search(r"Uid:\t(.*)\nGid:\t(.*)\nFD.*\nGroups:\t(.*)\n", ours[0])
        assert ids is not None
        assert set(ids[1].split()) == {str(user.pw_uid)}
        assert set(ids[2].split()) == {str(user.pw_gid)}
        assert set(ids[3].split()) <= {str(user.pw_gid)}
        assert re.search(r"CapPrm:\t0{16}\n", ours[0])
        cat("/etc/hostname")
        time.sleep(0.2)
        # To sudo and through it.
        assert recorder.end(signal.SIGTERM) == 0
        facts = file.stat()
        assert (facts.st_uid, facts.st_gid) == (user.pw_uid, user.pw_gid)
        assert stat.S_IMODE(facts.st_mode) == 0o600
        read = rows(scaptui, file, "proc.name,fd.name", "evt.type=read")
        assert ["cat", "/etc/hostname"] in read
    finally:
        shutil.rmtree(folder)


def test_what_is_no_filter_and_what_is_too_small_is_refused(tmp_path: Path, scaptui: Run) -> None:
    file = tmp_path / "none.scap"
    said = scaptui("record", "-o", file, "--", "./work.sh")
    assert "record runs no command, and './work.sh' is no filter" in said.err
    assert "hint: scaptui live -w FILE -- COMMAND" in said.err
    said = scaptui("record", "-o", file, "--buffer", "10")
    assert "'10' is too small for buffers, 1M is the least" in said.err
    assert not file.exists()


def test_files_that_have_to_be_larger_than_they_were_to_be_are_told_of(
    tmp_path: Path, scaptui: Run
) -> None:
    file = tmp_path / "small.scap"
    said = scaptui("record", "-o", file, "--max-size", "10k", "--for", "3500ms")
    assert said.status == 0
    assert "note: files become larger than the 10,240 bytes of --max-size" in said.err
    assert file.stat().st_size > 10_240


def test_a_process_is_recorded_with_what_it_starts(tmp_path: Path, scaptui: Run) -> None:
    file = tmp_path / "one.scap"
    shell = subprocess.Popen(["/bin/sh"], stdin=subprocess.PIPE, text=True)
    assert shell.stdin is not None
    with subprocess.Popen(["sleep", "0.1"]) as short:
        both = [word for pid in (shell.pid, short.pid) for word in ("--pid", str(pid))]
        recorder = Recorder("-o", file, *both)
    said = f"capturing everything of processes {shell.pid},{short.pid} and what they start,"
    assert said in recorder.lines[0]
    recorder.wait_for(f"process {short.pid} has ended; what it started is recorded on")
    cat("/etc/hostname")
    shell.stdin.write("(sh -c 'cat /etc/passwd; exit 3') >/dev/null\n")
    shell.stdin.close()
    assert shell.wait() == 3
    time.sleep(0.1)
    assert recorder.end() == 0
    shown = rows(scaptui, file, "proc.name,evt.type,fd.name,proc.cmdline")
    assert {row[0] for row in shown} - {"sleep"} == {"sh", "cat"}
    assert any(row[2] == "/etc/passwd" for row in shown)
    assert not any(row[2] == "/etc/hostname" for row in shown)
    refused = scaptui("record", "-o", tmp_path / "none.scap", "--pid", "4194305")
    assert (refused.status, "there is no process 4194305" in refused.err) == (2, True)


def test_a_control_group_is_recorded_with_those_in_it(tmp_path: Path, scaptui: Run) -> None:
    top = [Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified")]
    unified = [path for path in top if (path / "cgroup.controllers").exists()]
    if not unified:
        pytest.skip("there is no unified hierarchy of control groups")
    group = unified[0] / f"scaptui-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(str(error))
    below = group / "below"
    try:
        below.mkdir()
        file = tmp_path / "group.scap"
        path = f"/{group.relative_to('/sys/fs/cgroup')}"
        recorder = Recorder("-o", file, "--cgroup", path)
        assert f"capturing everything of control group {path}," in recorder.lines[0]
        cat("/etc/hostname")
        script = f"echo $$ > {below}/cgroup.procs; cat /etc/passwd"
        subprocess.run(["/bin/sh", "-c", script], stdout=subprocess.DEVNULL, check=True)
        time.sleep(0.1)
        assert recorder.end() == 0
        assert ["cat", "/etc/passwd"] in rows(scaptui, file, "proc.name,fd.name")
        assert not rows(scaptui, file, "evt.num", "fd.name=/etc/hostname")
    finally:
        below.rmdir()
        group.rmdir()
    refused = scaptui("record", "-o", tmp_path / "none.scap", "--cgroup", "/no/such/group")
    assert refused.status == 2
    assert "there is no control group '/no/such/group'" in refused.err
