"""Files: empty, packed, one after another, and still growing."""

import gzip
import json
from pathlib import Path

import pytest

from scaptui._core import Capture
from tests.core.asking import PATIENCE_MS, column, lines, numbers, opened, printed, tree
from tests.core.building import START, Building
from tests.running import Run


def test_a_capture_without_events_is_read(building: Building) -> None:
    building.process(7, "sleep")
    capture = opened(building.close())
    assert printed(capture, "%evt.num") == b""
    assert (capture.progress().events, capture.notes()) == (0, [])
    assert tree(capture)[7][0].name == b"sleep"


def test_a_capture_without_events_has_a_summary(building: Building) -> None:
    facts = json.loads(opened(building.close()).summary(None))
    assert facts["events"]["shown"] == 0


def test_printing_no_events_matches_nothing(building: Building, scaptui: Run) -> None:
    building.process(7)
    said = scaptui("print", building.close())
    assert (said.status, said.out) == (1, "")
    assert "no events" in said.err


@pytest.fixture
def cats(building: Building) -> Path:
    """A cat reads two files."""
    building.process(7, "cat")
    for name in ("/etc/hosts", "/etc/passwd"):
        building.exit(7, "open", fd=3, name=name, flags=1)
        building.exit(7, "close", res=0, fd=3)
    return building.close()


class TestPacked:
    def test_gzip_gives_the_same_answers(self, cats: Path) -> None:
        packed = cats.with_suffix(".scap.gz")
        packed.write_bytes(gzip.compress(cats.read_bytes()))
        form = "*%evt.num %evt.rawtime %proc.name %fd.name %evt.args"
        assert printed(opened(packed), form) == printed(opened(cats), form)

    def test_gzip_is_told_by_its_bytes_not_its_name(self, cats: Path) -> None:
        packed = cats.with_suffix(".bin")
        packed.write_bytes(gzip.compress(cats.read_bytes()))
        assert column(opened(packed), "evt.num") == [1, 2, 3, 4]

    def test_gzip_members_follow_each_other(self, cats: Path) -> None:
        data = cats.read_bytes()
        packed = cats.with_suffix(".gz")
        packed.write_bytes(gzip.compress(data[:500]) + gzip.compress(data[500:]))
        assert column(opened(packed), "evt.num") == [1, 2, 3, 4]

    @pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
    def test_standard_input_gives_the_same_answers(
        self, cats: Path, scaptui: Run, packed: bool
    ) -> None:
        data = cats.read_bytes()
        stream = gzip.compress(data) if packed else data
        words = ("fd.name endswith passwd", "--fields", "evt.num,proc.name,fd.name")
        by_name = scaptui("print", cats, *words)
        assert by_name.lines[1:] == ["3\tcat\t/etc/passwd", "4\tcat\t/etc/passwd"]
        assert scaptui("print", "-", *words, stdin=stream).out == by_name.out

    def test_a_packed_file_that_is_cut_keeps_what_was_read(self, cats: Path) -> None:
        packed = cats.with_suffix(".gz")
        packed.write_bytes(gzip.compress(cats.read_bytes(), 0)[:-60])
        capture = opened(packed)
        assert column(capture, "evt.num") == [1, 2, 3]
        assert [note.kind for note in capture.notes()]


class TestSections:
    def test_a_second_section_goes_on_counting(self, cats: Path, tmp_path: Path) -> None:
        both = tmp_path / "both.scap"
        both.write_bytes(cats.read_bytes() * 2)
        assert column(opened(both), "evt.num") == list(range(1, 9))

    def test_a_second_section_brings_its_own_processes(self, tmp_path: Path) -> None:
        data = b""
        for comm in ("first", "second"):
            building = Building(tmp_path / "part.scap")
            building.process(7, comm)
            building.exit(7, "close", res=0, fd=3)
            data += building.close().read_bytes()
        both = tmp_path / "both.scap"
        both.write_bytes(data)
        assert column(opened(both), "proc.name") == ["first", "second"]

    def test_a_descriptor_of_the_first_section_is_not_open_in_the_second(
        self, tmp_path: Path
    ) -> None:
        first = Building(tmp_path / "first.scap")
        first.process(7)
        first.exit(7, "open", fd=3, name="/first", flags=1)
        second = Building(tmp_path / "second.scap")
        second.process(7)
        second.exit(7, "read", res=0, fd=3)
        both = tmp_path / "both.scap"
        both.write_bytes(first.close().read_bytes() + second.close().read_bytes())
        assert column(opened(both), "fd.name", "evt.type=read") == [""]

    def test_files_given_together_are_one_capture(self, cats: Path) -> None:
        capture = opened(cats, cats)
        assert column(capture, "evt.num") == list(range(1, 9))
        assert numbers(capture, "fd.name=/etc/passwd") == [3, 4, 7, 8]


