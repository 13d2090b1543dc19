"""The main screen while the capture is made: what processes do above, the newest events below."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from scaptui.capture.opening import Filter
from scaptui.capture.selecting import Selection
from scaptui.capture.signalling import Target, signal_named
from scaptui.capture.usage import Usage, sees_host_processes
from scaptui.errors import Refused
from scaptui.screens.background import Once, Pace
from scaptui.screens.capture import CaptureScreen
from scaptui.screens.keys import Keys, told
from scaptui.screens.opened import Opened
from scaptui.views.arrangement import TALL, WIDE
from scaptui.views.cells import Line, Piece, fit_end, glimpse
from scaptui.views.live import Live, LiveFacts, LiveWatch, about_probe, live_line, sentences
from scaptui.views.live_processes import LiveProcesses, LiveTreeModel
from scaptui.views.process_frame import lineage_line, quiet_line
from scaptui.views.process_snapshot import Snapshot
from scaptui.views.status import Counts, FileFacts, filter_line
from scaptui.views.strip import Strip, bars, marks
from scaptui.widgets.event_list import EventList
from scaptui.widgets.footer import Footer
from scaptui.widgets.live_tree import LiveTree
from scaptui.widgets.made import MadeLines
from scaptui.widgets.process_tree import ProcessTree
from scaptui.widgets.prompt import Prompt

# How often the screen changes by itself, in seconds.
_INTERVAL: Final = 1.0
# How long after a change of the filter what it selects is shown as it is found, in seconds.
_CATCHING_UP: Final = 1.5
# Lower screens show the pane with the focus only.
_BOTH: Final = 20
# Lines 1 and 2, strip, cursor line and keys.
_FRAME: Final = 6
# The tree beside the events has room for all columns of rates.
_TREE_CELLS: Final = 72

_LIVE_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("live.pause", "pause"),
    ("events.tail", "tail"),
    ("screen.filter", "filter"),
    ("screen.find", "find"),
    ("events.failure", "failure"),
    ("screen.details", "details"),
    ("screen.pane", "pane"),
    ("live.probe", "probe"),
    ("screen.close", ""),
)
_TREE_KEYS: Final[Keys] = (
    ("screen.help", "help"),
    ("live.pause", "pause"),
    ("tree.scope", "events"),
    ("tree.sort", "sort"),
    ("tree.everything", "all"),
    ("tree.ended", "ended"),
    ("tree.signal", "signal"),
    ("screen.pane", "pane"),
    ("screen.zoom", "alone"),
    ("screen.close", ""),
)
# Keys that have no use once nothing comes any more.
_WHILE_LIVE: Final = frozenset({"live.pause", "events.tail"})
_TREE: Final = "live-tree"
_SIGNAL: Final = "signal"
# What stands beside the arguments of a process that is asked about: its number, what is typed.
_SIGNAL_CELLS: Final = 54
_BORDER: Final = "live-border"
# Blanks around a note in line 2.
_BESIDE: Final = " " * 4


@dataclass(frozen=True, slots=True)
class Moment:
    """What an interval ended with."""

    selection: Selection
    strip: Strip
    file: FileFacts
    facts: LiveFacts
    tree: Snapshot


class LiveScreen(CaptureScreen):
    """Follows a capture that is being made, until it is paused or somebody reads."""

    DEFAULT_CSS = """
    LiveScreen #live-tree { height: 1fr; }
    LiveScreen #live-border { width: 1; height: 1fr; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("equals_sign", "pause", "pause the screen, never the capture", id="live.pause"),
        Binding("Y,f7", "probe", "how the probe does", id="live.probe"),
        Binding("H,f8", "doctor", "whether this host can capture", id="live.doctor"),
        Binding("tab", "next_pane(1)", "next pane", id="screen.pane"),
        Binding("shift+tab", "next_pane(-1)", "previous pane", id="screen.pane_back"),
    ]

    class Looked(Message):
        """An interval has ended."""

        def __init__(self, moment: Moment) -> None:
            super().__init__()
            self.moment = moment

        def can_replace(self, message: Message) -> bool:
            """The newest tells everything."""
            return isinstance(message, LiveScreen.Looked)

    def __init__(self, opened: Opened, live: Live) -> None:
        super().__init__(opened)
        self._live = live
        self._pace = Pace(0.2)
        self._watch = LiveWatch(self.capture, live)
        self._is_here = live.local and sees_host_processes()
        usage = Usage() if self._is_here else None
        child = live.child.pid if live.child else None
        self._processes = LiveProcesses(self.capture, usage, live.hidden, child)
        self._tree = LiveTreeModel(Snapshot(()))
        self._facts_now = self._watch.look(time.monotonic())
        # What the helper was asked for is by this filter.
        self._recorded_for = self.filter_text
        self._paused = self._followed = False
        # Who a signal is asked for.
        self._target: Target | None = None
        self._changed = time.monotonic()
        self._was_over = False
        self.model.tail(on=True)

    @property
    def is_paused(self) -> bool:
        """Whether what comes by itself is not shown."""
        return self._paused

    def on_mount(self) -> None:
        """Put the tree above the events, and begin to look."""
        tree = LiveTree(self._tree, self.model.zone, id=_TREE)
        border = MadeLines(lambda _, height: [(Piece("│", "muted"),)] * height, id=_BORDER)
        self.query_one("#left").mount(tree, border, before="#events")
        # The lines are for what processes do and for what comes.
        self._wants_details = self._wants_payload = False
        self.set_interval(_INTERVAL, self._look_soon)
        self.call_after_refresh(self._look_soon)
        self.call_after_refresh(self._place_panes)
        if self._live.left:
            self._tell(f"not in the kernel: {', '.join(self._live.left)}")

    # Intervals

    def _look_soon(self) -> None:
        if not self._work.busy("live"):
            selection, selected = self.model.selection, self.compiled
            self._work.give("live", Once(lambda: self._look(selection, selected)))

    def _look(self, selection: Selection, selected: Filter | None) -> None:
        """On the working thread."""
        now = time.monotonic()
        tree = self._processes.take(selected, now)
        strip = Strip.of(self.capture, selection, self.size.width)
        file, facts = FileFacts.of(self.capture), self._watch.look(now)
        self._post(self.Looked(Moment(selection, strip, file, facts, tree)))

    def _grew(self, selection: Selection) -> None:
        # In between only what a new filter finds is shown: the rest waits for the interval's end.
        if time.monotonic() < self._changed + _CATCHING_UP or self.capture.progress().done:
            super()._grew(selection)

    def _select(self, selection: Selection) -> None:
        self._changed = time.monotonic()
        super()._select(selection)

    async def on_showing_screen_grew(self, message: CaptureScreen.Grew) -> None:
        """While the screen is paused nothing that comes by itself is shown."""
        if self._paused:
            message.prevent_default()

    async def on_live_screen_looked(self, message: Looked) -> None:
        """Show the interval."""
        if self._paused:
            return
        moment = message.moment
        self._facts_now = moment.facts
        self._tree.show(moment.tree)
        self._say_what_is_missing()
        self.query_one(LiveTree).redraw()
        if moment.selection is self.model.selection:
            self._strip, self._file = moment.strip, moment.file
            self.model.refresh(moment.strip.span)
            if self._filtering is not None:
                self._filtering.capture_grew()
        self._redraw()

    @property
    def _is_over(self) -> bool:
        """Whether nothing comes any more."""
        return self.stopped or self._facts_now.ended is not None

    @property
    def _limits(self) -> str:
        if not self._live.pushed or self.filter_text == self._recorded_for:
            return ""
        return f"only {self._live.pushed} is recorded"

    def _say_what_is_missing(self) -> None:
        """A sentence for each pane that has no rows; other keys once nothing comes any more."""
        tree, events = self.query_one(LiveTree), self.query_one(EventList)
        tree.when_empty, events.when_empty = sentences(
            is_over=self._is_over,
            kept=self._facts_now.kept,
            is_filtered=bool(self.filter_text),
            limits=self._limits,
        )
        if self._is_over and not self._was_over:
            self._was_over = True
            self._tell_keys()

    # Keys

    def action_pause(self) -> None:
        """Keep the screen as it is, or go on with what happened meanwhile."""
        if self._paused:
            self._go_on(follow=self._followed)
        else:
            # While paused there is no tail to stay at, so that F and G ask for one.
            self._followed, self.model.follow = self.model.follow, False
            self._paused, self.model.note = True, "paused"
            self._tell("")

    def _go_on(self, *, follow: bool) -> None:
        self._paused, self.model.note = False, ""
        self.model.tail(on=follow)
        self._look_soon()
        self._tell("")

    def on_event_list_moved(self, message: EventList.Moved) -> None:  # noqa: ARG002
        """Who wants the tail wants to see what comes."""
        if self._paused and self.model.follow:
            self._go_on(follow=True)

    def action_stop(self) -> None:
        """Ctrl+C: end the recording, keep what there is; once more quits."""
        self._live.probe.expect_end()
        super().action_stop()
        self._say_what_is_missing()
        self._redraw()

    def action_next_pane(self, by: int) -> None:
        """Go to another pane; low screens show only that."""
        tree, events = self.query_one(LiveTree), self.query_one(EventList)
        if self.size.height < _BOTH and self.focused in (tree, events):
            other = tree if self.focused is events else events
            other.display = True
            self.set_focus(other)
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_probe(self) -> None:
        """Tell how the probe does."""
        self._tell(about_probe(self._facts_now, self._live))

    def action_doctor(self) -> None:
        """Tell what this host has of what a capture needs."""
        from scaptui.screens.doctor import DoctorScreen

        page = DoctorScreen(self.first_line, is_local=self._live.local)
        self.app.push_screen(page, self._left_page)

    def on_live_tree_everything_wanted(self) -> None:
        """Processes at rest, too, or no more."""
        self._processes.everything = not self._processes.everything
        self._tell("all processes" if self._processes.everything else "processes at work")
        self._look_soon()

    def on_process_tree_moved(self, message: ProcessTree.Moved) -> None:
        """Tell of the process the cursor is on now."""
        self._tell(message.told)

    def on_process_tree_scope_wanted(self, message: ProcessTree.ScopeWanted) -> None:
        """The events of these processes."""
        from scaptui.screens.filter_area import with_added

        self.apply(with_added(self.filter_text, message.clause, message.how))
        self.set_focus(self.query_one("#events"))

    def on_process_tree_output_wanted(self, message: ProcessTree.OutputWanted) -> None:
        """What the process and all below it wrote so far."""
        from scaptui.screens.stream import stream_screen
        from scaptui.views.streams import StreamWanted

        wanted = StreamWanted(thread=message.thread)
        self.app.push_screen(stream_screen(self, wanted), self._left_page)

    # Signals

    def on_live_tree_signal_wanted(self, message: LiveTree.SignalWanted) -> None:
        """Show whom it is about, and ask which."""
        if not self._is_here:
            self._tell("signals are for processes of this machine only")
            return
        try:
            self._target = Target(message.pid)
        except Refused as refused:
            self._refused(refused)
            return
        command = fit_end(glimpse(self._target.command), max(8, self.size.width - _SIGNAL_CELLS))
        self.query_one("#cursor").display = False
        label = f"signal to {message.pid} {command}:"
        self.query_one(Prompt).ask(_SIGNAL, label, "TERM, KILL or another", enter="send it")

    def on_prompt_answered(self, message: Prompt.Answered) -> None:
        """Send the signal that was named; without a name none."""
        if message.purpose != _SIGNAL or self._target is None:
            return
        message.prevent_default()
        self.query_one("#cursor").display = True
        target, self._target = self._target, None
        try:
            if name := (message.text or "").strip():
                number = signal_named(name)
                target.send(number)
                self._tell(f"{number.name} was sent to process {target.pid}")
            else:
                self._tell("no signal was sent")
        except Refused as refused:
            self._refused(refused)
        finally:
            target.leave()

    # Drawing

    def _place(self, width: int, height: int) -> None:
        super()._place(width, height)
        trees = self.query(LiveTree)
        if not trees:
            return
        tree, events = trees.first(), self.query_one(EventList)
        left = self.query_one("#left")
        takes_all = self._is_explaining or self._typing is not None or self._choosing is not None
        wide = width >= WIDE and not takes_all
        on_tree = isinstance(self.focused, LiveTree)
        panes = [pane for pane in self.query("#details, #payload") if pane.display]
        below = bool(panes)
        if self._zoomed is not None:
            tree.display = self._zoomed is tree
        elif height < _BOTH:
            tree.display = on_tree and not takes_all
            events.display = events.display and not tree.display
        else:
            # The list keeps its rows: panes below it take the tree's where there are not enough.
            tree.display = not takes_all and not (below and height < TALL)
        beside = wide and not below
        left.styles.layout = "horizontal" if beside else "vertical"
        both = self._zoomed is None and tree.display and events.display
        self.query_one(f"#{_BORDER}").display = both and beside
        tree.styles.width = max(_TREE_CELLS, width * 2 // 5) if both and beside else "1fr"
        # Half of what panes below leave is the list's, or more.
        room = height - _FRAME - sum(_lines_of(pane) for pane in panes)
        share = 3 if below else 2
        tree.styles.height = max(4, room // share) if both and not beside else "1fr"

    def _tell_keys(self) -> None:
        if isinstance(self.focused, LiveTree):
            self.query_one(Footer).tell(told(self, self._of_use(_TREE_KEYS)))
        elif isinstance(self.focused, EventList):
            self.query_one(Footer).tell(told(self, self._of_use(_LIVE_KEYS)))
        else:
            super()._tell_keys()

    def _of_use(self, keys: Keys) -> Keys:
        """Without those that have no use any more."""
        if not self._was_over or self._paused:
            return keys
        return tuple(key for key in keys if key[0] not in _WHILE_LIVE)

    def on_descendant_focus(self) -> None:
        """Low screens show the pane with the focus; a prompt is about the one shown before."""
        if self.size.height < _BOTH and not isinstance(self.focused, Prompt):
            self._place(self.size.width, self.size.height)

    def first_line(self, name: str, width: int) -> Line:
        """Line 1 of a screen of this name."""
        facts = replace(self._facts_now, ended="") if self.stopped else self._facts_now
        return live_line(facts, name, self.model.zone, width, paused=self._paused)

    def _filter_lines(self, width: int, _height: int) -> Sequence[Line]:
        found = self.model.progress
        kept = self._facts_now.kept if self._paused else self.capture.progress().shown
        counts = Counts(found.events, max(found.events, kept), complete=True)
        # The filter is whole as long as giving up what stands beside it leaves room for that.
        taken = len(f" filter  {self.filter_text or 'none'}") + len(str(counts)) + len(_BESIDE)
        notes = [
            f"in the kernel: {self._live.pushed}",
            f"kernel: {self._live.pushed}",
            "kernel too",
        ]
        room = width - taken
        note = next((note for note in notes if len(note) <= room), "") if self._live.pushed else ""
        return [filter_line(self.filter_text, counts, width, note)]

    def _cursor_lines(self, width: int, height: int) -> Sequence[Line]:
        row = self._tree.row
        if not isinstance(self.focused, LiveTree) or self.told or self._typing or row is None:
            return super()._cursor_lines(width, height)
        if row.quiet:
            return [quiet_line(self._tree, row.quiet)]
        return [lineage_line(self._tree, row.position)]

    def strip_at(self, ts: int | None, width: int) -> Sequence[Line]:  # noqa: ARG002
        """The strip without the words of a file that is read."""
        if self._strip is None:
            return []
        return [bars(self._strip), marks(self._strip, ts, bookmarks=self.marked_times)]


def _lines_of(pane: Widget) -> int:
    """Lines that a pane below the list was given."""
    height = pane.styles.height
    return int(height.value) if height is not None and height.is_cells else 0
