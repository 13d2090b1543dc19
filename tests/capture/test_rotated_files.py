"""The files of a recording that begins new ones: their names, and which of them stay."""

from pathlib import Path

from scaptui.capture.recording import Files


def make(files: Files, times: int) -> None:
    for _ in range(times):
        name = files.next_name()
        Path(name).touch(exist_ok=False)
        files.begun(name)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_newest_stay(tmp_path: Path) -> None:
    files = Files(str(tmp_path / "e.scap.gz"), 2)
    make(files, 5)
    assert names(tmp_path) == ["e.scap0004.gz", "e.scap0005.gz"]
    assert (files.made, len(files.names)) == (5, 2)


def test_those_of_an_earlier_recording_count_and_numbers_go_on(tmp_path: Path) -> None:
    make(Files(str(tmp_path / "e.scap"), 0), 3)
    files = Files(str(tmp_path / "e.scap"), 2)
    assert Path(files.next_name()).name == "e.scap0004"
    make(files, 1)
    assert names(tmp_path) == ["e.scap0003", "e.scap0004"]
    make(files, 3)
    assert names(tmp_path) == ["e.scap0006", "e.scap0007"]
    assert [Path(name).name for name in files.names] == ["e.scap0006", "e.scap0007"]


def test_files_of_other_names_neither_count_nor_go(tmp_path: Path) -> None:
    others = ["a.scap0009", "e.scap", "e.scap0009.gz", "e.scap009", "e.scapX0009", "e.scap0009.txt"]
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / "e.scap0002").mkdir()
    files = Files(str(tmp_path / "e.scap"), 1)
    make(files, 2)
    assert names(tmp_path) == sorted([*others, "e.scap0002", "e.scap0004"])
