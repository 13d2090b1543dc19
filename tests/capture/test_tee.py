"""A stream that is recorded while it is read."""

import os
import stat
from pathlib import Path

import pytest

from scaptui.capture import tee as module
from scaptui.capture.tee import Tee
from scaptui.errors import Refused


def through(path: str | None, *pieces: bytes) -> tuple[Tee, bytes]:
    source, write = os.pipe()
    tee = Tee(source, path)
    for piece in pieces:
        os.write(write, piece)
    os.close(write)
    read = b""
    while data := os.read(tee.stream, 65536):
        read += data
    tee.finish()
    os.close(tee.stream)
    return tee, read


def test_the_file_has_the_same_bytes_and_is_only_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "x.scap"
    tee, read = through(str(path), b"one", b"two" * 10_000)
    assert read == path.read_bytes() == b"one" + b"two" * 10_000
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tee.written, tee.failure) == (30_003, "")


def test_without_a_file_it_only_hands_on() -> None:
    assert through(None, b"one")[1] == b"one"


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x.scap"
    path.write_bytes(b"mine")
    source, write = os.pipe()
    with pytest.raises(Refused, match="already"):
        Tee(source, str(path))
    assert path.read_bytes() == b"mine"
    os.close(source)
    os.close(write)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "x.scap"
    link.symlink_to(tmp_path / "elsewhere")
    source, write = os.pipe()
    with pytest.raises(Refused, match="already"):
        Tee(source, str(link))
    assert not (tmp_path / "elsewhere").exists()
    os.close(source)
    os.close(write)


def test_a_full_disk_ends_the_recording_not_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_made", lambda _: os.open("/dev/full", os.O_WRONLY))
    tee, read = through("x.scap", b"one")
    assert read == b"one"
    assert tee.failure == "No space left on device"


def test_it_ends_when_asked_to_though_the_stream_goes_on() -> None:
    source, write = os.pipe()
    tee = Tee(source)
    os.write(write, b"one")
    tee.finish()
    read = b""
    while data := os.read(tee.stream, 100):
        read += data
    assert read == b"one"
    with pytest.raises(BrokenPipeError):
        os.write(write, b"more")
    os.close(write)
    os.close(tee.stream)
