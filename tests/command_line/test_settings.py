"""Settings that hold for every command."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import Run

TOKYO = 'zone = "Asia/Tokyo"\n'
FIRST = ("-n", "1", "-p", "%evt.time")

Settings = Callable[[str], dict[str, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An environment in which the settings file holds a text."""

    def of(text: str) -> dict[str, str]:
        path = tmp_path / "scaptui" / "config.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return {"XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    return of


@pytest.mark.parametrize("command", ["print", "open"])
def test_times_are_in_the_zone_of_the_settings(
    command: str, scaptui: Run, crashloop: Path, settings: Settings
) -> None:
    said = scaptui(command, crashloop, "proc.name=nginx", env=settings(TOKYO))
    assert said.lines[0].split()[1].startswith("18:15:00.")


def test_reports_and_lists_are_in_it_too(scaptui: Run, crashloop: Path, settings: Settings) -> None:
    env = settings(TOKYO)
    assert " JST," in scaptui("report", "summary", crashloop, env=env).out
    assert " JST " in scaptui("demo", env=env).out
    assert scaptui("index", crashloop, env=env).status == 0
    there = scaptui("index", env=env).lines[2]
    assert scaptui("index", env=env | settings("") | {"TZ": "Asia/Tokyo"}).lines[2] == there


@pytest.mark.parametrize("option", [("--utc",), ("--tz", "UTC")])
def test_an_option_comes_before_the_settings(
    option: tuple[str, ...], scaptui: Run, crashloop: Path, settings: Settings
) -> None:
    for said in (TOKYO, 'zone = "Mars/Base"'):
        shown = scaptui("print", crashloop, *FIRST, *option, env=settings(said))
        assert shown.out.startswith("09:15:00."), shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\nzone = "Mars/Base"', "config.toml:2: there is no time zone 'Mars/Base'"),
        ("zone = 3", "config.toml:1: zone is 3"),
        ("zone = ", "config.toml: invalid value"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    text: str, message: str, scaptui: Run, crashloop: Path, settings: Settings
) -> None:
    said = scaptui("print", crashloop, *FIRST, env=settings(text))
    assert (said.status, said.out) == (2, "")
    assert message in said.err


def test_without_a_home_directory_there_are_no_settings(scaptui: Run, crashloop: Path) -> None:
    nowhere = {"HOME": "nowhere", "XDG_CONFIG_HOME": ""}
    assert scaptui("print", crashloop, *FIRST, env=nowhere).out.startswith("09:15:00.")


def test_the_file_may_be_a_link(
    scaptui: Run, crashloop: Path, settings: Settings, tmp_path: Path
) -> None:
    env = settings(TOKYO)
    path = tmp_path / "scaptui" / "config.toml"
    path.rename(tmp_path / "kept.toml")
    path.symlink_to(tmp_path / "kept.toml")
    assert scaptui("print", crashloop, *FIRST, env=env).out.startswith("18:15:00.")
