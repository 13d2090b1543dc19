"""A stream that is recorded while it is read."""

import gzip
import os
import resource
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("name", "unpacked"),
    [("x.scap", bytes), ("x.scap.gz", gzip.decompress), ("x.scap.zst", None)],
)
def test_the_file_has_the_same_events_packed_as_its_name_says(
    tmp_path: Path, plain_crashloop: Path, name: str, unpacked: Callable[[bytes], bytes] | None
) -> None:
    path, stream = tmp_path / name, plain_crashloop.read_bytes()
    tee, read = through(str(path), stream[:1000], stream[1000:])
    assert read == stream
    data = path.read_bytes()
    if unpacked is None:
        assert data.startswith(b"\x28\xb5\x2f\xfd")
    else:
        assert unpacked(data) == stream
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tee.written, tee.failure) == (len(data), "")


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


def test_a_full_disk_ends_the_recording_not_the_stream(
    tmp_path: Path, plain_crashloop: Path
) -> None:
    stream = plain_crashloop.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        tee, read = through(str(tmp_path / "x.scap"), stream)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert read == stream
    assert tee.failure == "file too large"


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
