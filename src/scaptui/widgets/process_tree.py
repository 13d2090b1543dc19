"""The process tree: its rows, and the keys that move, fold and choose in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line, glimpse
from scaptui.views.process_columns import TreeLines
from scaptui.views.process_frame import unknown_parent
from scaptui.views.process_tree import ProcessTreeModel
from scaptui.views.units import Zone
from scaptui.widgets.lines import LinesView

Pane = Literal["files", "environment"]


class ProcessTree(LinesView, can_focus=True):
    """Draws the rows of its model, the heading first, and moves its cursor."""

    DEFAULT_CSS = "ProcessTree { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next process", id="list.down"),
        Binding("k,up", "move(-1)", "previous process", id="list.up"),
        Binding("pagedown,ctrl+f", "page(1)", "page down", id="list.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "page up", id="list.page_up"),
        Binding("ctrl+d", "half_page(1)", "half a page down", id="list.half_down"),
        Binding("ctrl+u", "half_page(-1)", "half a page up", id="list.half_up"),
        Binding("g,home", "first", "first process", id="list.first"),
        Binding("G,end", "last", "last process", id="list.last"),
        Binding("h,left,-", "fold", "fold, then the parent", id="tree.fold"),
        Binding("right,+", "unfold", "unfold", id="tree.unfold"),
        Binding("enter", "toggle_fold", "fold or unfold", id="tree.toggle"),
        Binding("asterisk", "toggle_all", "unfold all", id="tree.all"),
        Binding("P", "parent", "parent", id="tree.parent"),
        Binding("space", "tag", "tag", id="tree.tag"),
        Binding("U", "untag", "take all tags off", id="tree.untag"),
        Binding("S,f6", "sort", "sort", id="tree.sort"),
        Binding("t,f5", "flat", "tree or flat", id="tree.flat"),
        Binding("u", "user", "this user's only, or all", id="tree.user"),
        Binding("x", "ended", "hide ended", id="tree.ended"),
        Binding("F", "follow", "follow the event's process", id="tree.follow"),
        Binding("d", "scope('and')", "events of it and all below", id="tree.scope"),
        Binding("|", "scope('or')", "these events, too", id="tree.or"),
        Binding('"', "scope('replace')", "these events alone", id="tree.replace"),
        Binding("s", "streams", "stdout and stderr of it and all below", id="tree.streams"),
        Binding("l", "pane('files')", "files", id="tree.files"),
        Binding("e", "pane('environment')", "environment", id="tree.environment"),
        Binding("left_square_bracket", "step(-1)", "an event earlier", id="tree.event_back"),
        Binding("right_square_bracket", "step(1)", "an event later", id="tree.event_on"),
        Binding("comma", "seconds(-1)", "a second earlier", id="tree.second_back"),
        Binding("full_stop", "seconds(1)", "a second later", id="tree.second_on"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another process, or rows look different. `told` is what to say."""

        told: str = ""

    @dataclass
    class ScopeWanted(Message):
        """The events of the filter clause are wanted: of processes and all below them.

        `how` says what becomes of the filter of before.
        """

        clause: str
        how: str

    @dataclass
    class OutputWanted(Message):
        """What the process under the cursor and all below it wrote, by its `ProcessRow.thread`."""

        thread: int

    @dataclass
    class PaneWanted(Message):
        """More about the process under the cursor; again, and it is to go."""

        pane: Pane

    @dataclass
    class MomentWanted(Message):
        """The tree at another moment: so many events, or seconds, from this one."""

        events: int = 0
        seconds: int = 0

    def __init__(self, model: ProcessTreeModel, zone: Zone, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.model = model
        self._zone = zone
        self._tree_lines = self.lines_for(80, alone=True)

    def lines_for(self, screen_width: int, *, alone: bool) -> TreeLines:
        """What makes the lines on a screen of this width; `alone`, without a pane at the right."""
        return TreeLines(self.model, self._zone, screen_width, alone=alone)

    def find(self, text: str, by: int) -> None:
        """Go to the next process, or the previous, that has the text in its row."""
        told = {
            "": f"no process has {text!r} in its row",
            "found": "",
            "wrapped": "on from the first process" if by > 0 else "on from the last process",
        }
        self._do(lambda: None, told[self.model.find(text, by)])

    def on_resize(self) -> None:
        """Columns and rows for another size."""
        screen_width = self.app.size.width
        alone = self.size.width == screen_width
        self._tree_lines = self.lines_for(screen_width, alone=alone)
        self.model.resize(self.size.height - 1)
        self.redraw()

    def make_lines(self) -> Sequence[Line]:
        """Heading and rows as the model has them now."""
        here = self.model.cursor - self.model.top
        self._selected = 1 + here if self.model.row is not None else None
        return [self._tree_lines.heading(), *self._tree_lines.window()]

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        row = self.model.top + event.y - 1
        if event.y > 0 and row < len(self.model.rows):
            self._do(lambda: self.model.go_to(row))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three rows down."""
        event.stop()
        self.action_move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three rows up."""
        event.stop()
        self.action_move(-3)

    def action_move(self, rows: int) -> None:
        """Move by rows."""
        self._do(lambda: self.model.move(rows))

    def action_page(self, pages: int) -> None:
        """Turn pages."""
        self._do(lambda: self.model.move(pages * self.model.height))

    def action_half_page(self, halves: int) -> None:
        """Turn half pages."""
        self._do(lambda: self.model.move(halves * max(1, self.model.height // 2)))

    def action_first(self) -> None:
        """Go to the first row."""
        self._do(lambda: self.model.go_to(0))

    def action_last(self) -> None:
        """Go to the last row."""
        self._do(lambda: self.model.go_to(len(self.model.rows) - 1))

    def action_fold(self) -> None:
        """Fold, or go to the parent."""
        self._do(self.model.fold)

    def action_unfold(self) -> None:
        """Unfold, or go to the first child."""
        self._do(self.model.unfold)

    def action_toggle_fold(self) -> None:
        """Fold or unfold."""
        self._do(self.model.toggle_fold)

    def action_toggle_all(self) -> None:
        """Unfold everything, or fold what ended."""
        self._do(self.model.toggle_all)

    def action_parent(self) -> None:
        """Go to the parent; say who it is when it is in no table."""
        process = self.model.process
        told = ""
        if process is not None and process.parent is None:
            told = f"its parent is {unknown_parent(process)}" if process.ptid > 0 else "no parent"
        self._do(self.model.go_to_parent, told)

    def action_tag(self) -> None:
        """Tag the process, or take its tag off."""
        self._do(self.model.toggle_tag)

    def action_untag(self) -> None:
        """Take all tags off."""
        self._do(self.model.untag_all)

    def action_sort(self) -> None:
        """Sort siblings by the next column."""
        self._do(self.model.next_sort)
        self.post_message(self.Moved(f"sorted by {self.model.sort.name}"))

    def action_flat(self) -> None:
        """Tree or list."""
        self._do(self.model.toggle_flat)

    def action_user(self) -> None:
        """Show one user's processes only, or all."""
        self._do(self.model.toggle_user)
        only = self.model.only_user
        if only is not None:
            told = f"{glimpse(only) or 'nobody known'}'s processes only, u shows all"
            self.post_message(self.Moved(told))

    def action_ended(self) -> None:
        """Hide or show processes that ended."""
        self._do(self.model.toggle_ended)

    def action_follow(self) -> None:
        """Let the cursor go with the event's process, or stay with its own."""
        follows = self.model.follows = not self.model.follows
        told = "the cursor follows the event's process" if follows else "the cursor stays"
        self.post_message(self.Moved(told))

    def action_scope(self, how: str) -> None:
        """Ask for the events of the tagged processes, or of this one, and all below."""
        clause = self.model.scope_clause()
        if clause:
            self.post_message(self.ScopeWanted(clause, how))
        else:
            self.post_message(self.Moved("this line stands for several, → shows them"))

    def action_streams(self) -> None:
        """Ask for what the process and all below it wrote."""
        row, process = self.model.row, self.model.process
        if row is None or row.quiet or process is None:
            self.post_message(self.Moved("this line stands for several, → shows them"))
        else:
            self.post_message(self.OutputWanted(process.thread))

    def action_pane(self, pane: Pane) -> None:
        """Ask for more about the process."""
        self.post_message(self.PaneWanted(pane))

    def action_step(self, by: int) -> None:
        """Ask for the moment of another event."""
        self.post_message(self.MomentWanted(events=by))

    def action_seconds(self, by: int) -> None:
        """Ask for another second."""
        self.post_message(self.MomentWanted(seconds=by))

    def _do(self, change: Callable[[], None], told: str = "") -> None:
        change()
        self.redraw()
        self.post_message(self.Moved(told))
