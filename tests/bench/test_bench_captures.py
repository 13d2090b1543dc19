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


def test_the_bundled_capture_is_repeated_whole(scaptui: Run, big: Path, crashloop: Path) -> None:
    # Containers known beforehand are hidden events at the start of a capture, and nowhere else.
    asked = ("--fields", "evt.type,proc.name", "evt.type!=container")
    once = scaptui("print", crashloop, *asked).lines[1:]
    said = scaptui("print", big, *asked)
    assert said.err == ""
    assert said.lines[1:] == once * 4


def test_each_repetition_comes_later(scaptui: Run, big: Path) -> None:
    times = scaptui("print", big, "--fields", "evt.rawtime").lines[1:]
    assert times == sorted(times)
    assert len(set(times)) > 0.9 * len(times)


def test_the_packed_capture_is_the_same(big: Path) -> None:
    assert gzip.decompress(Path(f"{big}.gz").read_bytes()) == big.read_bytes()
