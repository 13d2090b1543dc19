"""Slices of captures that the suite makes, and of a recording of our own helper."""

import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui.capture.slicing import ENDED, Slicing, Wanted, is_read
from scaptui.errors import Refused
from tests.core.asking import column, opened
from tests.core.building import THREAD, Building
from tests.core.odd import ODD
from tests.differential.peer import asks
from tests.differential.stories import STORIES
from tests.slices.cutting import RandomFilters, cut, lossless, rows, unlike

Told = Callable[[str], Path]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ODD)
def test_odd_captures_are_cut_without_loss(tmp_path: Path, name: str) -> None:
    source = ODD[name](tmp_path / "odd.scap")
    lossless(source, "", tmp_path / "whole.scap")
    lossless(source, "evt.is_io=true", tmp_path / "io.scap.gz")
    last = max(column(opened(source), "evt.num"), default=1)
    lossless(source, f"evt.num>={last}", tmp_path / "last.scap")


@pytest.mark.parametrize("story", STORIES)
def test_stories_of_old_recorders_are_cut_without_loss(
    told: Told, sysdig: str, tmp_path: Path, story: str
) -> None:
    source, path = told(story), tmp_path / "slice.scap"
    capture = opened(source)
    filters = RandomFilters(capture, seed=3)
    for text in [filters.one() for _ in range(6)]:
        if lossless(source, text, path).events:
            assert asks(sysdig, path, ("evt.rawtime", "proc.name", "thread.tid"))


def test_a_recording_of_the_helper_is_cut_without_loss(
    bundled: Path, sysdig: str, tmp_path: Path
) -> None:
    capture, path = opened(bundled), tmp_path / "slice.scap"
    filters = RandomFilters(capture, seed=5)
    for text in [filters.one() for _ in range(8)]:
        report = cut(capture, text, path)
        assert report.compared is None or report.compared.equal == report.events, text
    report = cut(capture, "evt.type in (openat,read,write,connect)", path, compat=True)
    assert report.compared is not None
    assert report.compared.same_names == report.events
    said = asks(sysdig, path, ("evt.type", "fd.name", "proc.name"))
    assert len(said) == report.events


def test_the_names_are_those_of_the_moment(building: Building, tmp_path: Path) -> None:
    """What was renamed, closed and opened between two events of a slice happens in it, too."""
    building.process(7, "sh")
    building.descriptor(7, 3, "file", "/etc/first")
    building.call(7, "read", res=1, fd=3, size=1)
    building.call(7, "close", fd=3)
    building.call(7, "openat", fd=3, name="/etc/second", dirfd=-100)
    building.call(7, "read", res=1, fd=3, size=1)
    source, path = building.close(), tmp_path / "slice.scap"
    report = lossless(source, "evt.type=read", path)
    assert report.events == len(column(opened(path), "fd.name"))
    names = [name for name in column(opened(path), "fd.name", "evt.dir='<'") if name]
    assert names == ["/etc/first", "/etc/second"]


def test_when_a_process_was_started_is_known_in_a_slice(building: Building, tmp_path: Path) -> None:
    building.process(7, "sh")
    building.clone(7, 8, "child")
    for _ in range(5):
        building.other_call(8, "getpid")
    source, path = building.close(), tmp_path / "slice.scap"
    last = max(column(opened(source), "evt.num"))
    lossless(source, f"evt.num={last}", path)
    assert column(opened(path), "proc.duration") == column(
        opened(source), "proc.duration", f"evt.num={last}"
    )
    assert column(opened(path), "proc.duration")[0] is not None


