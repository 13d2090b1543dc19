"""From the cursor's event to pages about what it belongs to, and back from there."""

from abc import abstractmethod
from typing import TYPE_CHECKING

from scaptui.screens.filtering import FilteringScreen
from scaptui.screens.opened import Opened, compiled_filter

if TYPE_CHECKING:  # loaded with the first page
    from scaptui.screens.asking import PageLeft


class LeadingScreen(FilteringScreen):
    """Opens pages over the list, and goes to the event or filter they were left for."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._base: int | None = None

    @abstractmethod
    def compare_threads(self, event: int, base: int) -> None:
        """Show where the threads of two events part; of one, from all alike."""

    def action_filter_back(self) -> None:
        """Go back to the filter before this one, or to the page that led to these events."""
        left = self._trail.back(self.filter_text)
        if left is None:
            self._tell("there was no filter before this one")
            return
        if left.filter_text != self.filter_text:
            text = left.filter_text
            self._take(text, compiled_filter(text) if text else None)
        if left.page is not None:
            self.app.push_screen(left.page(), self._left_page)

    def action_processes(self) -> None:
        """Show the process tree as of the cursor's event."""
        from scaptui.screens.process_work import TreeAsked
        from scaptui.screens.processes import ProcessesScreen

        call = self.model.current()
        asked = TreeAsked(
            capture=self.capture,
            rows=self.model.selection,
            selected=self.compiled,
            filter_text=self.filter_text,
            at=None if call is None else call.number,
            zone=self.model.zone,
            first_line=self.first_line,
            strip=self.strip_at,
        )
        self.app.push_screen(ProcessesScreen(asked), self._left_page)

    def action_stream(self) -> None:
        """Show what went through the descriptor of the cursor's event."""
        call = self.model.current()
        if call is None:
            self._tell("there is no event here")
            return
        if call.fd is None or call.fd < 0:
            self._tell(f"{call.name} works on no descriptor; p leads to the streams of a process")
            return
        from scaptui.screens.stream import stream_screen
        from scaptui.views.streams import StreamWanted

        wanted = StreamWanted(call.number, call.fd)
        self.app.push_screen(stream_screen(self, wanted), self._left_page)

    def action_errors(self) -> None:
        """Show failed calls in groups, those that tell most first."""
        from scaptui.screens.findings import errors_screen

        self.app.push_screen(errors_screen(self, self.compiled), self._left_page)

    def action_base(self) -> None:
        """Mark the event whose thread others are compared with; with one marked, compare."""
        call = self.model.current()
        if call is None:
            self._tell("there is no event here")
        elif self._base is None:
            self._base = call.number
            self._tell(
                f"base is event {call.number}: B on another compares threads, B here with all alike"
            )
        else:
            base, self._base = self._base, None
            self.compare_threads(call.number, base)

    async def _left_page(self, left: "PageLeft | None") -> None:
        if left is None:
            return
        if left.back is not None:
            self._trail.leave(self.filter_text, left.back)
        if left.filter_text is not None:
            self.apply(left.filter_text)
        # The filter of before may not have selected the event.
        if left.at is not None:
            self.model.goto_number(left.at)
        self._tell("" if left.back is None else "Backspace goes back to the page")
        if left.then:
            await self.run_action(left.then)
