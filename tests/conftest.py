"""Fixtures for all rooms: the program, the bundled capture, and real captures where they are."""

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scaptui import demo
from scaptui.demo.story import write_story
from tests.core.building import Building
from tests.running import Run, run_program

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="session")
def scaptui() -> Run:
    """The installed program."""
    return run_program


@pytest.fixture(scope="session")
def bundled() -> Path:
    """The bundled capture: a recording."""
    return Path(demo.__path__[0]) / "crashloop.scap.gz"


@pytest.fixture
def workers(tmp_path: Path) -> Path:
    """Six processes that do the same, but that the fourth writes its words the other way round."""
    building = Building(tmp_path / "workers.scap")
    for tid in range(10, 16):
        building.process(tid, "worker")
        building.descriptor(tid, 4, "file", "/answers")
    for tid in range(10, 16):
        line = b"x: type" if tid == 13 else b"type: x"
        building.exit(tid, "openat", fd=3, dirfd=-100, name="/in")
        building.exit(tid, "write", res=7, fd=4, size=7, data=line)
        building.exit(tid, "close", res=0, fd=3)
    return building.close()


@pytest.fixture(scope="session")
def crashloop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up crash loop whose every event is known, packed."""
    folder = tmp_path_factory.mktemp("story")
    write_story(str(folder / "story.scap"))
    path = folder / "crashloop.scap.gz"
    path.write_bytes(gzip.compress((folder / "story.scap").read_bytes(), mtime=0))
    return path


@pytest.fixture(scope="session")
def plain_crashloop(crashloop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, not packed."""
    path = tmp_path_factory.mktemp("plain") / "crashloop.scap"
    path.write_bytes(gzip.decompress(crashloop.read_bytes()))
    return path


@pytest.fixture(scope="session")
def real() -> Callable[[str], Path]:
    """Real captures by name, from the folder SCAPTUI_CAPTURES names; without it the test skips."""

    def find(name: str) -> Path:
        folder = os.environ.get("SCAPTUI_CAPTURES")
        if not folder:
            pytest.skip("SCAPTUI_CAPTURES is not set")
        path = Path(folder) / name
        assert path.is_file(), path
        return path

    return find


@pytest.fixture(scope="session")
def sysdig() -> str:
    """Debian's sysdig, to compare with. CI installs it: there it must be found."""
    found = shutil.which("sysdig")
    if found is None:
        assert not IN_CI, "CI installs sysdig"
        pytest.skip("sysdig is not installed")
    return found
