"""The filter prompt on a screen."""

from textual import events
from textual.app import App, ComposeResult

from scaptui.filter.dialects import Dialect, normalised
from scaptui.filter.expression import All, Expression
from scaptui.views.cells import line_text
from scaptui.views.filter_history import FilterHistory
from scaptui.views.filter_prompt import FilterPromptModel, answers
from scaptui.widgets.filter_bar import FilterBar
from tests.filter.table import VOCABULARY
from tests.screens.app import on_screen


class Counted:
    def count(self, expression: Expression) -> int:
        return 100 if isinstance(expression, All) else 7

    def values(self, field: str, expression: Expression, limit: int) -> list[tuple[bytes, int]]:
        return [(b"bash", 60), (b"nginx", 7)]


class Prompting(App[None]):
    """A prompt and nothing else; counts are answered at once."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []
        self.effective = ""

    def compose(self) -> ComposeResult:
        yield FilterBar(FilterPromptModel(VOCABULARY, FilterHistory(), "proc.name=bash"))

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def on_filter_bar_asked(self, message: FilterBar.Asked) -> None:
        for answer in answers(message.question, Counted()):
            self.bar.answered(answer)

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        self.effective = normalised(message.effective, Dialect.SYSDIG)

    def on_filter_bar_submitted(self, message: FilterBar.Submitted) -> None:
        self.heard.append(message.text)

    def on_filter_bar_cancelled(self, message: FilterBar.Cancelled) -> None:
        self.heard.append(("cancelled", message.text))

    def lines(self) -> list[str]:
        return [line_text(line).rstrip() for line in self.bar.lines]


async def test_typing_filters_meanwhile_and_enter_applies() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("")
        await shown.type("proc.name=nginx")
        await shown.rest()
        assert app.effective == "proc.name = nginx"
        assert app.lines()[0].endswith("7 of 100   7.0%")
        await shown.press("enter")
        await shown.rest()
        assert app.heard == ["proc.name=nginx"]
        assert not app.bar.display


async def test_the_bar_is_as_high_as_its_pop_up() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("")
        await shown.type("proc.name=")
        await shown.rest()
        assert app.bar.size.height == len(app.lines()) == 5
        assert app.lines()[3].split() == [">", "bash", "60", "60"]
        await shown.press("down", "tab")
        await shown.rest()
        assert app.lines()[0].startswith(" filter  proc.name=nginx")
        assert app.bar.size.height == 2


async def test_escape_restores_and_hides() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("proc.name=bash")
        await shown.press("ctrl+u")
        await shown.type("evt.faild=true")
        await shown.press("escape")
        await shown.rest()
        assert app.heard == [("cancelled", "proc.name=bash")]
        assert app.bar.model.editor.text == "proc.name=bash"


async def test_enter_on_an_error_applies_nothing() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("")
        await shown.type("evt.faild=true")
        await shown.press("enter")
        await shown.rest()
        assert app.heard == []
        assert app.bar.display
        assert app.bar.keys[0] == ("Tab", "take the suggestion")
        await shown.press("tab", "enter")
        await shown.rest()
        assert app.heard == ["evt.failed=true"]


async def test_pasted_lines_are_one_filter_and_apply_nothing() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("")
        from textual.events import Paste

        app.bar.post_message(Paste("proc.name=a\nand fd.num=3\n"))
        await shown.rest()
        assert app.bar.model.editor.text == "proc.name=a and fd.num=3 "
        assert app.heard == []


async def test_the_cursor_is_a_cell_of_its_own() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("proc.name=bash")
        await shown.press("home")
        await shown.rest()
        chosen = [piece.text for piece in app.bar.lines[0] if piece.role == "selection"]
        assert chosen == ["p"]


async def test_a_value_of_the_screen_becomes_a_clause_at_once() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.add("fd.num=3", "and")
        await shown.rest()
        assert app.heard == ["proc.name=bash and fd.num=3"]


async def test_a_character_is_there_before_it_is_understood() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("")
        await shown.type("proc.name=ngin")
        await shown.rest()
        app.bar.on_key(events.Key("x", "x"))
        assert app.lines()[0].startswith(" filter  proc.name=nginx")
        assert app.bar.model.reading.text == "proc.name=ngin"
        await shown.rest()
        assert app.bar.model.reading.text == "proc.name=nginx"
        assert app.effective == "proc.name = nginx"


async def test_enter_and_escape_go_by_what_was_typed_last() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("")
        await shown.type("proc.name=ngin")
        await shown.rest()
        for key in (events.Key("x", "x"), events.Key("enter", "\r")):
            app.bar.on_key(key)
        app.bar.action_apply()
        await shown.rest()
        assert app.heard == ["proc.name=nginx"]
        app.bar.open("proc.name=nginx")
        for key in (events.Key("y", "y"), events.Key("escape", "\x1b")):
            app.bar.on_key(key)
        app.bar.action_cancel()
        await shown.rest()
        assert app.heard[1:] == [("cancelled", "proc.name=nginx")]
        assert not app.bar.display


async def test_a_key_without_a_command_does_not_lose_what_was_typed() -> None:
    app = Prompting()
    async with on_screen(app) as shown:
        app.bar.open("")
        for character in "proc.name=nginx":
            app.bar.on_key(events.Key(character, character))
        app.bar.on_key(events.Key("f7", None))
        await shown.rest()
        assert app.effective == "proc.name = nginx"
