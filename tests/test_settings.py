"""The settings file."""

from pathlib import Path

import pytest

from scaptui.errors import Refused
from scaptui.settings import Settings, check_keys, load, parse
from scaptui.settings_file import settings_path

WHOLE = """\
theme = "light"
colour = "16"
ascii = true
low_bandwidth = false
zone = "Europe/Berlin"
mouse = false

[keys]
"screen.filter" = "f, f4"
"list.copy" = ","
"""


def test_everything_that_can_be_set() -> None:
    assert parse(WHOLE, "config.toml") == Settings(
        theme="light",
        colour="16",
        ascii=True,
        low_bandwidth=False,
        zone="Europe/Berlin",
        mouse=False,
        keys={"screen.filter": "f,f4", "list.copy": "comma"},
    )


def test_the_example_in_the_documentation_is_right() -> None:
    from scaptui import settings

    example = (settings.__doc__ or "").partition("\n")[2]
    assert parse(example, "example").keys == {"screen.filter": "f,f4"}


def test_a_number_of_colours_needs_no_quotes() -> None:
    assert parse("colour = 256", "config.toml").colour == "256"


def test_without_a_file_nothing_is_decided(tmp_path: Path) -> None:
    assert load(tmp_path / "config.toml") == Settings()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('theme = "lihgt"', "c:1: theme is 'lihgt'", "dark, light, high-contrast"),
        ('\n\ncolor = "16"', "c:3: there is no setting 'color'", "did you mean colour?"),
        ("ascii = 1", "c:1: ascii is 1", "true or false"),
        ("colour = 8", "c:1: colour is 8", "auto, never, 16, 256"),
        ('zone = "Mars/Base"', "c:1: there is no time zone 'Mars/Base'", "Europe/Berlin"),
        ("zone = 3", "c:1: zone is 3", "UTC"),
        ("keys = 3", "c:1: keys is a table", "[keys]"),
        ('[keys]\n"list.copy" = ""', "c:2: 'list.copy' has no key", "ctrl+x"),
        ('[keys]\n"list.copy" = "ctrl+"', "c:2: 'ctrl+' is no key", "ctrl+x"),
        ('[keys]\n"list.copy" = "ctrl+m"', "c:2: terminals send 'ctrl+m' as Enter", "another"),
        ("theme = ", "c: invalid value", "TOML"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(text: str, message: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text, "c")
    assert refused.value.message.startswith(message)
    assert hint in refused.value.hint


def test_a_syntax_error_names_its_line() -> None:
    with pytest.raises(Refused, match="line 2"):
        parse("ascii = true\ntheme = \n", "c")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot read the settings"):
        load(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match="no UTF-8"):
        load(tmp_path / "config.toml")


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ('"screen.fliter" = "f"', "there is no command 'screen.fliter'", "screen.filter?"),
        ('"zzzz" = "f"', "there is no command 'zzzz'", "docs/settings.md and man scaptui list"),
        ('"list.copy" = "ctrl+x,nokey"', "'nokey' is no key", "ctrl+x"),
    ],
)
def test_what_only_the_panes_know_is_told_with_its_line_too(
    line: str, message: str, hint: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"ascii = true\n[keys]\n{line}\n")
    known = ("screen.filter", "list.copy")
    with pytest.raises(Refused) as refused:
        check_keys(load(path).keys, known, lambda key: key != "nokey", path)
    assert refused.value.message.startswith(f"{path}:3: {message}")
    assert hint in refused.value.hint


def test_a_relative_configuration_directory_is_ignored() -> None:
    assert settings_path({"XDG_CONFIG_HOME": "here"}).is_relative_to(Path.home())
    assert settings_path({"XDG_CONFIG_HOME": "/etc/x"}) == Path("/etc/x/scaptui/config.toml")
