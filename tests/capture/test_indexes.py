"""Where indexes are kept, how much of them, and when not."""

import os
import time
from pathlib import Path

import pytest

from scaptui import settings
from scaptui._core import Capture
from scaptui.capture import indexes
from scaptui.capture.opening import open_capture, read_all
from scaptui.errors import Refused


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of indexes of this test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("SCAPTUI_INDEX", raising=False)
    return tmp_path / "cache" / "scaptui" / "index"


def opened(path: Path) -> Capture:
    capture = open_capture([str(path)])
    read_all(capture)
    return capture


def test_an_index_is_for_its_owner_alone(cache: Path, plain_crashloop: Path) -> None:
    assert indexes.usable() is None
    assert indexes.keep(opened(plain_crashloop))
    assert indexes.usable() == str(cache)
    [index] = indexes.indexes()
    assert (cache.stat().st_mode & 0o777, index.path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert index.told() == (plain_crashloop, opened(plain_crashloop).progress().shown)
    # It was used just now: an index is not written of what came from one.
    assert indexes.keep(opened(plain_crashloop)) is None


def test_what_others_may_look_into_is_not_used(cache: Path, plain_crashloop: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o755)
    assert indexes.usable() is None
    assert indexes.why_none() == "others may look into the folder"
    with pytest.raises(PermissionError):
        indexes.keep(opened(plain_crashloop))
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [("off", 0), ("OFF", 0), ("4G", 4 << 30), ("500 MiB", 500 << 20), ("4", None), ("-1G", None)],
)
def test_a_limit_is_off_or_a_size(text: str, bytes_: int | None) -> None:
    assert indexes.limit_of(text) == bytes_


def test_the_environment_comes_before_the_settings(
    cache: Path, plain_crashloop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert indexes.limit() == indexes.LIMIT
    config = tmp_path / "config" / "scaptui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('index = "2G"\n')
    assert indexes.limit() == 2 << 30 == settings.load(config).index
    config.write_text('index = "off"\n')
    assert (indexes.limit(), settings.load(config).index) == (0, 0)
    assert indexes.why_none() == "the settings say so"
    assert indexes.keep(opened(plain_crashloop)) is None
    assert not cache.exists()
    monkeypatch.setenv("SCAPTUI_INDEX", "1G")
    assert indexes.limit() == 1 << 30
    assert indexes.keep(opened(plain_crashloop))
    monkeypatch.setenv("SCAPTUI_INDEX", "off")
    assert indexes.usable() is None
    assert indexes.why_none() == "SCAPTUI_INDEX=off"
    monkeypatch.setenv("SCAPTUI_INDEX", "much")
    with pytest.raises(Refused, match="'much'"):
        indexes.limit()


def test_settings_with_a_mistake_may_mean_off(cache: Path, tmp_path: Path) -> None:
    config = tmp_path / "config" / "scaptui" / "config.toml"
    config.parent.mkdir(parents=True)
    for text in ("index = \n", "index = true\n", 'index = "of"\n'):
        config.write_text(text)
        assert indexes.limit() == 0
        assert "settings" in indexes.why_none()
        with pytest.raises(Refused):
            settings.load(config)
    assert not cache.exists()


def test_those_used_longest_ago_go_first(cache: Path) -> None:
    cache.mkdir(parents=True, mode=0o700)
    for age, name in enumerate(["new", "middle", "old"]):
        path = cache / f"{name}.index"
        path.write_bytes(bytes(100))
        os.utime(path, (time.time() - 60 * age,) * 2)
    begun, given_up = cache / "a.index.1.tmp", cache / "b.index.2.tmp"
    for path in (begun, given_up):
        path.write_bytes(bytes(1000))
    os.utime(given_up, (time.time() - 7200,) * 2)
    (cache / "else").write_bytes(bytes(1000))
    indexes.make_room(200)
    left = {path.name for path in cache.iterdir()}
    assert left == {"new.index", "middle.index", "a.index.1.tmp", "else"}
    assert [index.told() for index in indexes.indexes()] == [None, None]
    indexes.make_room(0)
    assert indexes.indexes() == []


def test_a_full_disk_and_a_small_limit_are_seen_before(
    cache: Path, plain_crashloop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = opened(plain_crashloop)
    monkeypatch.setenv("SCAPTUI_INDEX", "1k")
    assert indexes.keep(capture) is None
    monkeypatch.delenv("SCAPTUI_INDEX")
    full = os.statvfs_result((4096, 4096, 100, 1, 1, 10, 10, 10, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    with pytest.raises(OSError, match="No space left"):
        indexes.keep(capture)
    assert list(cache.iterdir()) == []


def test_the_viewer_keeps_what_took_long_to_read(
    cache: Path, plain_crashloop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scaptui.capture.opening.give_way", lambda: None)
    indexes.keep_behind(opened(plain_crashloop)).join()
    assert not cache.exists()
    monkeypatch.setattr(indexes, "WORTHWHILE", 1)
    indexes.keep_behind(opened(plain_crashloop)).join()
    assert len(indexes.indexes()) == 1
    # Where it cannot be written nothing happens.
    indexes.clear()
    cache.chmod(0o755)
    indexes.keep_behind(opened(plain_crashloop)).join()
    assert indexes.indexes() == []