def test_only_what_is_needed_is_there(building: Building, tmp_path: Path) -> None:
    building.user(0, "root")
    building.user(1000, "nobody-asks")
    building.process(1, "init", env=["INIT_SECRET=1"])
    building.process(7, "sh", env=["OWN=1"])
    building.process(9, "stranger", args=["--password=hunter2"])
    building.thread(10, 9, "stranger-thread", flags=THREAD)
    building.call(9, "read", res=1, fd=0, size=1)
    building.call(7, "read", res=1, fd=0, size=1)
    source, path = building.close(), tmp_path / "slice.scap"
    report = lossless(source, "proc.pid=7", path)
    data = path.read_bytes()
    assert report.processes == 2
    assert b"OWN=1" in data
    assert b"INIT_SECRET" in data  # an ancestor's environment is a field of its own
    for secret in (b"stranger", b"hunter2", b"nobody-asks"):
        assert secret not in data


def test_scrubbed_the_environment_of_ancestors_is_gone(building: Building, tmp_path: Path) -> None:
    building.process(1, "init", env=["INIT_SECRET=1"])
    building.process(5, "leader", env=["LEADER=1"])
    building.process(7, "sh", env=["OWN=1"], sid=5)
    building.call(7, "read", res=1, fd=0, size=1)
    source, path = building.close(), tmp_path / "slice.scap"
    assert cut(opened(source), "proc.pid=7", path).processes == 3
    report = cut(opened(source), "proc.pid=7", path, scrub=True)
    data = path.read_bytes()
    assert report.processes == 2
    assert b"OWN=1" in data
    assert b"INIT_SECRET" not in data
    assert b"leader" not in data
    compared = report.compared
    assert compared is not None
    assert (compared.lost, compared.changed) == (0, 0)
    assert compared.left_out == report.events


def test_scrubbed_the_arguments_of_ancestors_are_gone(building: Building, tmp_path: Path) -> None:
    """Also those of programs that an ancestor executes while the slice lasts."""
    building.process(1, "init", args=["--token", "listed-secret"])
    building.process(7, "sh", args=["own"], ptid=1)
    building.call(7, "read", res=1, fd=0, size=1)
    building.exit(
        1, "execve", res=0, exe="after", comm="after", tid=1, pid=1,
        args=["argv-secret"], env=["A=env-secret"],
    )  # fmt: skip
    building.call(7, "read", res=1, fd=0, size=1)
    source, path = building.close(), tmp_path / "slice.scap"
    whole, secrets = tmp_path / "whole.scap", (b"listed-secret", b"argv-secret", b"env-secret")
    cut(opened(source), "proc.pid=7", whole)
    report = cut(opened(source), "proc.pid=7", path, scrub=True)
    assert all(secret in whole.read_bytes() for secret in secrets)
    assert not any(secret in path.read_bytes() for secret in secrets)
    assert set(column(opened(path), "proc.cmdline")) == {"sh own"}
    assert column(opened(path), "proc.pname", "evt.dir='<'") == ["init", "after"]
    assert report.compared is not None
    assert report.compared.equal + report.compared.left_out == report.events
    assert report.compared.same_names == report.events


def test_what_is_to_be_blanked_is_nowhere_in_the_file(building: Building, tmp_path: Path) -> None:
    secret = b"hunter2"
    building.process(1, "init", env=["A=hunter2"])
    building.process(7, "sh", args=["--password", "hunter2"], cwd="/home/hunter2")
    building.descriptor(7, 3, "file", "/tmp/hunter2.txt")
    building.call(7, "write", res=15, fd=3, size=15, data=b"password=hunter2")
    building.call(7, "openat", fd=4, name="/home/hunter2/x", dirfd=-100)
    building.call(7, "read", res=1, fd=4, size=1, data=b"x")
    source, path = building.close(), tmp_path / "slice.scap"
    assert secret in source.read_bytes()
    report = cut(opened(source), "", path, redact="hunter[0-9]")
    assert secret not in path.read_bytes()
    assert "/tmp/*******.txt" in column(opened(path), "fd.name")
    assert column(opened(path), "evt.buffer", "evt.type=write and evt.dir='<'") == [
        "password=*******"
    ]
    assert report.compared is not None
    assert report.compared.lost == 0
    assert report.compared.equal + report.compared.left_out == report.events


