"""A page over the list of events that asks the core beside the screen."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen

from scaptui.errors import Refused
from scaptui.new_file import NewFile
from scaptui.screens.asking_for_file import why_not_written
from scaptui.screens.background import Background, Once
from scaptui.screens.sizing import SizedScreen
from scaptui.views.cells import Line, fit_middle, shown
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.prompt import Prompt

Then = Literal["", "filter", "why", "crashes", "errors", "processes"]


@dataclass(frozen=True)
class PageLeft:
    """How a page was left.

    Attributes:
        at: The event it showed last.
        filter_text: The filter whose events are wanted, None for that of before.
        then: What is to be opened on the list, by the name of its action.
        back: Makes the page anew as it was left; None where it was closed.
    """

    at: int | None
    filter_text: str | None = None
    then: Then = ""
    back: Callable[[], Screen["PageLeft"]] | None = None


class AskingScreen(SizedScreen[PageLeft]):
    """Has a thread for its questions, for as long as it runs; dismissed with `PageLeft`."""

    DEFAULT_CSS = """
    AskingScreen { layout: vertical; overflow: hidden; }
    AskingScreen #status { height: 2; }
    AskingScreen #strip { height: 2; }
    """

    class Refusal(Message):
        """The core refused a question."""

        def __init__(self, refused: Refused) -> None:
            super().__init__()
            self.refused = refused

    class Failed(Message):
        """The work beside the screen met a defect."""

        def __init__(self, error: BaseException) -> None:
            super().__init__()
            self.error = error

    class Said(Message):
        """What came of something done beside the screen."""

        def __init__(self, told: str) -> None:
            super().__init__()
            self.told = told

    def __init__(self, told: str) -> None:
        super().__init__()
        # What the cursor line says until the next key.
        self.told = told
        self._work = Background(lambda error: self._post(self.Failed(error)))

    def on_unmount(self) -> None:
        """Ask no more."""
        self._work.end()

    def on_resize(self, event: events.Resize) -> None:
        """Places for another size."""
        self._fit(*event.size)
        self._place()
        self.call_after_refresh(self._tell_keys)

    def on_descendant_focus(self) -> None:
        """Other keys do something now."""
        self._tell_keys()

    def on_asking_screen_refusal(self, message: Refusal) -> None:
        """Say what the core said."""
        self._tell(str(message.refused))

    def on_asking_screen_failed(self, message: Failed) -> None:
        """A defect is the app's to tell."""
        raise message.error

    def on_asking_screen_said(self, message: Said) -> None:
        """Tell it."""
        self._tell(fit_middle(message.told, self.size.width - 1))

    def holds_back(self) -> bool:
        """Whether the viewer is not to be quit yet; the page says why, and asked again lets it."""
        return False

    @abstractmethod
    def _tell_keys(self) -> None:
        """Tell the keys of the pane that has them."""

    def _place(self) -> None:
        """Show the panes there is room for; all of them, where a page does not say."""

    def _drop_filter(self, filter_text: str, again: Then, at: int | None = None) -> None:
        """Leave for the page of all events: the filter is dropped on the list, too."""
        if filter_text:
            self.dismiss(PageLeft(at, "", then=again))
        else:
            self._tell("there is no filter to drop")

    @abstractmethod
    def _cursor_lines(self, width: int, height: int) -> Sequence[Line]:
        """The line above the keys."""

    def _foot(self) -> ComposeResult:
        """What stands below the panes of a page that asks for texts."""
        yield MadeLines(self._cursor_lines, id="cursor")
        yield Prompt(id="prompt")
        yield Footer(id="footer")
        yield MadeLines(self._small_lines, id="small")

    def _ask(self, purpose: str, label: str, hint: str, text: str = "", *, enter: str) -> None:
        self.query_one("#cursor").display = False
        self.query_one(Prompt).ask(purpose, label, hint, text, enter=enter)

    def _write_beside(self, path: Path, make: Callable[[], Iterable[str]], *, over: bool) -> None:
        """Write the lines of a report beside the screen, and say what came of it."""

        def write() -> None:
            try:
                text = "".join(f"{line}\n" for line in make())
                with NewFile(path, replaces=over) as new:
                    new.file.write(text.encode("utf-8", "backslashreplace"))
            except (OSError, ValueError) as error:
                self._post(self.Said(why_not_written(path, error)))
            else:
                self._post(self.Said(f"report written to {shown(str(path))}"))

        self._work.give("report", Once(write))

    def _post(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    def _tell(self, told: str) -> None:
        self.told = told
        self._redraw_all()

    def _redraw_all(self) -> None:
        for widget in self.query(MadeLines):
            widget.redraw()
