"""What one capture holds and another does not."""

from pathlib import Path

from scaptui._core import Capture
from scaptui.views.differences import Side, differences
from tests.core.asking import compiled, opened
from tests.core.building import Building


def capture(path: Path, *, pid: int, paths: dict[str, int], comm: str = "app") -> Capture:
    """A program that opens files so many times; those with a `!` fail."""
    building = Building(path)
    building.process(pid, comm)
    for name, times in paths.items():
        for _ in range(times):
            fd = -2 if name.startswith("!") else 3
            building.exit(pid, "openat", fd=fd, dirfd=-100, name=name.removeprefix("!"))
    return opened(building.close())


def told(first: Capture, second: Capture, text: str = "") -> list[tuple[str, str, str]]:
    return [
        (each.where, each.group.about.decode(), each.group.error)
        for each in differences(
            Side("first", first, compiled(text)), Side("second", second, compiled(text))
        ).found
    ]


def test_other_process_ids_are_no_difference(tmp_path: Path) -> None:
    first = capture(tmp_path / "1", pid=7, paths={"/a": 2, "/proc/7/stat": 1})
    second = capture(tmp_path / "2", pid=99, paths={"/a": 2, "/proc/99/stat": 1})
    assert told(first, second) == []


def test_failures_only_in_the_second_come_first(tmp_path: Path) -> None:
    first = capture(tmp_path / "1", pid=7, paths={"/both": 1, "/old": 1})
    second = capture(tmp_path / "2", pid=7, paths={"/both": 1, "/new": 1, "!/db": 1})
    assert told(first, second) == [
        ("second", "/db", "ENOENT"),
        ("second", "/new", ""),
        ("first", "/old", ""),
    ]


def test_a_call_that_fails_now_is_in_each_of_them_alone(tmp_path: Path) -> None:
    first = capture(tmp_path / "1", pid=7, paths={"/db": 1})
    second = capture(tmp_path / "2", pid=7, paths={"!/db": 1})
    assert told(first, second) == [("second", "/db", "ENOENT"), ("first", "/db", "")]


def test_much_more_often_is_a_difference_and_a_little_is_not(tmp_path: Path) -> None:
    first = capture(tmp_path / "1", pid=7, paths={"/a": 10, "/b": 40, "/c": 30})
    second = capture(tmp_path / "2", pid=7, paths={"/a": 40, "/b": 10, "/c": 31})
    assert told(first, second) == [("more", "/a", ""), ("fewer", "/b", "")]


def test_a_filter_chooses_what_is_compared(tmp_path: Path) -> None:
    first = capture(tmp_path / "1", pid=7, paths={"/a": 1})
    second = capture(tmp_path / "2", pid=7, paths={"/a": 1, "/new": 1}, comm="other")
    assert told(first, second, "proc.name=app") == [("first", "/a", "")]
