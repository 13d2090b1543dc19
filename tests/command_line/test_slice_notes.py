"""`scaptui slice --notes`: bookmarks go along, and what is lost ends with 1."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from scaptui.commands import slice as command
from scaptui.errors import Status
from scaptui.views.bookmark import Bookmark, Key, decoded, encoded
from tests.core.asking import opened
from tests.running import Run


@pytest.fixture
def marked(crashloop: Path, tmp_path: Path, scaptui: Run) -> Path:
    """A capture with bookmarks on two events of nginx and one of another program."""
    path = tmp_path / "x.scap.gz"
    path.write_bytes(crashloop.read_bytes())
    form = "%evt.num %evt.rawtime %thread.tid %evt.cpu %evt.type %evt.dir"
    nginx = scaptui("print", path, "proc.name=nginx", "-p", form).lines
    other = scaptui("print", path, "proc.name!=nginx", "-p", form).lines
    marks = []
    for line in (nginx[5], nginx[50], other[0]):
        number, ts, tid, cpu, kind, direction = line.split()
        key = Key(int(ts), int(tid), int(cpu), kind, direction == "<", 0)
        marks.append(Bookmark(key, int(number), note=f"of {number}"))
    notes(path).write_bytes(encoded(marks))
    return path


def notes(path: Path) -> Path:
    return path.with_name(path.name + ".notes.json")


def test_those_inside_are_written_with_their_numbers_in_the_slice(
    scaptui: Run, marked: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.scap"
    said = scaptui("slice", marked, "proc.name=nginx", "--notes", "-o", out)
    assert (said.status, said.err) == (0, "")
    assert said.lines[-1] == f"{notes(out)}, 2 bookmarks, 2 of 3"
    before = [mark for mark in decoded(notes(marked).read_bytes()) if mark.key.tid]
    after = decoded(notes(out).read_bytes())
    assert [mark.note for mark in after] == [m.note for m in before if m.note in said_of(after)]
    numbers = scaptui("print", out, "-p", "%evt.num").lines
    assert [str(mark.number) for mark in after] == [numbers[5], numbers[50]]
    assert opened(out).progress().shown == len(numbers)
    report = scaptui("report", "notes", out).out
    assert all(mark.note in report for mark in after)


def said_of(marks: list[Bookmark]) -> set[str]:
    return {mark.note for mark in marks}


def test_without_the_option_there_are_none(scaptui: Run, marked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.scap"
    assert scaptui("slice", marked, "proc.name=nginx", "-o", out).status == 0
    assert not notes(out).exists()


def test_other_bookmarks_stay(scaptui: Run, marked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.scap"
    notes(out).write_bytes(b"precious")
    said = scaptui("slice", marked, "proc.name=nginx", "--notes", "-o", out)
    assert said.status == 2
    assert "exists already" in said.err
    assert not out.exists()
    assert notes(out).read_bytes() == b"precious"
    words = ("slice", marked, "proc.name=nginx", "--notes", "--force", "-o", out)
    assert scaptui(*words).status == 0
    assert len(decoded(notes(out).read_bytes())) == 2


def test_notes_do_not_go_where_texts_are_blanked(
    scaptui: Run, marked: Path, tmp_path: Path
) -> None:
    said = scaptui("slice", marked, "--notes", "--redact", "nginx", "-o", tmp_path / "out.scap")
    assert said.status == 2
    assert "not blanked" in said.err


def lossy(**other: object) -> SimpleNamespace:
    compared = {
        "events": 3, "equal": 2, "same_names": 2, "lost": 1, "changed": 0, "left_out": 0,
        "surplus": 0, "differences": [(7, "fd.name", b"/a", None)],
    }  # fmt: skip
    return SimpleNamespace(
        events=3, hidden=0, processes=1, descriptors=1, containers=0, users=0, interfaces=0,
        bytes=9, unpacked=9, marks=[], compared=SimpleNamespace(**compared | other),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("report", "status", "words"),
    [
        (lossy(), Status.NOTHING, "not whole: 1 of 3 events differ from the capture"),
        (lossy(surplus=-1), Status.NOTHING, "not whole: it shows 1 event fewer"),
        (lossy(surplus=2, equal=3), Status.NOTHING, "it shows 2 events more"),
        (lossy(equal=2, left_out=1, differences=[]), Status.MATCHED, ""),
    ],
)
def test_what_lost_something_is_not_taken_for_whole(
    capsys: pytest.CaptureFixture[str],
    report: SimpleNamespace,
    status: Status,
    words: str,
) -> None:
    assert command._tell(report, "out.scap") == status  # type: ignore[arg-type]
    assert words in capsys.readouterr().err
