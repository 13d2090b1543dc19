"""Captured bytes into files."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaptui.views.saving import save_new, save_over


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    assert save_new(path, [b"one", b"", b"two"]) == 6
    assert path.read_bytes() == b"onetwo"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        save_new(path, [b"other"])
    assert path.read_bytes() == b"mine"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        save_new(tmp_path / "link", [b"other"])
    assert not (tmp_path / "elsewhere").exists()


def test_what_is_written_over_stays_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(b"mine")
    assert save_over(path, [b"other"]) == 5
    assert path.read_bytes() == b"other"
    assert [each.name for each in tmp_path.iterdir()] == ["bytes"]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"begun"
        raise OSError("the disk is full")

    path = tmp_path / "bytes"
    path.write_bytes(b"mine")
    with pytest.raises(OSError, match="full"):
        save_over(path, breaking())
    assert path.read_bytes() == b"mine"
    assert [each.name for each in tmp_path.iterdir()] == ["bytes"]
