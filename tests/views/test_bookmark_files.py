"""Bookmarks in files: kept, merged with those of other windows, what is damaged left alone."""

import fcntl
import json
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaptui.capture.notes_places import Home, home_of, named_home
from scaptui.errors import Refused
from scaptui.views.bookmark import COLOURS, Bookmark, Damaged, Key, decoded, encoded
from scaptui.views.notebook import Notebook

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
KEYS = st.builds(
    Key,
    st.integers(0, 2**64 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 2**16 - 1),
    TEXTS.filter(bool),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
MARKS = st.builds(Bookmark, KEYS, st.integers(0, 2**32 - 1), TEXTS, st.sampled_from(COLOURS), TEXTS)


def mark(ts: int, **more: str) -> Bookmark:
    return replace(Bookmark(Key(ts, 7, 0, "read", True, 0), ts), **more)  # type: ignore[arg-type]


def capture_in(folder: Path) -> Path:
    path = folder / "x.scap"
    path.write_bytes(b"")
    return path


def notebook(capture: Path) -> Notebook:
    book = Notebook([home_of(str(capture))])
    book.load()
    return book


def notes(capture: Path) -> Path:
    return capture.with_name(capture.name + ".notes.json")


@given(st.lists(MARKS, max_size=8, unique_by=lambda each: each.key))
def test_what_is_written_is_read(marks: list[Bookmark]) -> None:
    assert sorted(decoded(encoded(marks)), key=lambda each: each.key) == sorted(
        marks, key=lambda each: each.key
    )


@given(st.lists(MARKS, min_size=1, max_size=3), st.data())
def test_a_file_cut_short_is_damaged(marks: list[Bookmark], data: st.DataObject) -> None:
    whole = encoded(marks).rstrip()
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(Damaged):
        decoded(part)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1"),
        ("[]", "no file of bookmarks"),
        ("[" * 100_000, "nested too deeply"),
        ("\xff", "no UTF-8"),
        ('{"format": "scaptui notes", "version": 2, "bookmarks": []}', "of version 2"),
        ('{"format": "scaptui notes", "version": 1}', "no list"),
        ('{"format": "scaptui notes", "version": 1, "bookmarks": [7]}', "bookmark 1 is no object"),
    ],
)
def test_what_is_damaged_says_where(text: str, words: str) -> None:
    with pytest.raises(Damaged, match=words):
        decoded(text.encode("latin-1"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time", -1), ("time", 2**64), ("time", 1.5), ("time", True), ("tid", None),
        ("cpu", 2**16), ("type", ""), ("dir", "x"), ("nth", "0"), ("event", -1),
        ("colour", "red"), ("note", 7), ("name", None),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_damage(field: str, value: object) -> None:
    table = json.loads(encoded([mark(1), mark(2)]))
    table["bookmarks"][1][field] = value
    with pytest.raises(Damaged, match=f"bookmark 2: {field} is"):
        decoded(json.dumps(table).encode())


def test_half_of_a_pair_can_be_shown() -> None:
    text = encoded([mark(1, note="x")]).replace(b'"x"', b'"\\ud800"')
    assert decoded(text)[0].note == "\ufffd"


def test_what_a_newer_version_adds_stays(tmp_path: Path) -> None:
    capture = capture_in(tmp_path)
    table = json.loads(encoded([mark(1)]))
    table["bookmarks"][0]["shape"] = "star"
    notes(capture).write_text(json.dumps(table))
    book = notebook(capture)
    book.put(mark(2))
    book.flush()
    assert json.loads(notes(capture).read_text())["bookmarks"][0]["shape"] == "star"


def test_two_windows_keep_each_others_bookmarks(tmp_path: Path) -> None:
    capture = capture_in(tmp_path)
    one, two = notebook(capture), notebook(capture)
    one.put(mark(1))
    two.put(mark(2))
    one.flush()
    two.flush()
    assert set(two.marks) == {mark(1).key, mark(2).key}
    two.remove(mark(1).key)
    two.flush()
    one.put(mark(3))
    one.flush()
    # What the other has taken away does not come back.
    assert set(one.marks) == {mark(2).key, mark(3).key}


def test_many_windows_at_once_lose_nothing(tmp_path: Path) -> None:
    capture = capture_in(tmp_path)

    def write(window: int) -> None:
        book = notebook(capture)
        for at in range(10):
            book.put(mark(100 * window + at))
            book.flush()

    threads = [threading.Thread(target=write, args=(window,)) for window in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(notebook(capture).marks) == 40
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []


def test_a_damaged_file_is_refused_and_left(tmp_path: Path) -> None:
    capture = capture_in(tmp_path)
    notes(capture).write_bytes(b'{"format": "scaptui notes", \x1b[2J')
    book = Notebook([home_of(str(capture))])
    with pytest.raises(Refused, match="is damaged: line 1"):
        book.load()
    with pytest.raises(Refused, match="is damaged"):
        book.put(mark(1))
    assert notes(capture).read_bytes() == b'{"format": "scaptui notes", \x1b[2J'


def test_one_that_is_damaged_meanwhile_is_left_too(tmp_path: Path) -> None:
    capture = capture_in(tmp_path)
    book = notebook(capture)
    book.put(mark(1))
    book.flush()
    notes(capture).write_bytes(b"oops")
    book.put(mark(2))
    with pytest.raises(Refused, match="is damaged"):
        book.flush()
    assert notes(capture).read_bytes() == b"oops"
    assert book.unsaved is not None
    assert set(book.marks) == {mark(1).key, mark(2).key}
    notes(capture).unlink()
    book.flush()
    assert book.unsaved is None
    assert mark(2).key in notebook(capture).marks


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "large"])
def test_what_is_no_file_of_ours_is_refused(kind: str, tmp_path: Path) -> None:
    capture = capture_in(tmp_path)
    match kind:
        case "link":
            (tmp_path / "secret").write_bytes(encoded([mark(1)]))
            notes(capture).symlink_to(tmp_path / "secret")
        case "pipe":
            os.mkfifo(notes(capture))
        case "folder":
            notes(capture).mkdir()
        case "large":
            with notes(capture).open("wb") as file:
                file.truncate(17_000_000)
    book = Notebook([home_of(str(capture))])
    with pytest.raises(Refused) as refused:
        book.load()
    assert str(notes(capture)) in refused.value.message


def test_a_link_to_a_capture_has_the_bookmarks_of_the_capture(tmp_path: Path) -> None:
    capture = capture_in(tmp_path)
    link = tmp_path / "newest.scap"
    link.symlink_to(capture)
    book = notebook(link)
    book.put(mark(1))
    book.flush()
    assert set(notebook(capture).marks) == {mark(1).key}


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state directory."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "scaptui" / "notes"


def test_where_the_folder_is_read_only_they_go_to_the_state_directory(
    tmp_path: Path, away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = capture_in(tmp_path)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    book = notebook(capture)
    book.put(mark(1))
    book.flush()
    (file,) = away.iterdir()
    assert file.name.startswith("x.scap-")
    assert file.name.endswith(".notes.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(away.stat().st_mode) == 0o700
    assert not notes(capture).exists()
    assert book.place == (file, "its folder is read-only")
    # Once it can be written, what was kept away is still there, and can be taken away.
    monkeypatch.undo()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    later = notebook(capture)
    assert set(later.marks) == {mark(1).key}
    later.remove(mark(1).key)
    later.flush()
    assert notebook(capture).marks == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_leaves_nothing_in_folders_of_others(tmp_path: Path, away: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    capture = capture_in(theirs)
    os.chown(capture, 12345, 12345)
    book = notebook(capture)
    book.put(mark(1))
    book.flush()
    assert [path.name for path in theirs.iterdir()] == ["x.scap"]
    assert len(list(away.iterdir())) == 1
    assert book.place is not None
    assert book.place[1] == "the capture is somebody else's"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_changes_nothing_in_a_file_of_somebody_else(tmp_path: Path, away: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    capture = capture_in(theirs)
    notes(capture).write_bytes(encoded([mark(1), mark(2)]))
    os.chown(capture, 12345, 12345)
    before = notes(capture).read_bytes()
    book = notebook(capture)
    assert set(book.marks) == {mark(1).key, mark(2).key}
    book.put(mark(1, note="root's"))
    book.flush()
    assert notebook(capture).marks[mark(1).key].note == "root's"
    book.remove(mark(2).key)
    with pytest.raises(Refused, match=r"a bookmark stays in .* the capture is somebody else's"):
        book.flush()
    assert mark(2).key in book.marks
    assert not book.has_changes
    assert notes(capture).read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_in_a_sticky_folder_bookmarks_of_somebody_else_are_left(
    tmp_path: Path, away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o777)
    shared.chmod(0o1777)
    capture = capture_in(shared)
    notes(capture).write_bytes(encoded([mark(1)]))
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    home = home_of(str(capture))
    assert home is not None
    assert home.why_not_beside == "the bookmarks beside it are somebody else's"
    assert home.paths[0].parent == away
    assert home.paths[1] == notes(capture)


def test_two_captures_of_one_name_are_two(tmp_path: Path, away: Path) -> None:
    homes = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        homes.append(home_of(str(capture_in(tmp_path / name))))
    first, second = homes
    assert first is not None
    assert second is not None
    assert not set(first.paths) & set(second.paths)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_as_many_may_read_them_as_the_capture(mode: int, tmp_path: Path) -> None:
    capture = capture_in(tmp_path)
    capture.chmod(mode)
    book = notebook(capture)
    book.put(mark(1))
    book.flush()
    assert stat.S_IMODE(notes(capture).stat().st_mode) == mode


def test_a_lock_that_is_held_is_told_and_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scaptui.kept_files._PATIENCE", 0.05)
    capture = capture_in(tmp_path)
    book = notebook(capture)
    book.put(mark(1))
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with pytest.raises(Refused, match="another program has locked"):
        book.flush()
    os.close(folder)
    book.flush()
    assert set(notebook(capture).marks) == {mark(1).key}


def test_of_standard_input_they_last_as_long_as_the_program() -> None:
    assert home_of("-") is None
    book = Notebook([None])
    book.load()
    book.put(mark(1))
    book.flush()
    book.load()
    assert set(book.marks) == {mark(1).key}
    assert book.place is None


def test_each_file_of_a_set_keeps_its_own(tmp_path: Path) -> None:
    one, two = tmp_path / "x.scap0", tmp_path / "x.scap1"
    for path in (one, two):
        path.touch()
    book = Notebook([home_of(str(one)), home_of(str(two))])
    book.load()
    book.put(mark(1), 0)
    book.put(mark(2), 1)
    book.flush()
    assert set(notebook(one).marks) == {mark(1).key}
    assert set(notebook(two).marks) == {mark(2).key}
    # A note on it goes where the bookmark is, whoever says it is of another file.
    book.put(mark(2, note="here"), 0)
    book.flush()
    assert notebook(two).marks[mark(2).key].note == "here"
    assert set(notebook(one).marks) == {mark(1).key}


def test_a_file_that_is_named_is_used_in_place_of_those(tmp_path: Path) -> None:
    file = tmp_path / "other.notes.json"
    file.write_bytes(encoded([mark(1)]))
    home = named_home(str(file))
    assert home == Home((file,))
    book = Notebook([home])
    book.load()
    assert set(book.marks) == {mark(1).key}
