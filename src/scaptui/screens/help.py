"""Help of the pane that had the focus, and the palette: every command of the page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from scaptui.screens.searching import SearchingScreen
from scaptui.views.cells import Line, Piece
from scaptui.views.help import HelpModel
from scaptui.views.help_keys import Bound, Key, page_keys
from scaptui.widgets.filter_bar import with_cursor
from scaptui.widgets.lines import LinesView

Title = Callable[[int], Line]


@dataclass(frozen=True)
class Command:
    """A binding that can be run from elsewhere.

    Attributes:
        bound: Its id, keys and words.
        action: What it does, in Textual's words.
        node: Where it does it.
        is_shown: Whether it belongs on the page.
    """

    bound: Bound
    action: str
    node: DOMNode
    is_shown: bool = True

    @property
    def pane(self) -> str:
        """The pane it belongs to."""
        return pane_name(self.node)


def commands_here(screen: Screen[Any]) -> list[Command]:
    """The commands whose keys do something where the focus is now."""
    found: dict[str, Command] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not binding.id or not active.enabled or binding.system:
            continue
        known = found.get(binding.id)
        keys = (*known.bound.keys, key) if known else (key,)
        bound = Bound(binding.id, keys, binding.description)
        found[binding.id] = Command(bound, binding.action, active.node, binding.show)
    return list(found.values())


def commands_elsewhere(screen: Screen[Any]) -> list[Command]:
    """The commands of the other panes of a screen."""
    here = {command.bound.command for command in commands_here(screen)}
    panes = [widget for widget in screen.query("*") if widget.can_focus and widget.display]
    return [c for pane in panes for c in _commands_of(pane) if c.bound.command not in here]


def _commands_of(node: Widget) -> Iterator[Command]:
    found: dict[str, list[Binding]] = {}
    for binding in (b for bindings in node._bindings.key_to_bindings.values() for b in bindings):
        if binding.id:
            found.setdefault(binding.id, []).append(binding)
    for name, bindings in found.items():
        bound = Bound(name, tuple(b.key for b in bindings), bindings[0].description)
        yield Command(bound, bindings[0].action, node)


def pane_name(node: DOMNode | None) -> str:
    """How a pane is called on the page: its own word for itself, else its id."""
    if node is None or isinstance(node, App):
        return ""
    return str(getattr(node, "pane_name", "") or node.id or type(node).__name__.lower())


class HelpScreen(SearchingScreen[Command | None]):
    """The keys of one pane. Typing searches all keys and commands; Enter runs what was found.

    It is dismissed with the command to run, or with None.
    """

    DEFAULT_CSS = """
    HelpScreen { layout: vertical; overflow: hidden; }
    HelpScreen #help-head { height: 3; }
    HelpScreen #help-page { height: 1fr; }
    HelpScreen #help-end { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close", id="help.close"),
        Binding("enter", "run", "do it", id="help.run"),
        Binding("down", "move(1)", "next", id="help.down"),
        Binding("up", "move(-1)", "previous", id="help.up"),
        Binding("pagedown,ctrl+d", "move(10)", "page down", id="help.page_down"),
        Binding("pageup,ctrl+u", "move(-10)", "page up", id="help.page_up"),
        Binding("ctrl+p", "all", "commands of this page", id="help.all"),
    ]

    def __init__(
        self,
        here: list[Command],
        elsewhere: list[Command],
        title: Title,
        *,
        pane: str,
        everything: bool = False,
    ) -> None:
        super().__init__()
        self._commands = {c.bound.command: c for c in (*elsewhere, *here)}
        self._title = title
        # What is the same everywhere is found by typing, and leaves the page to the pane.
        told = [command for command in here if command.is_shown]
        rest = [*elsewhere, *(command for command in here if not command.is_shown)]
        others = [key for command in rest for key in page_keys([command.bound], command.pane)]
        self.model = HelpModel(pane, page_keys([c.bound for c in told], pane), others)
        self.model.lists_everything = everything

    @classmethod
    def of(
        cls, screen: Screen[Any], title: Title = lambda _: (), *, everything: bool = False
    ) -> "HelpScreen":
        """Help for what has the focus on a screen; with `everything` the palette."""
        pane = pane_name(screen.focused or screen)
        here, elsewhere = commands_here(screen), commands_elsewhere(screen)
        return cls(here, elsewhere, title, pane=pane, everything=everything)

    def compose(self) -> ComposeResult:
        """Status and prompt, the page, the legend."""
        yield LinesView(id="help-head")
        yield LinesView(id="help-page")
        yield LinesView(id="help-end")

    @property
    def searched(self) -> HelpModel:
        """What is searched."""
        return self.model

    def action_close(self) -> None:
        """Take back what was typed, else close."""
        if self.model.clear():
            self._draw()
        else:
            self.dismiss(None)

    def action_run(self) -> None:
        """Close and do what the line says."""
        choice = self.model.choice
        if choice is not None:
            self.dismiss(self.command(choice))

    def action_move(self, by: int) -> None:
        """Choose, or scroll."""
        self.model.move(by, self.size.width, self._page_rows)
        self._draw()

    def action_all(self) -> None:
        """Every command, of all panes."""
        self.model.lists_everything = not self.model.lists_everything
        self.model.clear()
        self._draw()

    def command(self, key: Key) -> Command | None:
        """What a line stands for."""
        return self._commands.get(key.commands[0]) if key.commands else None

    @property
    def _page_rows(self) -> int:
        return max(1, self.query_one("#help-page").size.height)

    def _draw(self) -> None:
        width = self.size.width
        heading = self.model.heading(width)
        cursor = sum(len(piece.text) for piece in heading)
        head = with_cursor((*heading, Piece(" ")), cursor)
        self.query_one("#help-head", LinesView).show([self._title(width), head])
        lines = self.model.lines(width, self._page_rows)
        chosen = self.model.chosen - self.model.top if self.model.choice is not None else None
        self.query_one("#help-page", LinesView).show(lines, chosen)
        self.query_one("#help-end", LinesView).show(self.model.ending(width))
