"""The likely cause of a run's end, for a loop made with each cause."""

from pathlib import Path

import pytest

from scaptui.demo.encoding import inet_address, inet_tuple
from scaptui.demo.process import AT_FDCWD
from scaptui.views.crash_causes import KILLED, RULES
from scaptui.views.crashes import Cause
from tests.core.building import Building
from tests.views.crash_loops import SUPERVISOR, Work, end, fails_to_open, found, host_loop, says

ROOT = Path(__file__).parents[2]
FAILED = 1 << 8
SERVER = ("10.0.0.9", 5432)


def command_is_missing(building: Building, pid: int) -> None:
    for folder in ("/usr/local/bin", "/usr/bin", "/bin"):
        building.exit(pid, "execve", res=-2, exe="srv", filename=f"{folder}/srv", tid=pid, pid=pid)
    says(building, pid, "app: exec: srv: not found\n")


def memory_is_refused(building: Building, pid: int) -> None:
    building.exit(pid, "mmap", res=-12)
    says(building, pid, "fatal: Cannot allocate memory\n")


def address_is_used(building: Building, pid: int) -> None:
    building.exit(pid, "socket", fd=3, domain=2, type=1)
    building.exit(pid, "bind", res=-98, addr=inet_address("0.0.0.0", 8080), fd=3)
    says(building, pid, "listen tcp :8080: bind: address already in use\n")


def library_is_missing(building: Building, pid: int) -> None:
    for folder in ("/lib", "/usr/lib"):
        fails_to_open(building, pid, f"{folder}/libpq.so.5")
    says(building, pid, "app: error while loading shared libraries: libpq.so.5: cannot open\n")


def library_is_missing_in_silence(building: Building, pid: int) -> None:
    fails_to_open(building, pid, "/usr/lib/libpq.so.5")
    says(building, pid, "/a/path/so/long/that/what/comes/behind/it/was/cut/by/the/recorder\n")


def library_is_found_later(building: Building, pid: int) -> None:
    fails_to_open(building, pid, "/opt/lib/libc.so.6")
    fails_to_open(building, pid, "/opt/app/start.conf")


def file_is_missing(building: Building, pid: int) -> None:
    fails_to_open(building, pid, "/etc/app/tls.key")
    says(building, pid, "app: /etc/app/tls.key: No such file or directory\n")


def file_is_forbidden(building: Building, pid: int) -> None:
    fails_to_open(building, pid, "/etc/app/secret", 13)
    says(building, pid, "cannot read secret: Permission denied\n")


def server_is_away(building: Building, pid: int) -> None:
    building.exit(pid, "socket", fd=3, domain=2, type=1)
    building.exit(
        pid, "connect", res=-111, fd=3, addr=inet_address(*SERVER),
        tuple=inet_tuple(("10.0.0.1", 40_000), SERVER),
    )  # fmt: skip
    says(building, pid, "db on port 5432: Connection refused\n")


def resolver_is_away(building: Building, pid: int) -> None:
    says(building, pid, "curl: (6) Could not resolve host: api\n")


def disk_is_full(building: Building, pid: int) -> None:
    building.exit(pid, "openat", fd=3, dirfd=AT_FDCWD, name="/data/journal", flags=2)
    building.exit(pid, "write", res=-28, fd=3, size=4, data=b"")
    says(building, pid, "journal: No space left on device\n")


def disk_is_read_only(building: Building, pid: int) -> None:
    building.exit(pid, "mkdir", res=-30, path="/data/cache")
    says(building, pid, "mkdir /data/cache: Read-only file system\n")


def files_are_too_many(building: Building, pid: int) -> None:
    building.exit(pid, "socket", fd=-24, domain=2, type=1)
    says(building, pid, "socket: Too many open files\n")


def nothing(building: Building, pid: int) -> None:
    building.exit(pid, "close", res=0, fd=3)


def is_killed_from_outside(building: Building, pid: int) -> None:
    building.exit(1, "kill", res=0, pid=pid, sig=9)


def is_asked_to_end(building: Building, pid: int) -> None:
    building.exit(1, "kill", res=0, pid=pid, sig=15)


def complains(building: Building, pid: int) -> None:
    says(building, pid, "panic: index out of range\n")


def child_is_killed(building: Building, pid: int) -> None:
    building.clone(pid, pid + 1, "worker")
    end(building, pid + 1, 11)


def cause_of(path: Path, work: Work, status: int = FAILED) -> Cause:
    """The one cause of a program whose runs end so."""
    (program,) = found(host_loop(path, work, status, status, status)).programs
    assert len(program.runs) == 3
    (cause,) = program.causes
    return cause