class TestCut:
    def test_every_cut_keeps_the_events_before_it(self, cats: Path, tmp_path: Path) -> None:
        data = cats.read_bytes()
        whole = lines(opened(cats), "%evt.num %fd.name")
        cut = tmp_path / "cut.scap"
        seen = set()
        for length in range(len(data) - 400, len(data), 7):
            cut.write_bytes(data[:length])
            got = lines(opened(cut), "%evt.num %fd.name")
            assert got == whole[: len(got)]
            seen.add(len(got))
        assert {1, 2, 3} <= seen

    def test_a_cut_is_told_once(self, cats: Path, tmp_path: Path) -> None:
        cut = tmp_path / "cut.scap"
        cut.write_bytes(cats.read_bytes()[:-5])
        assert len(opened(cut).notes()) == 1

    def test_noise_behind_an_event_does_not_hide_the_events_before(
        self, cats: Path, tmp_path: Path
    ) -> None:
        noisy = tmp_path / "noisy.scap"
        noisy.write_bytes(cats.read_bytes() + bytes(range(256)))
        capture = opened(noisy)
        assert column(capture, "evt.num") == [1, 2, 3, 4]
        assert capture.notes()


class TestFollowed:
    """A file that another program still writes."""

    def _grown(self, capture: Capture, events: int) -> bool:
        for _ in range(PATIENCE_MS // 50):
            if capture.progress().events >= events:
                return True
            capture.wait(50)
        return False

    def test_events_written_later_are_shown(self, cats: Path, tmp_path: Path) -> None:
        data = cats.read_bytes()
        growing = tmp_path / "growing.scap"
        growing.write_bytes(data[:-80])  # ends within an event
        capture = Capture([str(growing)], follow=True)
        try:
            assert self._grown(capture, 2)
            assert not capture.progress().done
            with growing.open("ab") as file:
                file.write(data[-80:])
            assert self._grown(capture, 4)
            rows = json.loads(capture.summary(None))
            assert rows["events"]["shown"] == 4
            assert rows["last_ns"] == START + 4_000
        finally:
            capture.close()

    def test_an_event_that_is_half_written_is_waited_for_not_told_as_damage(
        self, cats: Path, tmp_path: Path
    ) -> None:
        growing = tmp_path / "growing.scap"
        growing.write_bytes(cats.read_bytes()[:-5])
        capture = Capture([str(growing)], follow=True)
        try:
            assert self._grown(capture, 3)
            assert not capture.wait(300).done
            assert capture.notes() == []
        finally:
            capture.close()

    def test_reading_pauses_until_the_pause_is_ended(self, cats: Path, tmp_path: Path) -> None:
        data = cats.read_bytes()
        growing = tmp_path / "growing.scap"
        growing.write_bytes(data[:-80])
        capture = Capture([str(growing)], follow=True)
        try:
            assert self._grown(capture, 2)
            capture.pause(60_000)
            capture.wait(300)  # the reader looks for more ten times a second: now it pauses
            with growing.open("ab") as file:
                file.write(data[-80:])
            assert capture.wait(300).events == 2
            capture.pause(0)
            assert self._grown(capture, 4)
        finally:
            capture.close()

    def test_a_pause_ends_by_itself(self, cats: Path, tmp_path: Path) -> None:
        data = cats.read_bytes()
        growing = tmp_path / "growing.scap"
        growing.write_bytes(data[:-80])
        capture = Capture([str(growing)], follow=True)
        try:
            capture.pause(150)
            with growing.open("ab") as file:
                file.write(data[-80:])
            assert self._grown(capture, 4)
        finally:
            capture.close()

    def test_a_file_that_is_not_followed_ends(self, cats: Path, tmp_path: Path) -> None:
        cut = tmp_path / "cut.scap"
        cut.write_bytes(cats.read_bytes()[:-5])
        assert Capture([str(cut)]).wait(PATIENCE_MS).done
