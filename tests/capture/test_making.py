"""Files that cannot be made: why, and what to do."""

import errno
from pathlib import Path

import pytest

from scaptui.capture.making import check_folder, unmade
from scaptui.errors import Refused


def test_a_directory_that_is_not_there_is_said_before_anything_begins(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    with pytest.raises(Refused) as refused:
        check_folder(str(folder / "x.scap"))
    assert f"there is no directory {str(folder)!r}" in refused.value.message
    assert refused.value.hint.startswith(f"make the directory {str(folder)!r} first")
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="is no directory"):
        check_folder(str(tmp_path / "file" / "x.scap"))
    check_folder(str(tmp_path / "x.scap"))
    check_folder("x.scap")


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (OSError(errno.ENOENT, "No such file"), "make the directory '/a' first"),
        (FileNotFoundError("no such file (os error 2)"), "make the directory '/a' first"),
        (PermissionError("denied"), "name a file in a directory you may write to"),
        (OSError(errno.ENOSPC, "No space left"), "make room where '/a' is"),
        (OSError(errno.ELOOP, "Too many links"), "name another file"),
    ],
)
def test_each_reason_has_something_to_do_about_it(error: OSError, hint: str) -> None:
    refused = unmade("make", "/a/x.scap", error)
    assert refused.message.startswith("cannot make '/a/x.scap': ")
    assert "os error" not in refused.message
    assert refused.hint.startswith(hint)