@pytest.mark.parametrize(
    ("work", "status", "rule", "about", "error", "certainty"),
    [
        (command_is_missing, 127 << 8, "exec failed", b"srv", "ENOENT", "stderr says so"),
        (memory_is_refused, FAILED, "out of memory", b"", "ENOMEM", "stderr says so"),
        (address_is_used, FAILED, "address in use", b"0.0.0.0:8080", "EADDRINUSE",
         "stderr says so"),
        (library_is_missing, 127 << 8, "missing library", b"/usr/lib/libpq.so.5", "ENOENT",
         "stderr says so"),
        (library_is_missing_in_silence, 127 << 8, "missing library", b"/usr/lib/libpq.so.5",
         "ENOENT", "exit status says so"),
        (library_is_found_later, 127 << 8, "missing file", b"/opt/app/start.conf", "ENOENT",
         "likely"),
        (file_is_missing, FAILED, "missing file", b"/etc/app/tls.key", "ENOENT", "stderr says so"),
        (file_is_forbidden, FAILED, "permission", b"/etc/app/secret", "EACCES", "stderr says so"),
        (server_is_away, FAILED, "connection", b"10.0.0.9:5432", "ECONNREFUSED", "stderr says so"),
        (resolver_is_away, FAILED, "name lookup", b"curl: (6) Could not resolve host: api", "",
         "stderr says so"),
        (disk_is_full, FAILED, "disk full", b"/data/journal", "ENOSPC", "stderr says so"),
        (disk_is_read_only, FAILED, "read-only", b"/data/cache", "EROFS", "stderr says so"),
        (files_are_too_many, FAILED, "too many files", b"", "EMFILE", "stderr says so"),
        (is_killed_from_outside, 9, KILLED, b"systemd 1", "", "exit status says so"),
        (is_asked_to_end, 143 << 8, KILLED, b"systemd 1", "", "exit status says so"),
        (nothing, 9, "out of memory", b"", "", "likely"),
        (nothing, 11, KILLED, b"", "", "exit status says so"),
        (child_is_killed, 139 << 8, KILLED, b"", "", "exit status says so"),
        (complains, 512, "last words", b"panic: index out of range", "", "likely"),
        (nothing, FAILED, "unknown", b"", "", "unknown"),
    ],
)  # fmt: skip
def test_the_cause_is_found(
    work: Work, status: int, rule: str, about: bytes, error: str, certainty: str, tmp_path: Path
) -> None:
    cause = cause_of(tmp_path / "loop.scap", work, status)
    assert (cause.rule, cause.error, cause.certainty) == (rule, error, certainty)
    if work is not child_is_killed:
        assert cause.about == about


def test_the_evidence_is_the_failure_what_was_said_and_the_end(tmp_path: Path) -> None:
    (program,) = found(host_loop(tmp_path / "loop.scap", file_is_missing, FAILED, FAILED)).programs
    for run in program.runs:
        assert run.cause is not None
        assert run.exit is not None
        (failure,) = run.failures
        (line,) = run.said
        assert run.cause.events == (failure.event, line.event, run.exit.event)


def test_a_failure_that_programs_live_with_is_no_cause(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        building.clone(pid, pid + 1, "helper")
        fails_to_open(building, pid + 1, "/etc/tolerated.conf")
        end(building, pid + 1, 0)

    assert cause_of(tmp_path / "loop.scap", work).rule == "unknown"


def test_what_was_only_looked_for_is_no_cause_unless_it_is_named(tmp_path: Path) -> None:
    def looks(building: Building, pid: int) -> None:
        building.exit(pid, "stat", res=-2, path="/etc/optional")

    def tells(building: Building, pid: int) -> None:
        looks(building, pid)
        says(building, pid, "where is /etc/optional?\n")

    assert cause_of(tmp_path / "looks.scap", looks).rule == "unknown"
    assert cause_of(tmp_path / "tells.scap", tells).about == b"/etc/optional"


def test_a_failure_that_also_a_run_has_that_ends_well_is_no_cause(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        fails_to_open(building, pid, "/etc/optional")

    assert cause_of(tmp_path / "loop.scap", work).about == b"/etc/optional"
    (program,) = found(host_loop(tmp_path / "mixed.scap", work, FAILED, 0, FAILED)).programs
    first, well, last = (run.cause.rule for run in program.runs if run.cause)
    assert (first, well, last) == ("unknown", "normal exit", "unknown")


def test_a_search_through_path_that_succeeds_is_no_cause(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        building.exit(pid, "execve", res=-2, exe="srv", filename="/usr/bin/srv", tid=pid, pid=pid)
        building.exit(
            pid, "execve", res=0, exe="srv", comm="app", filename="/bin/srv", tid=pid, pid=pid,
            args=["--serve"],
        )  # fmt: skip

    assert cause_of(tmp_path / "loop.scap", work).rule == "unknown"


def test_of_two_missing_files_the_one_near_the_end_is_the_cause(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        fails_to_open(building, pid, "/config/app.yaml")
        says(building, pid, "/config/app.yaml: No such file or directory\n")
        building.now += 10**9
        fails_to_open(building, pid, "/data/db.sqlite")
        says(building, pid, "/data/db.sqlite: No such file or directory\n")

    assert cause_of(tmp_path / "loop.scap", work).about == b"/data/db.sqlite"


def test_a_line_written_in_pieces_is_one_line(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        for piece in ("app: ", "/etc/x", ": No such file", "\n"):
            says(building, pid, piece)

    (program,) = found(host_loop(tmp_path / "loop.scap", work, FAILED, FAILED)).programs
    assert [line.about for line in program.runs[0].said] == [b"app: /etc/x: No such file"]


def test_what_stderr_was_duplicated_to_is_stderr_until_it_is_put_back(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        says(building, pid, "before\n", fd=1)
        building.exit(pid, "dup2", res=1, oldfd=2, newfd=1)
        says(building, pid, "meanwhile\n", fd=1)
        building.exit(pid, "dup2", res=1, oldfd=10, newfd=1)
        says(building, pid, "after\n", fd=1)

    (program,) = found(host_loop(tmp_path / "loop.scap", work, FAILED, FAILED)).programs
    told = [(line.call, line.about) for line in program.runs[0].said]
    assert told == [("stdout", b"before"), ("stderr", b"meanwhile"), ("stdout", b"after")]


def test_a_supervisor_that_kills_is_named(tmp_path: Path) -> None:
    def work(building: Building, pid: int) -> None:
        building.exit(SUPERVISOR, "kill", res=0, pid=pid, sig=15)

    cause = cause_of(tmp_path / "loop.scap", work, 15)
    assert (cause.verb, cause.about) == ("killed by SIGTERM from", b"supervisord 100")


def test_each_rule_is_told_in_the_documentation() -> None:
    text = (ROOT / "docs" / "crashes.md").read_text()
    for rule in RULES:
        assert f"| {rule.name} |" in text
