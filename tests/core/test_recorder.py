"""What the core's recorder writes is what came, or what a filter selects of it."""

import gzip
import os
import stat
from pathlib import Path

import pytest

from scaptui._core import Capture, CoreError, Filter, Recorded, Recorder, Slice
from scaptui.capture.opening import compile_filter
from scaptui.filter.core import understood
from scaptui.filter.wire import wire
from tests.running import Run

FIELDS = (
    "evt.time,evt.cpu,proc.name,proc.pid,thread.tid,proc.cmdline,proc.pname,proc.exepath,proc.cwd,"
    "proc.env,user.name,container.id,proc.aname[2],proc.sid,proc.vpid,proc.tty,fd.name,fd.type,"
    "fd.sport,fd.cip,evt.type,evt.dir,evt.args,evt.res,evt.failed,thread.cgroups"
)


def compiled(text: str) -> Filter:
    return compile_filter(wire(understood(text).expression))


def record(
    source: Path,
    folder: Path,
    text: str = "",
    *,
    suffix: str = "scap",
    max_bytes: int | None = None,
    max_events: int | None = None,
    rotates: bool = False,
) -> tuple[list[Path], Recorded]:
    packing = {"gz": "gzip", "zst": "zstd"}.get(suffix.rpartition(".")[2], "none")
    descriptor = os.open(source, os.O_RDONLY)
    recorder = Recorder(
        descriptor,
        packing,  # type: ignore[arg-type]
        compiled(text) if text else None,
        rotates=rotates,
        max_events=max_events,
        old_kinds=False,
    )
    os.close(descriptor)
    files: list[Path] = []

    def begin() -> None:
        files.append(folder / f"{len(files)}.{suffix}")
        recorder.begin(str(files[-1]), max_bytes=max_bytes, max_seconds=None)

    begin()
    now = recorder.step(1000)
    while now.state == "running" or (now.state == "full" and rotates):
        if now.state == "full":
            begin()
        now = recorder.step(1000)
    last = now.state
    now = recorder.finish()
    assert now.state == last
    return files, now


def printed(scaptui: Run, path: Path, text: str = "", fields: str = FIELDS) -> list[str]:
    result = scaptui("print", path, "--fields", fields, *(["-f", text] if text else []))
    assert "note:" not in result.err
    return result.lines[1:]


@pytest.mark.parametrize("suffix", ["scap", "scap.gz", "scap.zst"])
def test_all_events_are_written_as_they_came(
    plain_crashloop: Path, tmp_path: Path, scaptui: Run, suffix: str
) -> None:
    [file], now = record(plain_crashloop, tmp_path, suffix=suffix)
    assert now.state == "ended"
    assert now.bytes == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_bytes()
    if suffix == "scap.gz":
        written = gzip.decompress(written)
    if suffix == "scap.zst":
        assert printed(scaptui, file) == printed(scaptui, plain_crashloop)
    else:
        assert written == plain_crashloop.read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "proc.name=nginx",
        "evt.type=read",
        "evt.failed=true",
        "fd.name contains nginx",
        "evt.type=openat and evt.dir=<",
        "container.id!=host",
        "fd.type=ipv4",
        "evt.buffer contains nginx",
        "evt.latency>100000",
        "proc.name=nobody",
    ],
)
def test_names_are_right_when_other_events_are_dropped(
    plain_crashloop: Path, tmp_path: Path, scaptui: Run, text: str
) -> None:
    [file], now = record(plain_crashloop, tmp_path, text)
    fields = FIELDS + ",evt.latency"
    selected = printed(scaptui, plain_crashloop, text, fields)
    assert printed(scaptui, file, "", fields) == selected
    assert now.events == len(selected)
    assert now.bytes < plain_crashloop.stat().st_size


def test_each_file_of_a_row_is_whole_by_itself(
    plain_crashloop: Path, tmp_path: Path, scaptui: Run
) -> None:
    files, now = record(plain_crashloop, tmp_path, rotates=True, max_bytes=60_000)
    assert len(files) > 3
    assert all(file.stat().st_size <= 60_000 for file in files)
    assert now.bytes == sum(file.stat().st_size for file in files)
    fields = FIELDS + ",evt.latency"
    rows = [row.split("\t") for file in files for row in printed(scaptui, file, "", fields)]
    whole = [row.split("\t") for row in printed(scaptui, plain_crashloop, "", fields)]
    assert len(rows) == len(whole)
    name, call = (fields.split(",").index(f) for f in ("fd.name", "evt.type"))
    for row, expected in zip(rows, whole, strict=True):
        # Whether a mapped file is the call's descriptor readers learn from later events.
        if row[call] == "mmap":
            row[name] = expected[name] = ""
    assert rows == whole


@pytest.mark.parametrize("suffix", ["scap", "scap.gz", "scap.zst"])
def test_a_file_grows_to_its_limit_and_no_further(
    plain_crashloop: Path, tmp_path: Path, scaptui: Run, suffix: str
) -> None:
    most = 200_000 if suffix == "scap" else 15_000
    [file], now = record(plain_crashloop, tmp_path, suffix=suffix, max_bytes=most)
    assert now.state == "full"
    assert most * 0.9 < file.stat().st_size <= most
    rows = printed(scaptui, file)
    assert rows == printed(scaptui, plain_crashloop)[: len(rows)]
    assert (
        now.events - len(rows) == 1
    )  # an event that tells of a container at the head is not shown


@pytest.mark.parametrize("text", ["", "evt.type=read"])
def test_so_many_events_as_were_asked_for(
    plain_crashloop: Path, tmp_path: Path, scaptui: Run, text: str
) -> None:
    [file], now = record(plain_crashloop, tmp_path, text, max_events=100)
    assert (now.state, now.events) == ("enough", 100)
    rows = printed(scaptui, file)
    assert rows == printed(scaptui, plain_crashloop, text)[: len(rows)]
    # Readers do not show the first event without a filter, which tells of a container.
    assert len(rows) == (100 if text else 99)


def test_a_stream_that_is_no_capture_is_not_taken_for_one(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"sudo: a password is required\n" * 10)
    _, now = record(source, tmp_path)
    assert now.state == "no capture"


def test_nothing_is_written_over_or_through_a_link(plain_crashloop: Path, tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    (tmp_path / "0.scap").symlink_to(aim)
    with pytest.raises(FileExistsError):
        record(plain_crashloop, tmp_path)
    assert not aim.exists()


def test_a_packing_that_there_is_not_is_refused(crashloop: Path, tmp_path: Path) -> None:
    wrong = "bz"
    out = tmp_path / "out.scap"
    with crashloop.open("rb") as source, pytest.raises(CoreError) as refused:
        Recorder(
            source.fileno(),
            wrong,  # type: ignore[arg-type]
            None,
            rotates=False,
            max_events=None,
            old_kinds=False,
        )
    assert refused.value.args == ('there is no packing called "bz"', "use none, gzip or zstd")
    with pytest.raises(CoreError, match="no packing"):
        Slice(Capture([str(crashloop)]), None, str(out), packing=wrong)  # type: ignore[arg-type]
    assert not out.exists()
