"""The page of a stream: what went through one descriptor, or out of a tree of processes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.capture.opening import Capture
from scaptui.driver import has_clipboard
from scaptui.errors import Refused
from scaptui.screens.asking import PageLeft
from scaptui.screens.background import Once
from scaptui.screens.finding import FindingScreen
from scaptui.screens.frame import Frame
from scaptui.screens.keys import Keys, prompt_keys, told
from scaptui.views.cells import Line, Piece, fit_middle, shown
from scaptui.views.saving import save_new, save_over
from scaptui.views.stream_page import StreamPage
from scaptui.views.streams import StreamWanted, beside, page_of
from scaptui.widgets.footer import Footer
from scaptui.widgets.made import MadeLines
from scaptui.widgets.prompt import Prompt
from scaptui.widgets.stream_pane import StreamPane

_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("stream.form", "hex"),
    ("stream.side", "one side"),
    ("screen.find", "find"),
    ("stream.event", "to event"),
    ("stream.request", "request"),
    ("stream.save", "save"),
    ("stream.next stream.previous", "next, previous"),
    ("stream.close", "back"),
)
# Seconds between looks at a capture that is still being read.
_AGAIN: Final = 1.0
# What terminals take into their clipboard, in bytes.
_MOST_COPIED: Final = 50_000


@dataclass(frozen=True)
class StreamAsked:
    """The page that is wanted.

    Attributes:
        capture: The capture.
        wanted: Which stream.
        filter_text: The filter of the events, as text.
        first_line: Line 1 for the screen's name and a width.
    """

    capture: Capture
    wanted: StreamWanted
    filter_text: str
    first_line: Callable[[str, int], Line]


def stream_screen(frame: Frame, wanted: StreamWanted) -> "StreamScreen":
    """The page of a stream, over a page with this frame."""
    return StreamScreen(StreamAsked(frame.capture, wanted, frame.filter_text, frame.first_line))


class StreamScreen(FindingScreen):
    """Joins the model of the page to its widgets."""

    DEFAULT_CSS = """
    StreamScreen #status { height: 3; }
    StreamScreen #totals { height: 3; }
    """
    AUTO_FOCUS = "#stream"
    looks_in = "in captured bytes, any case"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,backspace,s,f5", "close", "back to the events", id="stream.close"),
        Binding("S", "save", "save captured bytes of what is shown", id="stream.save"),
        Binding("c", "copy", "copy the bytes of this call", id="list.copy"),
        Binding(
            "right_square_bracket", "other(1)", "next descriptor of the process", id="stream.next"
        ),
        Binding(
            "left_square_bracket", "other(-1)", "previous descriptor of it", id="stream.previous"
        ),
        Binding("t", "request", "the request, from process to process", id="stream.request"),
        Binding("f,f4,backslash", "filter", "filter", id="screen.filter"),
        Binding("ctrl+c", "close", "stop looking, close", id="screen.stop"),
    ]

    class Found(Message):
        """The stream is known."""

        def __init__(self, wanted: StreamWanted, page: StreamPage, events: int) -> None:
            super().__init__()
            self.wanted = wanted
            self.page = page
            self.events = events

    class Other(Message):
        """Another stream of the process is wanted, or there is none."""

        def __init__(self, wanted: StreamWanted | None) -> None:
            super().__init__()
            self.wanted = wanted

    class Said(Message):
        """What came of something done beside the screen."""

        def __init__(self, told: str, ask_over: Path | None = None) -> None:
            super().__init__()
            self.told = told
            self.ask_over = ask_over

    def __init__(self, asked: StreamAsked) -> None:
        super().__init__("reading the stream")
        self.asked = asked
        self.wanted = asked.wanted
        self.model: StreamPage | None = None
        self._events = 0
        self._over: Path | None = None

    def compose(self) -> ComposeResult:
        """The frame, from top to bottom."""
        yield MadeLines(self._status_lines, id="status")
        yield StreamPane(id="stream")
        yield MadeLines(self._total_lines, id="totals")
        yield from self._foot()

    def on_mount(self) -> None:
        """Begin to look, and look again while more is read."""
        self._work.start()
        self._look()
        if not self.asked.capture.progress().done:
            self.set_interval(_AGAIN, self._look_again)

    def _place(self) -> None:
        self.query_one("#totals").display = self.size.height >= 20

    # Work beside the screen

    def _look(self) -> None:
        capture, wanted = self.asked.capture, self.wanted

        def look() -> None:
            events = capture.progress().events
            try:
                page = page_of(capture, wanted)
            except Refused as refused:
                self._post(self.Refusal(refused))
                return
            self._post(self.Found(wanted, page, events))

        self._work.give("stream", Once(look))

    def _look_again(self) -> None:
        if self.asked.capture.progress().events != self._events and not self._work.busy("stream"):
            self._look()

    def on_stream_screen_found(self, message: Found) -> None:
        """Show it; the cursor stays on its event."""
        if message.wanted != self.wanted:
            return
        before, self.model = self.model, message.page
        self._events = message.events
        if before is not None and before.piece is not None:
            self.model.form, self.model.sought = before.form, before.sought
            self.model.show_side(before.side)
            self.model.go_to(before.piece.event)
        else:
            self.told = ""
            self.model.go_to(message.wanted.event)
        self.query_one(StreamPane).model = self.model
        self._redraw_all()

    def action_other(self, by: int) -> None:
        """Ask for the next descriptor of the process, or the one before."""
        capture, wanted = self.asked.capture, self.wanted
        if wanted.thread is not None:
            self._tell("the output of a tree has no descriptor beside it")
            return
        self._tell("looking for another descriptor")
        self._work.give("other", Once(lambda: self._post(self.Other(beside(capture, wanted, by)))))

    def on_stream_screen_other(self, message: Other) -> None:
        """Show the other stream."""
        if message.wanted is None:
            self._tell("the process moved data through no other descriptor there")
            return
        self.wanted, self.model = message.wanted, None
        self._look()

    # Keys

    def on_rows_pane_moved(self) -> None:
        """Tell of the call the cursor is on now."""
        self.told = ""
        self._redraw_all()

    def on_stream_pane_event_wanted(self, message: StreamPane.EventWanted) -> None:
        """Leave for an event; where the filter hides it, without the filter."""
        self.dismiss(PageLeft(message.event, "" if self.asked.filter_text else None))

    def action_request(self) -> None:
        """Follow the request that the connection is part of."""
        from scaptui.screens.findings import request_screen

        if self.wanted.thread is not None:
            self._tell("the output of a tree is no connection")
            return
        self.app.push_screen(
            request_screen(self.asked, self.wanted.event, self.wanted.fd), self._left_request
        )

    def _left_request(self, left: PageLeft | None) -> None:
        if left is not None and (left.at is not None or left.then):
            self.dismiss(left)

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(PageLeft(None))

    def action_filter(self) -> None:
        """Back, to type at the filter."""
        self.dismiss(PageLeft(None, then="filter"))

    def _find(self, text: str, *, backward: bool = False) -> None:
        if self.model is not None:
            self._tell(self.model.find(text, backward=backward))

    def _find_first(self, text: str) -> None:
        if self.model is not None:
            self._tell(self.model.find(text, here=True))

    def action_save(self) -> None:
        """Ask where to save."""
        if self.model is None:
            return
        name = f"stream-{self.wanted.event or self.wanted.thread}-{self.model.side}.bin"
        what = {"both": "both sides", "out": "what went out", "in": "what came in"}
        hint = f"captured bytes of {what[self.model.side]}"
        self._ask("save", "save to", hint, name, enter="save them")

    def action_copy(self) -> None:
        """The bytes of the call go to the clipboard, in the form that is safe to paste."""
        model = self.model
        text = "" if model is None else shown(model.stream.data(model.index))
        if not text:
            self._tell("this call moved no captured bytes")
        elif len(text.encode()) > _MOST_COPIED or not has_clipboard():
            self._tell("the terminal takes no such text, S saves it")
        else:
            self.app.copy_to_clipboard(text)
            self._tell(f"copied {len(text):,} characters")

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Do what was asked for."""
        self.query_one("#cursor").display = True
        if self._finds(message):
            return
        text = message.text or ""
        model = self.model
        if not text or model is None:
            self._tell("nothing was saved")
        elif message.purpose == "save":
            self._save(Path(text).expanduser(), model)
        elif self._over is not None and text.strip().lower() in ("y", "yes"):
            self._save(self._over, model, over=True)
        else:
            self._tell("nothing was saved")

    def _save(self, path: Path, model: StreamPage, *, over: bool = False) -> None:
        def save() -> None:
            try:
                written = (save_over if over else save_new)(path, model.raw(model.side))
            except FileExistsError:
                self._post(self.Said("", path))
            except (OSError, ValueError, RuntimeError) as error:
                reason = (isinstance(error, OSError) and error.strerror) or "it is no path"
                self._post(self.Said(f"nothing saved: {reason}"))
            else:
                self._post(self.Said(f"{written:,} bytes in {shown(str(path))}"))

        self._work.give("save", Once(save))

    def on_stream_screen_said(self, message: Said) -> None:
        """Tell it; before something is written over, ask."""
        if message.ask_over is None:
            self._tell(fit_middle(message.told, self.size.width - 1))
            return
        self._over = message.ask_over
        name = fit_middle(shown(str(message.ask_over)), max(10, self.size.width - 40))
        self._ask("over", f"{name} is there, write over it?", "y or n", enter="write after y")

    # Lines

    def _redraw_all(self) -> None:
        super()._redraw_all()
        self.query_one(StreamPane).redraw()

    def _tell_keys(self) -> None:
        prompt = self.query_one(Prompt)
        wanted = prompt_keys(prompt) if prompt.has_focus else _KEYS
        self.query_one(Footer).tell(told(self, wanted))

    def _status_lines(self, width: int, _: int) -> Sequence[Line]:
        first = self.asked.first_line("stream", width)
        if self.model is None:
            return [first]
        return [
            first,
            self.model.filter_line(self.asked.filter_text, width),
            self.model.nature_line(width),
        ]

    def _total_lines(self, _width: int, _: int) -> Sequence[Line]:
        return [] if self.model is None else [(), *self.model.total_lines()]

    def _cursor_lines(self, _width: int, _: int) -> Sequence[Line]:
        if self.told or self.model is None:
            return [(Piece(f" {self.told}"),)]
        return [self.model.cursor_line()]
