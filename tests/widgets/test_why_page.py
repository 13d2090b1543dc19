"""The page that explains a filter, on a screen."""

from dataclasses import replace

from textual.app import App, ComposeResult

from scaptui.filter.core import understood
from scaptui.filter.expression import Check, Expression
from scaptui.views.cells import line_text
from scaptui.views.executed import Executions, Failure, Search
from scaptui.views.why import ClauseCount, Explanation
from scaptui.views.why_places import Occurrence
from scaptui.widgets.why import WhyPage
from tests.screens.app import on_screen


def explanation(names: int = 3) -> Explanation:
    expression = understood("proc.name=ngnix").expression
    assert isinstance(expression, Check)
    values = tuple((f"name{number}".encode(), 90 - number) for number in range(names))
    clause = ClauseCount(expression, 0, 0, expression, 100, "proc.name", values=values)
    return Explanation(expression, 100, 0, (clause,), done=True)


class Explaining(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def compose(self) -> ComposeResult:
        yield WhyPage()

    def on_mount(self) -> None:
        page = self.query_one(WhyPage)
        page.display = True
        page.focus()

    def on_why_page_chosen(self, message: WhyPage.Chosen) -> None:
        self.heard.append(message.text)

    def on_why_page_event_asked(self, message: WhyPage.EventAsked) -> None:
        self.heard.append(message.number)

    def on_why_page_left(self, message: WhyPage.Left) -> None:
        self.heard.append("left")

    def on_why_page_edit_asked(self, message: WhyPage.EditAsked) -> None:
        self.heard.append("edit")

    def on_why_page_asked(self, message: WhyPage.Asked) -> None:
        asked: Expression = message.expression
        self.heard.append(asked)


async def test_moving_and_enter_take_a_value() -> None:
    app = Explaining()
    async with on_screen(app, (80, 20)) as shown:
        page = app.query_one(WhyPage)
        page.explained(explanation())
        await shown.press("j", "enter")
        await shown.rest()
        assert app.heard == ['proc.name = "name1"']
        assert line_text(page.cursor_line(80)).endswith("89 of 100 match")


async def test_a_page_longer_than_the_screen_follows_its_cursor() -> None:
    app = Explaining()
    async with on_screen(app, (80, 3)) as shown:
        page = app.query_one(WhyPage)
        await shown.rest()
        page.explained(explanation())
        await shown.rest()
        assert any(line_text(line).startswith(">") for line in page.lines)


async def test_it_can_be_left_and_edited() -> None:
    app = Explaining()
    async with on_screen(app, (80, 20)) as shown:
        app.query_one(WhyPage).explained(explanation())
        await shown.press("f", "backspace")
        await shown.rest()
        assert app.heard == ["edit", "left"]


def failing() -> Explanation:
    """An explanation with two attempts to execute a program, and its text elsewhere."""
    known = explanation()
    tried, place = understood("evt.type=execve"), understood("fd.name contains ngnix")
    searches = (Search(b"ngnix", 7, b"sh", "ENOENT", [40, 41]),)
    failure = Failure(searches, 1, True, (tried.expression, 2), None, b"sh", b"", None)
    return replace(
        known,
        word="ngnix",
        elsewhere=(Occurrence("fd.name", place.expression, 5, b"/bin/ngnix"),),
        executed=Executions(b"ngnix", 2, 0, (), (), True, (failure,)),
    )


async def test_tab_goes_from_part_to_part_and_begins_again() -> None:
    app = Explaining()
    async with on_screen(app, (80, 30)) as shown:
        page = app.query_one(WhyPage)
        page.explained(failing())
        chosen = [page.model.chosen_filter]
        for _ in range(3):
            await shown.press("tab")
            chosen.append(page.model.chosen_filter)
        assert chosen == [
            'fd.name contains "ngnix"',
            'evt.type = "execve"',
            'proc.name = "name0"',
            'fd.name contains "ngnix"',
        ]


async def test_g_asks_for_the_event_that_shows_what_happened() -> None:
    app = Explaining()
    async with on_screen(app, (80, 30)) as shown:
        page = app.query_one(WhyPage)
        page.explained(failing())
        assert ("g", "to event 41") in page.keys
        await shown.press("g")
        await shown.rest()
        assert app.heard == [41]


async def test_without_such_an_event_g_does_nothing() -> None:
    app = Explaining()
    async with on_screen(app, (80, 20)) as shown:
        page = app.query_one(WhyPage)
        page.explained(explanation())
        await shown.press("g")
        await shown.rest()
        assert app.heard == []
        assert "g" not in dict(page.keys)
