"""Help and palette on a screen."""

from pathlib import Path

from textual.app import App, ComposeResult
from textual.binding import Binding

from scaptui.screens.help import Command, HelpScreen
from scaptui.views.cells import line_text
from scaptui.widgets.lines import LinesView
from tests.screens.app import on_screen, viewer


class Pane(LinesView, can_focus=True):
    BINDINGS = [  # noqa: RUF012
        Binding("j,down", "note('down')", "next row", id="list.down"),
        Binding("k,up", "note('up')", "previous row", id="list.up"),
        Binding("z", "note('quiet')", "not on the page"),
    ]

    def action_note(self, what: str) -> None:
        self.app.noted.append(what)  # type: ignore[attr-defined]


class OtherPane(LinesView, can_focus=True):
    BINDINGS = [Binding("S", "note('sort')", "sort the tree", id="tree.sort")]  # noqa: RUF012

    def action_note(self, what: str) -> None:
        self.app.noted.append(what)  # type: ignore[attr-defined]


class Helped(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def compose(self) -> ComposeResult:
        yield Pane(id="events")
        yield OtherPane(id="tree")

    def on_mount(self) -> None:
        self.query_one("#events").focus()

    def ask(self, *, everything: bool = False) -> None:
        self.push_screen(HelpScreen.of(self.screen, everything=everything), self.run_it)

    async def run_it(self, command: Command | None) -> None:
        if command is not None:
            await self.run_action(command.action, command.node)

    def lines(self) -> list[str]:
        return [
            line_text(line).rstrip() for view in self.screen.query(LinesView) for line in view.lines
        ]


async def test_help_lists_the_keys_of_the_pane_that_had_the_focus() -> None:
    app = Helped()
    async with on_screen(app) as shown:
        app.ask()
        await shown.rest()
        lines = app.lines()
        assert lines[1].startswith(" help for  events")
        assert "   j k ↓ ↑    a row" in lines
        assert not any("sort the tree" in line or "not on the page" in line for line in lines)


async def test_typing_finds_commands_of_other_panes_and_enter_runs_them() -> None:
    app = Helped()
    async with on_screen(app) as shown:
        app.ask()
        await shown.rest()
        await shown.type("sort")
        await shown.press("enter")
        await shown.rest()
        assert app.noted == ["sort"]
        assert not isinstance(app.screen, HelpScreen)


async def test_escape_takes_back_what_was_typed_and_then_closes() -> None:
    app = Helped()
    async with on_screen(app) as shown:
        app.ask()
        await shown.rest()
        await shown.press("s", "escape")
        assert isinstance(app.screen, HelpScreen)
        await shown.press("escape")
        assert not isinstance(app.screen, HelpScreen)
        assert app.noted == []


async def test_the_palette_lists_every_command() -> None:
    app = Helped()
    async with on_screen(app) as shown:
        app.ask(everything=True)
        await shown.rest()
        assert any("sort the tree" in line and line.endswith("tree") for line in app.lines())
        await shown.press("enter")
        await shown.rest()
        assert app.noted == ["down"]


async def test_ctrl_u_takes_back_what_was_typed(crashloop: Path) -> None:
    async with viewer(crashloop) as shown:
        await shown.press("colon")
        await shown.type("zzz")
        assert "no key or command of this page has 'zzz'" in shown.pane("help-page")[0]
        await shown.press("ctrl+u")
        assert "type to search" in shown.pane("help-head")[1]
