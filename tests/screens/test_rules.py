"""Rules in the viewer: marks in the list, the rule in the cursor line."""

from pathlib import Path

import pytest

from scaptui.errors import Refused
from scaptui.views.cells import line_text
from scaptui.views.rule_marks import rule_line
from scaptui.views.rule_set import compiled_rules, read_rule_files
from tests.screens.app import viewer

TEXT = """\
- rule: Configuration read
  condition: evt.type = openat and evt.dir = < and fd.name startswith /etc/nginx
  output: "%proc.name opens %fd.name"
  priority: WARNING
- rule: Also
  condition: fd.name = /etc/nginx/mime.types and evt.type = openat
  priority: INFO
- rule: Silent
  condition: evt.num = 0
"""


@pytest.fixture
def rules(tmp_path: Path) -> list[str]:
    path = tmp_path / "rules.yaml"
    path.write_text(TEXT)
    return [str(path)]


async def test_rows_that_rules_match_have_a_mark(crashloop: Path, rules: list[str]) -> None:
    async with viewer(crashloop, "evt.type=openat", rules=rules) as screen:
        rows = [line for line in screen.pane("events")[1:] if line]
        marked = [line for line in rows if line[1] == "R"]
        assert marked
        assert all("/etc/nginx" in line for line in marked)
        assert not any("/etc/nginx" in line for line in rows if line not in marked)


async def test_the_cursor_line_tells_the_rule_and_its_output(
    crashloop: Path, rules: list[str]
) -> None:
    async with viewer(crashloop, rules=rules) as screen:
        await screen.press(*"188G")
        wanted = " rule  Warning Configuration read   nginx opens /etc/nginx/nginx.conf"
        await screen.until(wanted)
        assert screen.pane("cursor") == [wanted]
        await screen.press(*"196G")
        await screen.until("+1: Also")
        assert screen.pane("cursor")[0].endswith("+1: Also")
        await screen.press("j")
        assert not screen.pane("cursor")[0].startswith(" rule ")


async def test_rows_that_are_events_are_marked_too(crashloop: Path, rules: list[str]) -> None:
    async with viewer(crashloop, "evt.type=openat", rules=rules) as screen:
        await screen.press("D", *"188G")
        assert screen.row[1] == "R"


async def test_a_rule_on_half_a_call_marks_the_call(crashloop: Path, tmp_path: Path) -> None:
    path = tmp_path / "enter.yaml"
    path.write_text(
        "- rule: Enter\n  condition: evt.type = close and evt.dir = >\n  output: at %evt.num\n"
    )
    async with viewer(crashloop, "evt.type=close", rules=[str(path)]) as screen:
        await screen.until(" rule  Enter   at ")
        number = int(screen.row.split()[1])
        assert screen.pane("cursor")[0] == f" rule  Enter   at {number - 1}"


async def test_files_with_mistakes_are_refused_before_the_screen(
    crashloop: Path, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("- rule: R\n  condition: proc.nmae = x\n")
    with pytest.raises(Refused, match=r"proc\.nmae"):
        async with viewer(crashloop, rules=[str(path)]):
            pass


def test_a_cursor_line_has_room_for_all_it_tells(rules: list[str]) -> None:
    asked = compiled_rules(read_rule_files(rules))
    for cells in (10, 40, 80, 200):
        line = line_text(rule_line(asked, "x" * 300, cells))
        assert len(line) == cells
    assert line_text(rule_line(asked[:1], "", 60)).rstrip() == " rule  Warning Configuration read"
