"""The page of fields."""

from textual.app import App

from scaptui.screens.fields import FieldsScreen
from scaptui.views.cells import line_text
from scaptui.views.field_list import FieldListModel
from scaptui.widgets.lines import LinesView
from tests.filter.table import VOCABULARY
from tests.screens.app import on_screen


class Choosing(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str | None] = []

    def ask(self, word: str) -> None:
        self.push_screen(FieldsScreen(VOCABULARY, word), self.taken.append)

    def page(self) -> list[str]:
        view = self.screen.query_one("#fields-page", LinesView)
        return [line_text(line).rstrip() for line in view.lines]


async def test_typing_finds_a_field_and_enter_takes_it() -> None:
    app = Choosing()
    async with on_screen(app) as shown:
        app.ask("")
        await shown.rest()
        await shown.type("cmdline")
        await shown.rest()
        assert app.page()[0].startswith(">  ")
        assert all("cmdline" in line.lower() for line in app.page()[:1])
        await shown.press("enter")
        assert app.taken == [FieldListModel(VOCABULARY, "cmdline").chosen_text]


async def test_escape_leaves_the_filter_as_it_is() -> None:
    app = Choosing()
    async with on_screen(app) as shown:
        app.ask("proc.na")
        await shown.rest()
        assert app.page()[0].startswith(">  proc.name")
        await shown.press("escape")
        assert app.taken == [None]


def test_names_that_begin_so_come_before_those_that_only_contain_it() -> None:
    names = [row.name for row in FieldListModel(VOCABULARY, "fd.n").found]
    assert names[0].startswith("fd.n")


def test_a_field_that_needs_an_argument_is_taken_up_to_it() -> None:
    model = FieldListModel(VOCABULARY, "evt.rawarg")
    assert model.chosen_text == "evt.rawarg."


def test_a_word_no_field_has_shows_all_to_begin_with() -> None:
    assert FieldListModel(VOCABULARY, "zzz").typed == ""


def test_the_list_follows_the_chosen_field() -> None:
    model = FieldListModel(VOCABULARY)
    model.move(10_000)
    lines, chosen = model.lines(80, 10)
    assert chosen is not None
    assert line_text(lines[chosen]).startswith(">")
    assert all(len(line_text(line)) <= 80 for line in lines)
