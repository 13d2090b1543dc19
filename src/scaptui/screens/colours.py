"""The page of colour rules."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from scaptui.errors import Refused
from scaptui.screens.asking_for_file import REPLACES
from scaptui.screens.keys import Keys, prompt_keys, told
from scaptui.screens.sizing import SizedScreen
from scaptui.views.cells import Line, Piece, shown
from scaptui.views.colour_page import ColourPage
from scaptui.views.colour_rules import Rule, rules_path, save_rules
from scaptui.widgets.colour_list import ColourList
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.prompt import Prompt

_KEYS: Final[Keys] = (
    ("colours.toggle", "on/off"),
    ("colours.down colours.up", "order"),
    ("colours.role", "look"),
    ("colours.filter", "filter"),
    ("colours.add", "add"),
    ("colours.save", "keep"),
    ("screen.help", "help"),
    ("colours.close", ""),
)
_SECOND: Final = " rules   the first that selects an event colours its row"


class ColoursScreen(SizedScreen[tuple[Rule, ...]]):
    """Joins the model of the page to its widgets; dismissed with the rules as they are then."""

    AUTO_FOCUS = "#colours"
    DEFAULT_CSS = """
    ColoursScreen { layout: vertical; overflow: hidden; }
    ColoursScreen #status { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,alt+l", "close", "close", id="colours.close"),
        Binding("ctrl+c", "close", "close", id="screen.stop"),
        Binding("ctrl+s", "save", "keep them", id="colours.save"),
    ]

    def __init__(self, rules: Sequence[Rule], first_line: Callable[[str, int], Line]) -> None:
        super().__init__()
        self.model = ColourPage(rules)
        self.told = ""
        self._first_line = first_line

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield ColourList(self.model, id="colours")
        yield MadeLines(lambda *_: [(Piece(f" {self.told}"),)], id="cursor")
        yield Prompt(id="prompt")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def on_resize(self, event: events.Resize) -> None:
        """Places for another size."""
        self._fit(*event.size)
        self.call_after_refresh(self._tell_keys)

    def on_descendant_focus(self) -> None:
        """Other keys do something now."""
        self._tell_keys()

    def on_rows_pane_moved(self) -> None:
        """Draw it."""
        self._tell("")

    def on_colour_list_asked(self, message: ColourList.Asked) -> None:
        """Ask for what is to be typed."""
        rule = self.model.current
        text = ""
        if rule is not None and message.what != "add":
            text = rule.name if message.what == "name" else rule.text
        self._ask(message.what, text)

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Take it."""
        self.query_one("#cursor").display = True
        text = (message.text or "").strip()
        told = ""
        try:
            match message.purpose:
                case "name" if message.text is not None:
                    self.model.name(text)
                case "filter" if text:
                    self.model.filter(text)
                case "add" if text:
                    self.model.add(text)
                case "replace" if text.lower() in {"y", "yes"}:
                    told = f"kept in {shown(str(save_rules(self.model.rules)))}"
        except Refused as refused:
            told = "; ".join(filter(None, [refused.message, refused.hint]))
        self._tell(told)

    def action_save(self) -> None:
        """Keep the rules; a file that is there is asked about."""
        path = rules_path()
        if path.exists():
            self._ask("replace", "", f"{path.name} exists, replace it?", REPLACES)
            return
        try:
            self._tell(f"kept in {shown(str(save_rules(self.model.rules)))}")
        except Refused as refused:
            self._tell(refused.message)

    def action_close(self) -> None:
        """Back to the events, coloured by these rules."""
        self.dismiss(tuple(self.model.rules))

    def _ask(self, purpose: str, text: str, label: str = "", enter: str = "take it") -> None:
        self.query_one("#cursor").display = False
        hint = "y or Esc" if label else ""
        self.query_one(Prompt).ask(purpose, label or purpose, hint, text, enter=enter)

    def _tell(self, words: str) -> None:
        self.told = words
        for widget in self.query(MadeLines):
            widget.redraw()
        self.query_one(ColourList).redraw()

    def _tell_keys(self) -> None:
        prompt = self.query_one(Prompt)
        wanted = prompt_keys(prompt) if prompt.has_focus else _KEYS
        self.query_one(Footer).tell(told(self, wanted))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        return [self._first_line("colours", width), (Piece(_SECOND, "muted"),)]
