"""What is asked of a capture that was opened by its index is answered as after reading it."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaptui import demo
from scaptui._core import Capture, streams_of, write_index
from scaptui.capture.slicing import ENDED, Slicing, Wanted
from tests.core.asking import printed
from tests.core.test_every_field import PRINTABLE, REAL, asked_as
from tests.running import Run

BUNDLED = Path(demo.__path__[0]) / "crashloop.scap.gz"
EVERY = ",".join(asked_as(field) for field in PRINTABLE)
LINE = "*%evt.num %evt.rawtime %evt.type %evt.args %proc.cmdline %proc.aname[2] %fd.name %user.name"


def whole(path: Path, folder: Path | None = None) -> Capture:
    capture = Capture([str(path)], index=str(folder) if folder else None)
    while not capture.wait(1000).done:
        pass
    return capture


@pytest.fixture(
    params=[
        (path, packed) for path in (BUNDLED, *REAL) for packed in {False, path.suffix == ".gz"}
    ],
    ids=lambda param: param[0].name + " unpacked" * (param[0].suffix == ".gz" and not param[1]),
)
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Capture, Capture]]:
    """A capture that was read, and the same opened by an index."""
    path = tmp_path / "a.scap"
    source, packed = request.param
    data = source.read_bytes()
    path.write_bytes(gzip.decompress(data) if source.suffix == ".gz" and not packed else data)
    folder = tmp_path / "index"
    folder.mkdir(mode=0o700)
    read = whole(path)
    assert write_index(read, str(folder))
    again = whole(path, folder)
    assert write_index(again, str(folder)) is None  # it came from there
    yield read, again
    assert len(list(folder.iterdir())) == 1


def test_everything_asked_is_answered_as_after_reading(
    both: tuple[Capture, Capture], tmp_path: Path
) -> None:
    read, again = both
    assert read.facts() == again.facts()
    assert read.summary(None) == again.summary(None)
    # All fields of some events, some fields of all.
    last = read.progress().events
    places = [max(1, last * part // 4) for part in range(5)]
    near = " or ".join(f"(evt.num >= {n} and evt.num < {n + 40})" for n in places)
    assert printed(read, EVERY, near, kind="jsonl") == printed(again, EVERY, near, kind="jsonl")
    assert printed(read, LINE) == printed(again, LINE)
    for at in [*places, None]:
        assert tree_of(read, at) == tree_of(again, at)
    for n in places:
        assert streams_at(read, n) == streams_at(again, n)
    for first, upto in (places[1], places[1] + 500), (places[2], last):
        wanted = Wanted(first=first, last=min(upto, first + 20_000))
        slices = [sliced(one, wanted, tmp_path / f"{at}.scap") for at, one in enumerate(both)]
        assert slices[0] == slices[1]


def tree_of(capture: Capture, at: int | None) -> list[object]:
    rows = capture.processes(None, at)
    return [(r.pid, r.parent, r.cmdline, r.events, r.failed, r.user, r.ended) for r in rows]


def streams_at(capture: Capture, event: int) -> list[object]:
    return [(s.fd, s.first, s.last, s.opened, s.name, s.calls) for s in streams_of(capture, event)]


def sliced(capture: Capture, wanted: Wanted, path: Path) -> bytes:
    slicing = Slicing(capture, wanted, str(path), replaces=True)
    while slicing.progress[0] not in ENDED:
        time.sleep(0.005)
    slicing.report()
    return path.read_bytes() if path.exists() else b""


def test_reports_are_the_same(scaptui: Run, plain_crashloop: Path, tmp_path: Path) -> None:
    cold = {"SCAPTUI_INDEX": "off", "XDG_CACHE_HOME": str(tmp_path)}
    warm = cold | {"SCAPTUI_INDEX": "1G"}
    assert scaptui("index", plain_crashloop, env=warm).status == 0
    for words in (
        ("report", "crashes", plain_crashloop),
        ("report", "summary", plain_crashloop),
        ("report", "errors", plain_crashloop),
        ("view", plain_crashloop, "files"),
        ("why", plain_crashloop, "proc.name=nobody"),
        ("diff", plain_crashloop, plain_crashloop),
    ):
        assert scaptui(*words, env=warm) == scaptui(*words, env=cold)
