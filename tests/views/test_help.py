"""The help page, made from bindings."""

import pytest

from scaptui.views.cells import line_text
from scaptui.views.help import HelpModel
from scaptui.views.help_keys import LINES, Bound, page_keys
from scaptui.views.key_names import key_name

COMMANDS = {command for _, commands, _ in LINES for command in commands}

BOUND = [
    Bound("list.down", ("j", "down"), "next row"),
    Bound("list.up", ("k", "up"), "previous row"),
    Bound("list.page_down", ("space", "pagedown"), "page down"),
    Bound("list.page_up", ("b", "pageup"), "page up"),
    Bound("list.half_down", ("ctrl+d",), "half a page down"),
    Bound("list.half_up", ("ctrl+u",), "half a page up"),
    Bound("events.back", ("left_square_bracket",), "back"),
    Bound("events.forward", ("right_square_bracket",), "forward"),
    Bound("events.failure", ("e",), "next failure"),
    Bound("events.failure_back", ("E",), "previous failure"),
    Bound("screen.payload", ("X",), "bytes"),
    Bound("list.and", ("+",), "filter on it"),
    Bound("list.and_not", ("-",), "filter it out"),
    Bound("list.or", ("|",), "or it"),
    Bound("list.replace", ('"',), "only it"),
    Bound("events.time", ("t",), "time format"),
    Bound("special", ("f5",), "something of its own"),
]


def drawn(model: HelpModel, columns: int = 80, rows: int = 30) -> list[str]:
    return [line_text(line).rstrip() for line in model.lines(columns, rows)]


def test_bindings_that_belong_together_share_a_line() -> None:
    assert drawn(HelpModel("events", page_keys(BOUND))) == [
        " move                                  this value",
        "   j k ↓ ↑        a row                  + -        filter with, without",
        '   Space b        a page                 | "        or it, only it',
        "   Ctrl+D Ctrl+U  half a page          this event",
        "   [ ]            back, forward          X          bytes",
        "   e E            next, previous failure show",
        "                                         t          time format",
        "                                       more",
        "                                         F5         something of its own",
    ]


def test_a_narrow_screen_has_one_column() -> None:
    lines = drawn(HelpModel("events", page_keys(BOUND)), 60)
    assert lines[:2] == [" move", "   j k ↓ ↑        a row"]
    assert len(lines) == 5 + len(page_keys(BOUND))


def test_a_key_that_does_nothing_here_is_not_listed() -> None:
    assert not any("mark" in line for line in drawn(HelpModel("events", page_keys(BOUND))))


def test_half_of_a_pair_speaks_for_itself() -> None:
    keys = page_keys([Bound("events.failure", ("e",), "next failure")])
    assert [key.words for key in keys] == ["next failure"]


def test_a_remapped_key_is_the_one_that_is_shown() -> None:
    keys = page_keys([Bound("screen.payload", ("ctrl+x",), "bytes")])
    assert [key.shown for key in keys] == ["Ctrl+X"]


def test_typing_searches_keys_words_and_other_panes() -> None:
    others = page_keys([Bound("tree.sort", ("S",), "sort the failures first")], "processes")
    model = HelpModel("events", page_keys(BOUND), others)
    model.type("fail")
    assert [line.strip("> ").split("  ")[0] for line in drawn(model)] == ["e E", "S"]
    assert model.choice is not None
    assert model.choice.commands[0] == "events.failure"
    model.move(1, 80, 20)
    assert model.choice.pane == "processes"
    assert model.clear()
    assert model.choice is None


def test_what_is_nowhere_is_said() -> None:
    model = HelpModel("events", page_keys(BOUND))
    model.type("zzz")
    assert drawn(model) == [" no key or command of this page has 'zzz' in it"]


def test_the_frame_of_the_page() -> None:
    model = HelpModel("events", page_keys(BOUND))
    count = len(page_keys(BOUND))
    assert line_text(model.heading(80)) == (
        f" help for  events                 type to search {count} keys and commands"
    )
    assert [line_text(line).rstrip() for line in model.ending(80)] == [
        " gutter   > cursor  ● bookmark  ! failed  : would block  × ended badly  = lost",
        " Ctrl+P lists its commands, : takes one by name          Esc closes this page",
    ]


@pytest.mark.parametrize("columns", [40, 60, 72, 80, 132, 160])
@pytest.mark.parametrize("typed", ["", "e"])
def test_the_page_fits_the_screen(columns: int, typed: str) -> None:
    model = HelpModel("events", page_keys(BOUND))
    model.type(typed)
    lines = [*drawn(model, columns), *(line_text(line) for line in model.ending(columns))]
    assert all(len(line) <= columns for line in lines)


def test_no_binding_stands_in_two_lines() -> None:
    commands = [name for _, names, _ in LINES for name in names]
    assert len(commands) == len(set(commands))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ctrl+g", "Ctrl+G"),
        ("G", "G"),
        ("f5", "F5"),
        ("pagedown", "PgDn"),
        ("+", "+"),
        ("backslash", "\\"),
        ("alt+1", "Alt+1"),
        ("space", "Space"),
    ],
)
def test_keys_are_named_as_people_write_them(key: str, name: str) -> None:
    assert key_name(key) == name


@pytest.mark.parametrize(("key", "shown"), [("left_parenthesis", "("), ("right_parenthesis", ")")])
def test_parentheses_are_shown_as_they_are_typed(key: str, shown: str) -> None:
    assert key_name(key) == shown


def test_a_page_that_does_not_fit_says_so_until_its_end() -> None:
    model = HelpModel("events", page_keys(BOUND))
    whole = drawn(model, rows=30)
    rows = len(whole) - 3
    cut = drawn(model, rows=rows)
    assert cut == [*whole[: rows - 1], " ↓ 4 more rows, PgDn"]
    model.move(rows, 80, rows)
    assert drawn(model, rows=rows) == whole[3:]


def test_every_command_is_found_by_its_keys_and_by_its_words() -> None:
    keys = page_keys([Bound(c, (f"f{n}",), c) for n, c in enumerate(sorted(COMMANDS), 1)])
    model = HelpModel("events", keys)
    for key in keys:
        for typed in (key.words, key.shown.split()[0], *key.commands):
            model.typed = typed
            assert key in model.found, typed
