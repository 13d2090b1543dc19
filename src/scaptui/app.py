"""The viewer: one capture on one terminal."""

import asyncio
import gc
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, REPLACED_KEYS, Keys, key_to_character
from textual.screen import Screen

from scaptui.driver import TerminalDriver
from scaptui.errors import Refused
from scaptui.frames import Frames
from scaptui.output import tell
from scaptui.screens.asking import AskingScreen
from scaptui.screens.capture import CaptureScreen
from scaptui.screens.every_command import every_command
from scaptui.screens.opened import Opened
from scaptui.settings import check_keys
from scaptui.settings_file import settings_path
from scaptui.theming import Palette, Terminal
from scaptui.views.cells import Line

__all__ = ["Ended", "Opened", "ScaptuiApp", "view"]

# How long a key may be on its way before the next is let in, in seconds.
_LONGEST_KEY: Final = 2.0
# How long work beside the screen may hold the interpreter when a key comes, in seconds.
_SWITCH: Final = 0.001
# Two Ctrl+C within so many seconds are meant as one wish.
_TWICE_WITHIN: Final = 2.0
_KEYS: Final = frozenset(key.value for key in Keys)
_NO_KEYS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Ended:
    """How the viewer ended.

    Attributes:
        matched: Whether the last filter selected anything.
        signal: The signal that ended it, 0 for none.
    """

    matched: bool
    signal: int = 0


class ScaptuiApp(App[Ended]):
    """Shows a capture until someone has seen enough."""

    CSS = """
    App, Screen { background: ansi_default; color: ansi_default; scrollbar-size: 0 0; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "suspend", id="suspend", show=False),
        Binding("ctrl+l", "redraw", "draw the screen anew", id="redraw", show=False),
        Binding("question_mark,f1", "help", "help", id="screen.help"),
        Binding("ctrl+p,colon", "help(True)", "commands of this page", id="screen.commands"),
        Binding("ctrl+q,f10,Q", "close_viewer", "quit", id="quit", show=False),
        # Textual's own says how to quit, in a box.
        Binding("ctrl+c", "interrupt", show=False),
    ]

    def __init__(self, opened: Opened, palette: Palette, terminal: Terminal) -> None:
        super().__init__(driver_class=TerminalDriver, ansi_color=True)
        self.opened = opened
        self.palette = palette
        self.terminal = terminal
        self.animation_level = "none"
        self.crash: BaseException | None = None
        self.unsaved: Refused | None = None
        self._typed: deque[events.Key] = deque()
        self._waits_until = 0.0
        self._interrupted = -_TWICE_WITHIN
        self._frames = Frames(terminal.depth)

    def get_default_screen(self) -> Screen[Any]:
        """The main screen."""
        if self.opened.live is not None:
            from scaptui.screens.live import LiveScreen

            return LiveScreen(self.opened, self.opened.live)
        return CaptureScreen(self.opened)

    def on_load(self) -> None:
        """Hear of every task that dies."""
        asyncio.get_running_loop().set_task_factory(self._new_task)

    def on_mount(self) -> None:
        """End in order when told to, and draw everything after a stop."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw(), immediate=True)
        # What was loaded stays: looking for garbage among it would be felt as a key without answer.
        gc.freeze()
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                loop.add_signal_handler(number, self._ended_by(number))

    def action_redraw(self) -> None:
        """Draw every cell: something else may have written to the terminal."""
        self._frames.forget()
        for screen in self.screen_stack:
            screen.refresh(layout=True)

    def action_close_viewer(self) -> None:
        """Quit from anywhere, unless a page has what would be lost: then that is shown."""
        pages = [page for page in self.screen_stack if isinstance(page, AskingScreen)]
        held = next((page for page in reversed(pages) if page.holds_back()), None)
        if held is None:
            self.exit_viewer()
            return
        while self.screen is not held:
            self.pop_screen()

    def exit_viewer(self) -> None:
        """End, saying whether the filter selected anything."""
        self.exit(Ended(self._matched()))

    def action_help(self, everything: bool = False) -> None:  # noqa: FBT001, FBT002 - of a binding
        """Keys of the pane that has the focus, or of its page; do what is chosen there."""
        from scaptui.screens.help import Command, HelpScreen

        screen = self.screen
        if isinstance(screen, HelpScreen):
            return

        async def run(command: Command | None) -> None:
            if command is not None:
                await self.run_action(command.action, command.node)

        title = self._first_line("help")
        self.push_screen(HelpScreen.of(screen, title, everything=everything), run)

    def _first_line(self, name: str) -> Callable[[int], Line]:
        main = self._listed
        return (lambda _: ()) if main is None else lambda width: main.first_line(name, width)

    @property
    def _listed(self) -> CaptureScreen | None:
        """The list of events that is shown, or that the page shown stands above."""
        lists = (each for each in reversed(self.screen_stack) if isinstance(each, CaptureScreen))
        return next(lists, None)

    def action_interrupt(self) -> None:
        """Twice in a row, on a screen that has nothing to stop: quit."""
        now = time.monotonic()
        if now < self._interrupted + _TWICE_WITHIN:
            self.exit_viewer()
        self._interrupted = now

    def _matched(self) -> bool:
        first = self.screen_stack[0] if self.screen_stack else None
        return first.matched if isinstance(first, CaptureScreen) else False

    def _ended_by(self, number: int) -> Callable[[], None]:
        return lambda: self.exit(Ended(self._matched(), signal=number))

    # Textual hands keys on at once, so that keys typed ahead reach the pane that had the focus when
    # they came, not the one an earlier key opened. Over a slow line people type ahead: here a key
    # waits until the one before it has gone all the way from its pane back up to the app, which
    # does what it is bound to, and until what the pane then told went that way, too.

    async def on_event(self, event: events.Event) -> None:
        """Take keys in order, one when the one before is done with; everything else at once."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        if (main := self._listed) is not None:
            main.key_comes()
        self._typed.append(event)
        if time.monotonic() > self._waits_until:
            await self._deliver()

    async def _deliver(self) -> None:
        if not self._typed:
            self._waits_until = 0.0
            return
        # A pane that goes away takes its callbacks with it: no key waits longer than this.
        self._waits_until = time.monotonic() + _LONGEST_KEY
        way_up = (self.focused or self.screen).ancestors_with_self
        await super().on_event(self._typed.popleft())
        await _WayUp([*way_up, *way_up, self], self._deliver).go_on()

    # Textual's own answer to a defect is a traceback with all local variables, captured text
    # among them, on the terminal. Ours is a log and one line, once the terminal is restored.
    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        if self.crash is None:
            self.crash = error
        super()._handle_exception(error)

    # Textual catches `Exception`. A panic of the core is none: the task of the pane it happened in
    # would die of it, unheard, and the viewer stand still.
    def _new_task(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        /,
        **named: Any,
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **named)
        task.add_done_callback(self._task_ended)
        return task

    def _task_ended(self, task: asyncio.Task[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, Exception) and self.crash is None:
            panic = RuntimeError(f"{type(error).__name__}: {error}")
            panic.__cause__ = error
            self._handle_exception(panic)

    def _set_pointer_shape(self, shape: str) -> None:
        """The pointer is the terminal's: no sequence for what few terminals know."""

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        # Textual's one place where pictures leave: what follows is `Frames`, then the terminal.
        if isinstance(renderable, CompositorUpdate) and not self.is_headless:
            renderable = self._frames.wrap(renderable, self.size)
        super()._display(screen, renderable)
        if (main := self._listed) is not None:
            main.picture_made()


