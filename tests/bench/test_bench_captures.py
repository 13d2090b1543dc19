import gzip
from pathlib import Path

import pytest

from bench import captures
from tests.running import Run


@pytest.fixture
def big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SCAPTUI_CAPTURES", raising=False)
    path = tmp_path / "big.scap"
    captures.build(path, 10_000)
    return path


def test_the_bundled_capture_is_repeated_whole(scaptui: Run, big: Path, bundled: Path) -> None:
    # Names go on from one time to the next: what sleeps at the end sleeps at the beginning.
    asked = ("--fields", "evt.type,evt.dir,thread.tid,evt.cpu,evt.res")
    once = scaptui("print", bundled, *asked).lines[1:]
    said = scaptui("print", big, *asked)
    assert said.err == ""
    times = len(said.lines) // len(once)
    assert times > 1
    assert said.lines[1:] == once * times


def test_each_repetition_comes_later(scaptui: Run, big: Path) -> None:
    times = scaptui("print", big, "--fields", "evt.rawtime").lines[1:]
    assert times == sorted(times)
    assert len(set(times)) > 0.9 * len(times)


def test_the_packed_capture_is_the_same(big: Path) -> None:
    assert gzip.decompress(Path(f"{big}.gz").read_bytes()) == big.read_bytes()
