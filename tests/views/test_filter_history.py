"""Filters kept between runs."""

import stat
from pathlib import Path

from scaptui.views.filter_history import MOST, FilterHistory


def test_filters_last_from_one_run_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "state" / "filters"
    FilterHistory(path).add("proc.name=nginx")
    assert FilterHistory(path).entries == ["proc.name=nginx"]


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "filters"
    FilterHistory(path).add("proc.name=nginx")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_filter_used_again_moves_to_the_end() -> None:
    history = FilterHistory()
    for text in ("a", "b", "a"):
        history.add(text)
    assert history.entries == ["b", "a"]


def test_two_windows_do_not_forget_each_others_filters(tmp_path: Path) -> None:
    path = tmp_path / "filters"
    first, second = FilterHistory(path), FilterHistory(path)
    first.add("a")
    second.add("b")
    assert FilterHistory(path).entries == ["a", "b"]


def test_the_oldest_are_forgotten() -> None:
    history = FilterHistory()
    for number in range(MOST + 5):
        history.add(f"fd.num={number}")
    assert (len(history.entries), history.entries[0]) == (MOST, "fd.num=5")


def test_a_history_that_cannot_be_written_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = FilterHistory(tmp_path / "file" / "filters")
    history.add("proc.name=nginx")
    assert history.entries == ["proc.name=nginx"]