def test_payload_can_be_left_out_at_its_length(building: Building, tmp_path: Path) -> None:
    building.process(7, "sh")
    building.call(7, "write", res=6, fd=1, size=6, data=b"secret")
    source, path = building.close(), tmp_path / "slice.scap"
    cut(opened(source), "", path, without_payload=True)
    assert b"secret" not in path.read_bytes()
    assert column(opened(path), "evt.buffer", "evt.dir='<'") == ["******"]


def test_around_takes_what_happened_near(building: Building, tmp_path: Path) -> None:
    building.process(7, "sh")
    for at in range(20):
        building.call(7, "read" if at != 10 else "write", res=1, fd=0, size=1)
    source, path = building.close(), tmp_path / "slice.scap"
    capture = opened(source)
    hit = column(capture, "evt.num", "evt.type=write and evt.dir='<'")
    text = f"evt.num={hit[0]}"
    assert cut(capture, text, path, around_events=3).events == 7
    near = cut(capture, text, path, around_ns=2_000)
    times = column(opened(path), "evt.rawtime")
    assert near.events == len(times) == 5
    assert max(times) - min(times) == 4_000


def test_from_one_event_to_another(building: Building, tmp_path: Path) -> None:
    building.process(7, "sh")
    for _ in range(10):
        building.call(7, "read", res=1, fd=0, size=1)
    source, path = building.close(), tmp_path / "slice.scap"
    capture = opened(source)
    numbers = column(capture, "evt.num")
    report = cut(capture, "", path, first=numbers[3], last=numbers[6])
    assert report.events == 4
    times = column(capture, "evt.rawtime")
    report = cut(capture, "", path, times=(times[2], times[5]))
    assert column(opened(path), "evt.rawtime") == times[2:6]


def test_the_file_is_its_owners_and_never_half_there(crashloop: Path, tmp_path: Path) -> None:
    path = tmp_path / "slice.scap.gz"
    cut(opened(crashloop), "proc.name=nginx", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == ["slice.scap.gz"]
    assert path.read_bytes()[:2] == b"\x1f\x8b"


def test_a_file_that_exists_stays_unless_it_is_to_go(crashloop: Path, tmp_path: Path) -> None:
    path = tmp_path / "slice.scap"
    path.write_bytes(b"precious")
    slicing = Slicing(opened(crashloop), Wanted(), str(path))
    while slicing.progress[0] not in ENDED:
        time.sleep(0.002)
    with pytest.raises(Refused, match="exists already"):
        slicing.report()
    assert path.read_bytes() == b"precious"
    assert names_in(tmp_path) == ["slice.scap"]


def test_what_is_called_off_leaves_nothing_behind(crashloop: Path, tmp_path: Path) -> None:
    slicing = Slicing(opened(crashloop), Wanted(), str(tmp_path / "slice.scap"))
    slicing.call_off()
    while slicing.progress[0] not in ENDED:
        time.sleep(0.002)
    if slicing.progress[0] == "called off":
        left = [name for name in names_in(tmp_path) if name != "slice.scap"]
        assert not left


def test_no_event_makes_no_file(crashloop: Path, tmp_path: Path) -> None:
    report = cut(opened(crashloop), "proc.name=nobody", tmp_path / "slice.scap")
    assert (report.events, report.compared) == (0, None)
    assert not names_in(tmp_path)


def test_the_capture_that_is_read_is_known_by_any_name(crashloop: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.scap"
    link.symlink_to(crashloop)
    assert is_read(str(link), [str(crashloop)])
    assert not is_read(str(tmp_path / "other.scap"), [str(crashloop)])


def test_slices_of_slices_have_every_field(crashloop: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.scap.zst", tmp_path / "second.scap"
    lossless(crashloop, "container.id!=host", first)
    lossless(first, "evt.failed=true", second)
    text = "container.id!=host and evt.failed=true"
    assert not unlike(rows(opened(crashloop), text), rows(opened(second)))
