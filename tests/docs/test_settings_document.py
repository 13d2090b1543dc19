"""The page of settings."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

from scaptui.screens.every_command import every_command
from scaptui.settings import WHERE_COMMANDS_ARE, Settings, parse
from scaptui.theming import THEMES, Colour
from tools import manual_page, settings_page

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_every_setting_has_a_row_and_a_line_in_the_example() -> None:
    example = parse(PAGE.partition("\n    ")[2].partition("\n\n|")[0].replace("\n    ", "\n"), "")
    for field in fields(Settings):
        assert re.search(rf"^\| `\[?{field.name}\]?` \|", PAGE, re.MULTILINE), field.name
        assert getattr(example, field.name) != field.default


def test_every_word_that_a_setting_can_be_is_there() -> None:
    for word in (*THEMES, *get_args(Colour)):
        assert re.search(rf'`"?{word}"?`', PAGE)


def test_every_variable_that_is_read_is_told() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src" / "scaptui").rglob("*.py"))
    read = set(re.findall(r'environ(?:ment)?(?:\.get\(|\[)"(\w+)"', source))
    elsewhere = {"PATH", "HOME", "SUDO_UID", "SUDO_GID"}
    told = {name for names, _ in manual_page.ENVIRONMENT for name in names.split(", ")}
    assert read - elsewhere <= told
    assert all(f"`{name}`" in PAGE for name in told)


def test_every_command_is_on_the_page_and_in_the_manual() -> None:
    manual = (ROOT / "docs" / "scaptui.1").read_text("utf-8")
    commands = every_command()
    assert "screen.filter" in commands
    for name, bound in commands.items():
        assert f"| `{name}` | `" in PAGE
        assert f"\n\\fB{name} " in manual
        assert settings_page.keys(bound)
        assert bound.words


def test_both_are_where_a_refusal_says() -> None:
    assert WHERE_COMMANDS_ARE.startswith("docs/settings.md and man scaptui ")
    assert "(docs/settings.md)" in (ROOT / "README.md").read_text("utf-8")