class _WayUp:
    """Goes from node to node, behind all that each has to do already, and then does something."""

    def __init__(self, nodes: Sequence[DOMNode], then: Callable[[], Awaitable[None]]) -> None:
        self._nodes = deque(nodes)
        self._then = then

    async def go_on(self) -> None:
        """Wait for the next node that takes messages; behind the last do it."""
        if not self._nodes:
            await self._then()
        # Not `call_later`: Textual inspects what that makes of a method with arguments each time.
        while self._nodes:
            if self._nodes.popleft().post_message(events.Callback(self.go_on)):
                return


def view(
    opened: Opened,
    palette: Palette,
    terminal: Terminal,
    *,
    mouse: bool = True,
    keys: Mapping[str, str] = _NO_KEYS,
) -> Ended:
    """Run the viewer on the terminal of this process until it is closed.

    Whatever ends it, the terminal is as it was before.

    Raises:
        Refused: the settings give a key to no command, or a command no key.
        BaseException: the defect that ended it, for the crash log.
    """
    if keys:
        check_keys(keys, every_command(), is_key, settings_path())
    sys.setswitchinterval(_SWITCH)
    app = ScaptuiApp(opened, palette, terminal)
    app.set_keymap(dict(keys))
    ended = app.run(mouse=mouse)
    if app.crash is not None:
        raise app.crash
    opened.capture.close()
    if app.unsaved is not None:
        tell(f"note: bookmarks are not saved: {app.unsaved.message}")
    return ended or Ended(matched=False)


def is_key(named: str) -> bool:
    """Whether a key is named as Textual names one that can be pressed."""
    if len(named) == 1:
        return named.isprintable()
    last = named.rpartition("+")[2]
    if last in KEY_NAME_REPLACEMENTS:
        return False  # plus_sign is what Unicode calls it: the key is plus
    return last in _KEYS or last in REPLACED_KEYS or key_to_character(last) is not None
