"""Names and payload that want the terminal to obey, in streams, failures and differences."""

from pathlib import Path

import pytest

from scaptui._core import Event
from tests.core.asking import opened
from tests.core.building import Building
from tests.running import run_program
from tests.screens.hostile import NAMES, hostile_capture


@pytest.fixture(scope="module", params=NAMES)
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture in which everything has one of the names."""
    folder = tmp_path_factory.mktemp("hostile")
    return hostile_capture(folder / "hostile.scap", NAMES[request.param], NAMES[request.param])


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    building = Building(tmp_path_factory.mktemp("harmless") / "harmless.scap")
    building.process(10)
    building.exit(10, "openat", fd=-2, dirfd=-100, name="/x")
    return building.close()


def writes(path: Path) -> int:
    """The first event that writes."""
    capture = opened(path)
    numbers = range(1, capture.progress().events + 1)
    return next(n for n in numbers if Event(capture, n).call.name == "write")


def assert_inert(text: str) -> None:
    assert [c for c in text if not c.isprintable() and c != "\n"] == []


@pytest.mark.parametrize("form", ["text", "hex", "ascii", "json"])
def test_a_stream_is_text(hostile: Path, form: str) -> None:
    said = run_program("stream", hostile, "--event", str(writes(hostile)), "--format", form)
    assert said.status == 0
    assert_inert(said.out)


@pytest.mark.parametrize("words", [["--request"], []], ids=["request", "plain"])
def test_a_request_is_text(hostile: Path, words: list[str]) -> None:
    said = run_program("stream", hostile, "--event", str(writes(hostile)), *words)
    assert_inert(said.out + said.err)


def test_lists_and_output_are_text(hostile: Path) -> None:
    # Nothing was written to descriptors 1 and 2.
    for option, status in (("--process", 0), ("--output", 1)):
        said = run_program("stream", hostile, option, "10")
        assert said.status == status
        assert_inert(said.out)


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_failures_are_text(hostile: Path, form: str) -> None:
    said = run_program("report", "errors", hostile, "--format", form)
    assert said.status == 0
    assert_inert(said.out)


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_differences_are_text(hostile: Path, harmless: Path, form: str) -> None:
    said = run_program("diff", harmless, hostile, "--format", form)
    assert said.status == 0
    assert_inert(said.out)


def test_threads_compared_are_text(hostile: Path) -> None:
    said = run_program("diff", hostile, "--event", str(writes(hostile)), "--base", "1")
    assert said.status in {0, 1, 2}
    assert_inert(said.out + said.err)
