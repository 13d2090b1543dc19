"""`scaptui index`: what it says, and that a capture is not read twice."""

import gzip
import json
from pathlib import Path

import pytest

from tests.running import Run


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A cache of one's own."""
    return {"XDG_CACHE_HOME": str(tmp_path), "SCAPTUI_INDEX": "1G"}


def test_an_index_is_written_listed_used_and_removed(
    scaptui: Run, plain_crashloop: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    folder = tmp_path / "scaptui" / "index"
    assert scaptui("index", env=env).status == 1
    said = scaptui("index", plain_crashloop, env=env)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"{plain_crashloop}: ")
    assert "events, an index of " in said.out
    [index] = folder.iterdir()
    assert scaptui("index", plain_crashloop, env=env).out.endswith("has one already\n")
    listed = scaptui("index", env=env).lines
    assert len(listed) == 3
    assert str(plain_crashloop) in listed[2]
    told = json.loads(scaptui("doctor", "--format", "json", env=env).out)["indexes"]
    assert told == {
        "folder": str(folder),
        "count": 1,
        "bytes": index.stat().st_size,
        "most": 1 << 30,
        "off": "",
    }
    before = scaptui("print", plain_crashloop, env=env)
    # An index that is damaged is removed, and the capture read.
    data = bytearray(index.read_bytes())
    data[len(data) // 2] ^= 1
    index.write_bytes(data)
    assert scaptui("print", plain_crashloop, env=env) == before
    assert not index.exists()
    assert scaptui("index", plain_crashloop, env=env).status == 0
    said = scaptui("index", "--clear", env=env)
    assert (said.status, said.out[:15]) == (0, "1 index removed")
    assert list(folder.iterdir()) == []
    assert scaptui("index", "--clear", env=env).status == 1


def test_what_has_no_index_is_told(
    scaptui: Run, plain_crashloop: Path, crashloop: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    assert scaptui("index", crashloop, env=env).status == 0
    packed = tmp_path / "all.scap.zst"
    assert scaptui("slice", crashloop, "evt.num > 0", "-o", packed, env=env).status == 0
    said = scaptui("index", packed, env=env)
    assert said.status == 1
    assert "it is packed with zstd, and only plain and gzip files have one" in said.err
    said = scaptui("index", "-", stdin=gzip.decompress(crashloop.read_bytes()), env=env)
    assert (said.status, "standard input" in said.err) == (1, True)
    said = scaptui("index", plain_crashloop, env={**env, "SCAPTUI_INDEX": "off"})
    assert said.status == 2
    assert "no indexes are kept: SCAPTUI_INDEX=off" in said.err
    assert scaptui("index", plain_crashloop, "--clear", env=env).status == 2
    said = scaptui("print", plain_crashloop, env={**env, "SCAPTUI_INDEX": "4"})
    assert (said.status, "SCAPTUI_INDEX is '4'" in said.err) == (2, True)


def test_several_files_together_are_read(
    scaptui: Run, plain_crashloop: Path, env: dict[str, str]
) -> None:
    both = ("print", plain_crashloop, plain_crashloop, "-p", "%evt.num %proc.name %fd.name")
    before = scaptui(*both, env=env)
    assert scaptui("index", plain_crashloop, env=env).status == 0
    assert scaptui(*both, env=env) == before


def test_events_are_counted_as_everywhere(
    scaptui: Run, crashloop: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    # A slice has events that are applied and not shown.
    part = tmp_path / "part.scap"
    assert scaptui("slice", crashloop, "proc.name=nginx", "-o", part, env=env).status == 0
    shown = f"{len(scaptui('print', part, env=env).lines):,}"
    assert scaptui("index", part, env=env).out.startswith(f"{part}: {shown} events, ")
    assert f" {shown} |" in scaptui("index", env=env).lines[2]
