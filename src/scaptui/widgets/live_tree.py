"""The processes of a capture that is being made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message

from scaptui.views.cells import Line, Piece
from scaptui.views.live_processes import LiveTreeLines
from scaptui.views.process_columns import TreeLines
from scaptui.widgets.process_tree import ProcessTree

# Keys of the tree of a moment that have no meaning here: there is one moment, the present.
_OF_MOMENTS: Final = frozenset(
    {
        "tree.follow",
        "tree.files",
        "tree.environment",
        "tree.event_back",
        "tree.event_on",
        "tree.second_back",
        "tree.second_on",
    }
)


class LiveTree(ProcessTree, can_focus=True, inherit_bindings=False):
    """Draws what processes do now."""

    DEFAULT_CSS = "LiveTree { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            binding
            for binding in ProcessTree.BINDINGS
            if isinstance(binding, Binding) and binding.id not in _OF_MOMENTS
        ),
        Binding("f9", "signal", "send it a signal", id="tree.signal"),
        Binding("a", "everything", "those at rest, too", id="tree.everything"),
    ]

    @dataclass
    class EverythingWanted(Message):
        """Processes at rest are to be shown, too, or no more."""

    @dataclass
    class SignalWanted(Message):
        """A signal is to be sent to this process."""

        pid: int

    # What stands there while there is no row.
    when_empty = ""

    def make_lines(self) -> Sequence[Line]:
        """Heading and rows, or why there are none."""
        lines = super().make_lines()
        if self.model.rows or not self.when_empty:
            return lines
        return [*lines[:1], (Piece(f" {self.when_empty}", "muted"),)]

    def lines_for(self, screen_width: int, *, alone: bool) -> TreeLines:  # noqa: ARG002
        """What makes the lines: as wide as the pane, wherever it stands."""
        return LiveTreeLines(self.model, self._zone, self.size.width or screen_width, alone=True)

    def action_signal(self) -> None:
        """Ask for a signal to the process under the cursor."""
        if (process := self.model.process) is not None:
            self.post_message(self.SignalWanted(process.pid))

    def action_everything(self) -> None:
        """Ask for the processes at rest."""
        self.post_message(self.EverythingWanted())
