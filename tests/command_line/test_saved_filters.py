"""Saved filters on the command line."""

from pathlib import Path

import pytest

from tests.running import Run


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A configuration with a filter of one's own."""
    folder = tmp_path / "scaptui"
    folder.mkdir()
    (folder / "filters.toml").write_text('cat = "proc.name = cat"\n')
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def test_print_takes_a_name(scaptui: Run, crashloop: Path, env: dict[str, str]) -> None:
    named = scaptui("print", crashloop, "@failed", env=env)
    text = 'evt.failed == True && !(evt.res == "EAGAIN") && !(evt.res == "EALREADY")'
    assert named.out == scaptui("print", crashloop, text).out
    assert named.status == 0


def test_a_name_is_a_part_of_a_filter(scaptui: Run, env: dict[str, str]) -> None:
    result = scaptui("check", "@cat", "or", "evt.type=brk", env=env)
    assert result.lines[0] == "sysdig     proc.name = cat or evt.type = brk"


def test_a_name_nobody_gave_is_refused(scaptui: Run, crashloop: Path, env: dict[str, str]) -> None:
    result = scaptui("print", crashloop, "@cta", env=env)
    assert result.status == 2
    assert "there is no saved filter 'cta'" in result.err
    assert "did you mean cat" in result.err


def test_filters_lists_them(scaptui: Run, env: dict[str, str]) -> None:
    assert scaptui("filters", env=env).lines[0] == "@cat  proc.name = cat"
    assert scaptui("filters", "@net-ports", env=env).lines == [
        '@net-ports  evt.type == "bind"',
        "    ports and paths that servers bind",
    ]
    assert scaptui("filters", "nosuch", env=env).status == 1


def test_hostile_ones_are_inert(scaptui: Run, tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "scaptui" / "filters.toml").write_text('x = "proc.name = \\u001b[2J\\u202e"\n')
    result = scaptui("filters", "x", env=env)
    assert "\x1b" not in result.out
    assert "\u202e" not in result.out
